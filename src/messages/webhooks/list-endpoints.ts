import { z } from "zod";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import { type EndpointRow, listEndpointRows } from "./queries.ts";

/** Lists the endpoints, without their secrets, oldest first. Throws `invalid-request` for a foreign cursor. */
export async function listEndpoints(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { limit = pageLimitDefault, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: EndpointRow[]; nextCursor: string | null }> {
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.uuid()]));
  const rows = await db.inTenant(
    tenant.id,
    (trx) => listEndpointRows(trx, tenant.id, { after, countMax: limit + 1 }),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}

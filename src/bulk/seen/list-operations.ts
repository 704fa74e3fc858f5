import { z } from "zod";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import type { OperationRow } from "../operation.ts";
import { listOperationRows } from "../queries.ts";

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Operations, the latest first; 1 to 200 at once, 50 unless said. Throws `invalid-request` for a foreign cursor. */
export async function listOperations(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { limit = pageLimitDefault, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: OperationRow[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, cursorKey);
  const rows = await db.inTenant(
    tenant.id,
    (trx) => listOperationRows(trx, tenant.id, { after, countMax: limit + 1 }),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: hasNext ? encodeCursor([last.created_at.toISOString(), last.id]) : null,
  };
}

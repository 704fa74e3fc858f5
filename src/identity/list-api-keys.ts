import { z } from "@hono/zod-openapi";
import type { Deps, RequestContext } from "../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../http/request-schema.ts";
import { type ApiKeyRow, listApiKeyRows } from "./queries.ts";

/** Lists a tenant's keys in the order they were made, revoked ones included; never their secrets. */
export async function listApiKeys(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { limit = pageLimitDefault, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ keys: ApiKeyRow[]; nextCursor: string | null }> {
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.guid()]));
  const { id } = context.tenant;
  const rows = await deps.db.inTenant(
    id,
    (trx) => listApiKeyRows(trx, id, { after, countMax: limit + 1 }),
    { isReadOnly: true, signal: context.signal },
  );
  const keys = rows.slice(0, limit);
  const last = keys.at(-1);
  return { keys, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}

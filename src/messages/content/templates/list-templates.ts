import { z } from "@hono/zod-openapi";
import type { Deps, RequestContext } from "../../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../../http/request-schema.ts";
import { type ListedTemplate, listTemplateRows } from "../queries.ts";

/** Which part of a list is wanted: at most `limit` items (1 to 200, 50 unless said) after what the cursor names. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The templates that an administration wrote and that hold, without their texts. */
export async function listTemplates(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { limit = pageLimitDefault, cursor }: PageRequest,
): Promise<{ items: ListedTemplate[]; nextCursor: string | null }> {
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.guid()]));
  const tenantId = context.tenant.id;
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listTemplateRows(trx, tenantId, { after, countMax: limit + 1 }),
    { isReadOnly: true, signal: context.signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
}

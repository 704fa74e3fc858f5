import { z } from "@hono/zod-openapi";
import type { Page, PageRequest } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import { listUrgentRows } from "./queries.ts";
import type { UrgentRow } from "./urgent-closure.ts";

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Urgent closures that were started, the latest first; only those that last with `isRunning`. Throws `invalid-request`. */
export async function listUrgentClosures(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  request: PageRequest & { readonly isRunning: boolean },
): Promise<Page<UrgentRow>> {
  const { cursor, limit = pageLimitDefault, isRunning } = request;
  const after = cursor === undefined ? null : decodeCursor(cursor, cursorKey);
  const rows = await db.inTenant(
    tenant.id,
    (trx) => listUrgentRows(trx, tenant.id, { isRunning, after, countMax: limit + 1 }),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next_cursor: last ? encodeCursor([last.created_at.toISOString(), last.id]) : null,
  };
}

import { z } from "@hono/zod-openapi";
import { idOrCode } from "../../catalog/id-or-code.ts";
import type { Page, PageRequest } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import { type ConflictRow, listConflictRows } from "./queries.ts";

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** A page of conflicts; `site` is an id or a code. */
export type ListConflicts = PageRequest & { readonly site?: string | undefined };

/**
 * Booked appointments that have lost their places and have not ended, by start, with the reason of each cell and
 * without contact data. Throws `invalid-request` for a cursor of another list.
 */
export async function listConflicts(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: ListConflicts,
): Promise<Page<ConflictRow>> {
  const tenantId = context.tenant.id;
  const { site, cursor, limit = pageLimitDefault } = request;
  const [startsAt, id] = cursor === undefined ? [] : decodeCursor(cursor, cursorKey);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) =>
      listConflictRows(trx, tenantId, {
        site: site === undefined ? null : idOrCode(site),
        after: startsAt === undefined || id === undefined ? null : { startsAt, id },
        countMax: limit + 1,
      }),
    { isReadOnly: true, signal: context.signal },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next_cursor: last ? encodeCursor([last.starts_at.toISOString(), last.id]) : null,
  };
}

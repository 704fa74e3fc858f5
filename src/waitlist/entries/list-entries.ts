import { z } from "@hono/zod-openapi";
import type { Page, PageRequest } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor } from "../../http/request-schema.ts";
import { resolveNames } from "../../slots/rules/resolve-names.ts";
import type { EntryView } from "../schema.ts";
import type { EntryStatus } from "./entry.ts";
import { entryView } from "./entry-view.ts";
import { listEntries } from "./queries.ts";

/** Wishes on a page at most: each is opened with the tenant's key. */
export const entriesPageMax = 100;

/** Which wishes; `service` and `site` are ids or codes. */
export type ListWaitlist = PageRequest & {
  /** Those that wait or are asked when undefined. */
  readonly status?: EntryStatus | undefined;
  readonly service?: string | undefined;
  readonly site?: string | undefined;
};

const cursorKey = z.tuple([z.uuid()]);

/** Wishes for the office, by when they were made. Throws `not-found` for unknown names and `invalid-request`. */
export async function listWaitlist(
  deps: Pick<Deps, "db" | "vault">,
  { tenant, signal }: RequestContext,
  wish: ListWaitlist,
): Promise<Page<EntryView>> {
  const limit = Math.min(wish.limit ?? 50, entriesPageMax);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const named = {
        services: wish.service === undefined ? [] : [wish.service],
        site: wish.site ?? null,
      };
      const { serviceIds, siteId } = await resolveNames(trx, tenant.id, named);
      const rows = await listEntries(trx, tenant.id, {
        statuses: wish.status === undefined ? ["waiting", "offered"] : [wish.status],
        serviceId: serviceIds[0] ?? null,
        siteId,
        after: wish.cursor === undefined ? null : decodeCursor(wish.cursor, cursorKey)[0],
        countMax: limit + 1,
      });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        items: items.map((row) => entryView(deps, tenant.id, row)),
        next_cursor: last ? encodeCursor([last.id]) : null,
      };
    },
    { isReadOnly: true, signal },
  );
}

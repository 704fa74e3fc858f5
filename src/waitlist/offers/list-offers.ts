import { z } from "@hono/zod-openapi";
import type { Page, PageRequest } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import type { OfferView } from "../schema.ts";
import type { OfferStatus, OfferWay } from "./offer.ts";
import { offerView } from "./offer-view.ts";
import { listOfferRows } from "./queries.ts";

/** Which offers. */
export type ListOffers = PageRequest & {
  readonly status?: OfferStatus | undefined;
  readonly way?: OfferWay | undefined;
  /** Only those that an operator should call now. */
  readonly isToCall?: boolean | undefined;
};

const cursorKey = z.tuple([z.uuid()]);

/** Offers for the office, by when they were made. Throws `invalid-request` for a cursor of another list. */
export async function listOffers(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  wish: ListOffers,
): Promise<Page<OfferView>> {
  const { limit = pageLimitDefault, cursor } = wish;
  const rows = await db.inTenant(
    tenant.id,
    (trx) =>
      listOfferRows(trx, tenant.id, {
        status: wish.status ?? null,
        way: wish.way ?? null,
        isToCall: wish.isToCall ?? false,
        after: cursor === undefined ? null : decodeCursor(cursor, cursorKey)[0],
        countMax: limit + 1,
      }),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(offerView),
    next_cursor: last ? encodeCursor([last.id]) : null,
  };
}

import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { offerNotOpen } from "../../slots/errors.ts";
import { checkMayTouchEntry } from "../may-touch-entry.ts";
import { discardOffers, offerEvent } from "./end-offers.ts";
import { returnPlaces } from "./return-places.ts";
import {
  countOpenOffers,
  endOffer,
  findOffer,
  lockPlace,
  type OfferRow,
  waitOn,
} from "./queries.ts";

/**
 * Says no to an offer. The wish keeps its place in the order and waits on; the offered place goes to the next, unless
 * others are still asked. Throws `not-signed-in`, `not-found` and `offer-not-open`; a repetition changes nothing.
 */
export async function declineOffer(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<OfferRow> {
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const offer = await getOffer(trx, context, id);
      if (offer.status === "declined") return offer;
      if (offer.status !== "offered") throw new DomainError(offerNotOpen, "This offer is over.");
      await leaveOffer(trx, context, offer);
      await waitOn(trx, tenant.id, [offer.entry_id]);
      return getOffer(trx, context, id);
    },
    { signal },
  );
}

/** Reads an offer for the holder of its wish or the office. Throws `not-signed-in` and `not-found`. */
export async function getOffer(trx: Trx, context: RequestContext, id: string): Promise<OfferRow> {
  const offer = await findOffer(trx, context.tenant.id, id);
  if (!offer) throw new DomainError(notFound, "There is no such offer.");
  checkMayTouchEntry(context, offer.entry_id);
  return offer;
}

/** Declines an open offer in the caller's transaction; what becomes of its wish is the caller's. */
export async function leaveOffer(
  trx: Trx,
  context: RequestContext,
  offer: Pick<OfferRow, "id" | "place_id" | "entry_id">,
): Promise<void> {
  const tenantId = context.tenant.id;
  const place = await lockPlace(trx, tenantId, offer.place_id);
  const isDeclined = place && (await endOffer(trx, tenantId, { id: offer.id, status: "declined" }));
  // It was answered or ended while the place's row was waited for.
  if (!isDeclined) throw new StaleRead("The offer changed before it was locked");
  if ((await countOpenOffers(trx, tenantId, place.id)) === 0)
    await returnPlaces(trx, tenantId, [place]);
  const ended = { id: offer.id, entryId: offer.entry_id };
  await discardOffers(trx, tenantId, [ended]);
  await recordEvents(trx, context, [offerEvent("waitlist_offer.declined", ended)]);
}

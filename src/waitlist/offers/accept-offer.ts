import { bookIn } from "../../appointments/book-appointment.ts";
import { findAppointment } from "../../appointments/queries.ts";
import { rescheduleIn } from "../../appointments/reschedule-appointment.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { manageToken } from "../../identity/manage-token.ts";
import { offerNotOpen } from "../../slots/errors.ts";
import type { OfferedPlace } from "../../slots/offers/offered-place.ts";
import { getEntryRow, peopleOf } from "../entries/entry-view.ts";
import type { EntryRow } from "../entries/queries.ts";
import { getOffer } from "./decline-offer.ts";
import { discardOffers, offerEvent } from "./end-offers.ts";
import {
  endOffer,
  endOffersOf,
  fulfil,
  lockPlace,
  markTaken,
  type OfferRow,
  waitOn,
} from "./queries.ts";

/** What an accepted offer became; the token is derived again for every answer. */
export interface Accepted {
  readonly appointmentId: string;
  readonly manageToken: string;
}

/**
 * Says yes to an offer: in one transaction the kept place becomes an appointment of the people of the wish, or the new
 * time of the appointment that the wish gives up for it. Of several who are asked, the first has it; the others wait on
 * with their place in the order. A repetition answers the same. Throws `offer-not-open`, and what booking or moving
 * throws, such as `limit-reached` and `too-late-to-change`; then the offer stays open until its deadline.
 */
export async function acceptOffer(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<Accepted> {
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const offer = await getOffer(trx, context, id);
      const appointmentId = offer.appointment_id ?? (await acceptIn(trx, deps, { context, offer }));
      return { appointmentId, manageToken: await tokenOf(trx, deps, { context, appointmentId }) };
    },
    { signal },
  );
}

async function acceptIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: { readonly context: RequestContext; readonly offer: OfferRow },
): Promise<string> {
  const { context, offer } = given;
  const tenantId = context.tenant.id;
  const place = await lockPlace(trx, tenantId, offer.place_id);
  const isOpen = offer.status === "offered" && place && (await markTaken(trx, tenantId, place.id));
  if (!isOpen) throw notOpen(await getOffer(trx, context, offer.id));
  const others = await endOffersOf(trx, tenantId, {
    placeIds: [place.id],
    status: "superseded",
    exceptId: offer.id,
  });
  await waitOn(
    trx,
    tenantId,
    others.map((one) => one.entryId),
  );
  if (!(await fulfil(trx, tenantId, offer.entry_id)))
    throw new StaleRead("The wish changed before its place was locked");
  const entry = await getEntryRow(trx, tenantId, offer.entry_id);
  const appointmentId = await takePlace(trx, deps, { context, entry, place });
  const isAccepted = await endOffer(trx, tenantId, {
    id: offer.id,
    status: "accepted",
    appointmentId,
  });
  if (!isAccepted) throw new StaleRead("The offer changed before its place was locked");
  const own = { id: offer.id, entryId: offer.entry_id };
  await discardOffers(trx, tenantId, [own, ...others]);
  await recordEvents(trx, context, [
    { ...offerEvent("waitlist_offer.accepted", own), body: { appointment_id: appointmentId } },
    ...others.map((one) => offerEvent("waitlist_offer.superseded", one)),
  ]);
  return appointmentId;
}

/** Whoever accepted twice at once gets the answer of the first; the rest were too late. */
function notOpen(offer: OfferRow): Error {
  if (offer.status === "accepted") return new StaleRead("The offer was accepted meanwhile");
  return new DomainError(offerNotOpen, "This place is no longer kept for you.", {
    facts: { offer_status: offer.status },
  });
}

/** Books the place, or moves the appointment that the wish gives up to it. */
async function takePlace(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: {
    readonly context: RequestContext;
    readonly entry: EntryRow;
    readonly place: OfferedPlace;
  },
): Promise<string> {
  const { context, entry, place } = given;
  const time = { offer: place };
  if (entry.appointment_id !== null) {
    const wish = { id: entry.appointment_id, time };
    await rescheduleIn(trx, deps, { context, wish });
    return entry.appointment_id;
  }
  const people = peopleOf(deps, context.tenant.id, entry);
  if (!people) throw new Error("A wish with an open offer has no people");
  return bookIn(trx, deps, { context, wish: { ...people, time, language: entry.language } });
}

async function tokenOf(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { context, appointmentId }: { context: RequestContext; appointmentId: string },
): Promise<string> {
  const tenantId = context.tenant.id;
  const row = await findAppointment(trx, tenantId, appointmentId);
  if (!row) throw new Error("An accepted offer has no appointment");
  return manageToken(vault, {
    tenantId,
    appointmentId,
    kid: row.token_kid,
    version: row.token_version,
  });
}

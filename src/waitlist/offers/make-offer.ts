import { newId } from "../../db/random.ts";
import type { Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type DomainEvent, recordEvents } from "../../events/record-events.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { type Claim, claimPlaces } from "../../slots/claim/claim-places.ts";
import { moveEvents } from "../../slots/claim/mover.ts";
import { readClock } from "../../slots/claim/queries.ts";
import type { OfferedPlace } from "../../slots/offers/offered-place.ts";
import type { BookingRules } from "../../slots/rules/booking-rules.ts";
import { loadBookingRules } from "../../slots/rules/load-booking-rules.ts";
import { toLocalTime } from "../../time/local-time.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import type { FreePlace } from "../entries/wish-fits.ts";
import { answerBy } from "./answer-by.ts";
import { systemContext } from "./end-offers.ts";
import { handOverSeconds } from "./return-places.ts";
import { type TellDeps, tellOf, waysTo } from "./offer-message.ts";
import { insertOffers, insertPlace, lockWaiting, type NewOffer } from "./queries.ts";

/** A place and the wishes that are asked about it: the first one in the order, and others where it is shared. */
export interface OfferPlan {
  readonly place: FreePlace;
  readonly timeZone: string;
  readonly entry: WaitingEntry;
  readonly companions: readonly WaitingEntry[];
  readonly answerMinutes: number;
}

/**
 * Holds a place and offers it, in the caller's transaction: claim, offers, messages and events are there together or
 * not at all. Returns whom it asked: nobody when another worker has the wish, it waits no longer, or it is too late to
 * ask. Throws the problems of a claim, having written nothing.
 */
export async function makeOfferIn(
  trx: Trx,
  deps: TellDeps,
  { tenant, plan }: { readonly tenant: Tenant; readonly plan: OfferPlan },
): Promise<readonly string[]> {
  const { entry, companions } = plan;
  const wanted = [entry, ...companions].map((one) => one.id);
  const entries = await lockWaiting(trx, tenant.id, wanted);
  if (!entries.some((one) => one.id === entry.id)) return [];
  const { serviceIds } = entry;
  const rules = await loadBookingRules(trx, tenant.id, { serviceIds, siteId: plan.place.siteId });
  const settings = await findSettings(trx, tenant.id);
  const now = await readClock(trx);
  const until = deadlineOf(plan, { rules, settings, now });
  if (until === undefined) return [];
  const { held, moved } = await holdPlace(trx, tenant.id, { plan, rules, now, until });
  const [serviceId = ""] = serviceIds;
  const isSmsOn = settings.is_sms_on;
  const told = await waysTo(trx, deps, { context: { tenant }, entries, serviceId, isSmsOn });
  const offers = told.map((one) => one.offer);
  await insertOffers(trx, tenant.id, { placeId: held.id, offers });
  await tellOf(trx, deps, { tenantId: tenant.id, told, now, answerBy: until });
  await recordEvents(trx, systemContext(tenant.id), [
    ...offers.map((offer) => madeEvent(offer, held.id)),
    ...moveEvents(moved),
  ]);
  return entries.map((one) => one.id);
}

function deadlineOf(
  { place, timeZone, answerMinutes }: OfferPlan,
  known: { readonly rules: BookingRules; readonly settings: MessageSettings; readonly now: number },
): number | undefined {
  const { rules, settings, now } = known;
  return answerBy({
    now,
    startsAt: place.startsAt,
    noticeMinutes: Math.max(...rules.services.map((service) => service.noticeMinutes)),
    answerMinutes,
    quiet: {
      from: toLocalTime(settings.quiet_from),
      to: toLocalTime(settings.quiet_to),
      zone: timeZone,
    },
  });
}

/** Claims a place until a little beyond the deadline, so that the next who waits comes before the public. */
async function holdPlace(
  trx: Trx,
  tenantId: string,
  given: {
    readonly plan: OfferPlan;
    readonly rules: BookingRules;
    readonly now: number;
    readonly until: number;
  },
): Promise<{ readonly held: OfferedPlace; readonly moved: Claim["moved"] }> {
  const { plan, rules, now, until } = given;
  const { siteId, startsAt } = plan.place;
  const { partySize, channel, serviceIds } = plan.entry;
  const id = newId();
  const { legs, endsAt, moved } = await claimPlaces(trx, tenantId, {
    rules,
    siteId,
    partySize,
    startsAt,
    channel,
    isStaff: false,
    priority: "waitlist",
    owner: { kind: "offer", id },
    ttlSeconds: Math.ceil((until - now) / 1_000) + handOverSeconds,
  });
  const held = { id, siteId, serviceIds, partySize, channel, startsAt, endsAt, legs };
  await insertPlace(trx, tenantId, { place: held, answerBy: until });
  return { held, moved };
}

function madeEvent({ id, entryId, way }: NewOffer, placeId: string): DomainEvent {
  return {
    kind: "waitlist_offer.made",
    subjectKind: "waitlist_offer",
    subjectId: id,
    body: { entry_id: entryId, place_id: placeId, way },
    isRelayed: false,
  };
}

import type { Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { newId } from "../../db/random.ts";
import { writeTogether } from "../../db/together.ts";
import { DomainError } from "../../errors.ts";
import { type DomainEvent, eventWrites } from "../../events/record-events.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { allocationsOf, type PlainClaim } from "../../slots/batch/decide-claims.ts";
import { takingWrites } from "../../slots/batch/queries.ts";
import type { Placement } from "../../slots/claim/choose-places.ts";
import { claimPlaces, type VisitTime } from "../../slots/claim/claim-places.ts";
import { moveEvents } from "../../slots/claim/mover.ts";
import { readClock } from "../../slots/claim/queries.ts";
import type { MovedStay } from "../../slots/claim/stay-queries.ts";
import { decideOffered } from "../../slots/offers/decide-offered.ts";
import type { BookingRules } from "../../slots/rules/booking-rules.ts";
import { loadBookingRules } from "../../slots/rules/load-booking-rules.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import type { FreePlace } from "../entries/wish-fits.ts";
import { answerBy } from "./answer-by.ts";
import { kindName } from "./choose-offer.ts";
import { systemContext } from "./end-offers.ts";
import { type TellDeps, tellOf, type Told, waysTo } from "./offer-message.ts";
import { type LockedEntry, lockWaiting, type NewPlace, offerWrites } from "./queries.ts";
import { quietOf } from "./quiet-of.ts";
import { handOverSeconds } from "./return-places.ts";

/** A place and the wishes that are asked about it: the first one in the order, and others where it is shared. */
export interface OfferPlan {
  readonly place: FreePlace;
  readonly timeZone: string;
  readonly entry: WaitingEntry;
  readonly companions: readonly WaitingEntry[];
  readonly answerMinutes: number;
}

/**
 * Why the plans after those that were made were left: another worker has the wish or it waits no longer (`busy`), the
 * place cannot be had or asked about any more (`gone`), or its ceilings have to be asked for it alone (`alone`).
 */
export type Stop = "busy" | "gone" | "alone";

/** What came of plans. */
export interface MadeOffers {
  /** How many plans, from the first on, were made. */
  readonly made: number;
  /** Wishes that were asked, companions included. */
  readonly asked: readonly string[];
  /** Undefined when all were made. */
  readonly stop: Stop | undefined;
}

/**
 * Holds places and offers them, in the caller's transaction: claims, offers, messages and events are there together or
 * not at all. Plans are in the order of the wishes; those after the first that cannot be had are left, because its wish
 * may want what they would take. Throws the problems of a claim when the first plan is claimed alone and refused.
 */
export async function makeOffersIn(
  trx: Trx,
  deps: TellDeps,
  { tenant, plans }: { readonly tenant: Tenant; readonly plans: readonly OfferPlan[] },
): Promise<MadeOffers> {
  const wanted = plans.flatMap(({ entry, companions }) => [entry, ...companions]);
  const entries = await lockWaiting(
    trx,
    tenant.id,
    wanted.map((one) => one.id),
  );
  const locked = new Map(entries.map((entry) => [entry.id, entry]));
  const settings = await findSettings(trx, tenant.id);
  const rulesOf = await loadRules(trx, tenant.id, plans);
  const now = await readClock(trx);
  const ready: ReadyPlan[] = [];
  let stop: Stop | undefined;
  for (const plan of plans) {
    const one = readyOf(plan, { locked, rules: rulesOf(plan), settings, now });
    if (typeof one === "string") {
      stop = one;
      break;
    }
    ready.push(one);
  }
  const held = await holdAll(trx, tenant.id, { ready, now });
  await write(trx, deps, { tenant, held, locked, settings, now });
  const asked = held.places.flatMap(({ plan }) => askedOf(plan, locked).map((one) => one.id));
  return { made: held.places.length, asked, stop: held.stop ?? stop };
}

/** A plan whose wish is locked and waits, with the deadline of its answer (epoch ms). */
interface ReadyPlan {
  readonly plan: OfferPlan;
  readonly rules: BookingRules;
  readonly until: number;
}

type Locks = ReadonlyMap<string, LockedEntry>;

/** Rules per kind of visit and site; undefined where a service was retired meanwhile. */
async function loadRules(
  trx: Trx,
  tenantId: string,
  plans: readonly OfferPlan[],
): Promise<(plan: OfferPlan) => BookingRules | undefined> {
  const nameOf = ({ entry, place }: OfferPlan): string => `${kindName(entry)}/${place.siteId}`;
  const known = new Map<string, BookingRules | undefined>();
  for (const plan of plans) {
    if (known.has(nameOf(plan))) continue;
    const { serviceIds } = plan.entry;
    try {
      known.set(
        nameOf(plan),
        await loadBookingRules(trx, tenantId, { serviceIds, siteId: plan.place.siteId }),
      );
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      known.set(nameOf(plan), undefined);
    }
  }
  return (plan) => known.get(nameOf(plan));
}

function readyOf(
  plan: OfferPlan,
  given: {
    readonly locked: Locks;
    readonly rules: BookingRules | undefined;
    readonly settings: MessageSettings;
    readonly now: number;
  },
): ReadyPlan | Stop {
  const { locked, rules, settings, now } = given;
  if (!locked.has(plan.entry.id)) return "busy";
  if (!rules) return "gone";
  const until = answerBy({
    now,
    startsAt: plan.place.startsAt,
    noticeMinutes: Math.max(...rules.services.map((service) => service.noticeMinutes)),
    answerMinutes: plan.answerMinutes,
    quiet: quietOf(settings, plan.timeZone),
  });
  return until === undefined ? "gone" : { plan, rules, until };
}

interface HeldPlace extends NewHeld {
  readonly plan: OfferPlan;
  readonly until: number;
}

interface NewHeld {
  readonly id: string;
  readonly claim: VisitTime;
  /** Undefined where the places are taken already. */
  readonly placement: Placement | undefined;
}

interface Held {
  readonly places: readonly HeldPlace[];
  readonly moved: readonly MovedStay[];
  readonly stop: Stop | undefined;
}

/** Claims places until a little beyond their deadlines, so that the next who waits comes before the public. */
async function holdAll(
  trx: Trx,
  tenantId: string,
  { ready, now }: { readonly ready: readonly ReadyPlan[]; readonly now: number },
): Promise<Held> {
  const [first] = ready;
  if (!first) return { places: [], moved: [], stop: undefined };
  const { decisions, moved } = await decideOffered(trx, tenantId, ready.map(claimOf));
  const places: HeldPlace[] = [];
  for (const [index, decision] of decisions.entries()) {
    const one = ready[index];
    if (!one) break;
    if (decision === "alone" && index === 0) return holdAlone(trx, tenantId, { one, now });
    if (decision === "alone") return { places, moved, stop: "alone" };
    if ("refusal" in decision) return { places, moved, stop: "gone" };
    places.push({ ...one, ...decision, id: newId() });
  }
  return { places, moved, stop: undefined };
}

function claimOf({ plan, rules }: ReadyPlan): PlainClaim {
  const { siteId, startsAt } = plan.place;
  const { partySize, channel } = plan.entry;
  return { rules, siteId, partySize, startsAt, channel };
}

/** A place under ceilings is claimed by itself; its plans that come after are for the next look. */
async function holdAlone(
  trx: Trx,
  tenantId: string,
  { one, now }: { readonly one: ReadyPlan; readonly now: number },
): Promise<Held> {
  const id = newId();
  const { moved, ...claim } = await claimPlaces(trx, tenantId, {
    ...claimOf(one),
    isStaff: false,
    priority: "waitlist",
    owner: { kind: "offer", id },
    ttlSeconds: Math.ceil((one.until - now) / 1_000) + handOverSeconds,
  });
  // Those it moved are written already.
  return { places: [{ ...one, id, claim, placement: undefined }], moved, stop: "alone" };
}

function askedOf({ entry, companions }: OfferPlan, locked: Locks): LockedEntry[] {
  return [entry, ...companions].flatMap((one) => locked.get(one.id) ?? []);
}

async function write(
  trx: Trx,
  deps: TellDeps,
  given: {
    readonly tenant: Tenant;
    readonly held: Held;
    readonly locked: Locks;
    readonly settings: MessageSettings;
    readonly now: number;
  },
): Promise<void> {
  const { tenant, held, locked, settings, now } = given;
  if (held.places.length === 0) return;
  const asked = held.places.flatMap((one) =>
    askedOf(one.plan, locked).map((entry) => ({
      ...entry,
      serviceId: one.plan.entry.serviceIds[0] ?? "",
    })),
  );
  const ways = await waysTo(trx, deps, { tenant, asked, isSmsOn: settings.is_sms_on });
  const told = held.places.map((one) => ({
    one,
    people: askedOf(one.plan, locked).map((entry): Told => {
      const way = ways.get(entry.id);
      const offer = { id: newId(), entryId: entry.id, way: way?.channel ?? "phone" } as const;
      return { entry, way, offer, answerBy: one.until };
    }),
  }));
  const places = told.map(({ one, people }): NewPlace => newPlaceOf(one, people));
  await writeTogether(trx, [
    ...takings(tenant.id, held),
    ...offerWrites(tenant.id, places),
    ...eventWrites(
      tenant.id,
      [...places.flatMap(madeEvents), ...moveEvents(held.moved)].map((event) => ({
        event,
        context: systemContext(tenant.id),
      })),
    ),
  ]);
  const everybody = told.flatMap(({ people }) => people);
  await tellOf(trx, deps, { tenantId: tenant.id, told: everybody, now });
}

function takings(tenantId: string, { places, moved }: Held) {
  const expiry = ({ until }: HeldPlace): Date => dateFromEpochMs(until + handOverSeconds * 1_000);
  return takingWrites(tenantId, {
    ownerKind: "offer",
    expiresAt: new Map(places.map((one) => [one.id, expiry(one)])),
    allocations: allocationsOf(
      places.flatMap(({ id, placement }) => (placement ? [{ ownerId: id, placement }] : [])),
    ),
    moved,
  });
}

function newPlaceOf({ id, plan, claim, until }: HeldPlace, people: readonly Told[]): NewPlace {
  const { siteId } = plan.place;
  const { serviceIds, partySize, channel } = plan.entry;
  const { startsAt, endsAt, legs } = claim;
  const place = { id, siteId, serviceIds, partySize, channel, startsAt, endsAt, legs };
  return { place, answerBy: until, offers: people.map((one) => one.offer) };
}

function madeEvents({ place, offers }: NewPlace): DomainEvent[] {
  return offers.map(({ id, entryId, way }) => ({
    kind: "waitlist_offer.made",
    subjectKind: "waitlist_offer",
    subjectId: id,
    body: { entry_id: entryId, place_id: place.id, way },
    isRelayed: false,
  }));
}

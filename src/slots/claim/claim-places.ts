import type { Channel } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { DomainError, invalidRequest } from "../../errors.ts";
import { noticeTooShort, partyTooLarge } from "../errors.ts";
import type { BookingRules } from "../rules/booking-rules.ts";
import { planStay } from "../rules/plan-visit.ts";
import { publishedAt } from "../rules/publication.ts";
import {
  type CeilingCase,
  ceilingUses,
  counterKeys,
  type Counter,
  keyText,
  type Ceiling,
  unitsLeft,
} from "../ceilings/ceilings.ts";
import { choosePlaces, type Misfit, type Placement, type PlacedLeg } from "./choose-places.ts";
import {
  deleteCeilingUses,
  insertCeilingUses,
  listCeilings,
  lockCounters,
} from "../ceilings/queries.ts";
import {
  endCoolDowns,
  expireAllocations,
  type FreedUnits,
  insertCoolDowns,
  listOwnedUnits,
  lockSlots,
  type OwnedUnits,
  readClock,
  writeTakeover,
} from "./queries.ts";
import { refuseVisit } from "./refuse-visit.ts";
import type { CoolDown } from "./release-places.ts";
import { createSlotBoard, type SlotState } from "./slot-board.ts";

const minuteMs = 60_000;

/** A wish for places at one site and time. */
export interface ClaimRequest {
  readonly rules: BookingRules;
  readonly siteId: string;
  readonly partySize: number;
  /** Epoch ms. */
  readonly startsAt: number;
  /** The one resource that the caller insists on. */
  readonly resourceId?: string | undefined;
  readonly channel: Channel;
  /** Staff may book within the notice, end cool-downs and overbook. */
  readonly isStaff: boolean;
  /** Take the time although it is full; the places are not counted. Staff only. */
  readonly isOverbooking?: boolean;
  readonly owner: { readonly kind: "hold" | "appointment"; readonly id: string };
  /** Seconds until a hold expires; null for appointments. */
  readonly ttlSeconds: number | null;
  /** Owners whose places are given back in the same step: the old time of a reschedule, a hold that is replaced. */
  readonly releasedOwnerIds?: readonly string[];
  /** Keeps given-back places of a scarce service from the public for a while. */
  readonly coolDown?: CoolDown | undefined;
}

/** Places that are now taken. Instants are epoch ms. */
export interface Claim {
  readonly legs: readonly PlacedLeg[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** Date of the start at the site, `YYYY-MM-DD`. */
  readonly localDate: string;
  readonly timeZone: string;
}

/**
 * Takes places for a visit, or refuses and takes nothing. Locks every slot that could serve it in id order, then the
 * ceilings, and decides on what it then reads, so that no slot is oversold whatever the isolation level.
 * Runs in the caller's transaction. Throws the slots slice's problems; not idempotent by itself.
 */
export async function claimPlaces(
  trx: Trx,
  tenantId: string,
  request: ClaimRequest,
): Promise<Claim> {
  const timeZone = checkRequest(request);
  const now = await readClock(trx);
  checkTimes(request, now);
  const releasedOwnerIds = request.releasedOwnerIds ?? [];
  const locked = await lockForClaim(trx, tenantId, { request, releasedOwnerIds });
  if (releasedOwnerIds.length > 0) await deleteCeilingUses(trx, tenantId, releasedOwnerIds);
  const { ceilings, counters, booking } = await lockCeilings(trx, tenantId, {
    request,
    slots: locked.slots,
    timeZone,
    now,
  });
  const attempt = (slots: readonly SlotState[]): Placement | Misfit =>
    choosePlaces(
      {
        board: createSlotBoard(slots),
        rules: siteRules(request),
        unitsUnderCeilings: unitsLeft(ceilings, counters, booking),
        isPublished: (start, services) =>
          services.every((service) => publishedAt(service, { ...start, timeZone }) <= now),
        isOverbooking: request.isOverbooking ?? false,
      },
      { ...request, services: request.rules.services },
    );
  const placement = await placeOrRefuse(trx, tenantId, {
    request,
    slots: locked.slots,
    attempt,
    timeZone,
  });
  await writeClaim(trx, tenantId, {
    request,
    placement,
    released: locked.released,
    releasedOwnerIds,
  });
  await writeCeilingUses(trx, tenantId, { request, placement, ceilings, counters, booking });
  await coolDown(trx, tenantId, { request, placement, released: locked.released });
  return toClaim(placement, timeZone);
}

function checkRequest({ rules, siteId, partySize, resourceId, isStaff }: ClaimRequest): string {
  const site = rules.sites.find((one) => one.id === siteId);
  if (!site) throw refuseVisit("no_start", undefined);
  const partySizeMax = Math.min(...rules.services.map((service) => service.partySizeMax));
  if (partySize > partySizeMax) {
    throw new DomainError(partyTooLarge, `At most ${partySizeMax} people fit one appointment.`, {
      facts: { party_size_max: partySizeMax },
    });
  }
  const chosen = rules.candidates.find((one) => one.resourceId === resourceId);
  if (resourceId !== undefined && !(chosen && (chosen.isChoosable || isStaff))) {
    throw new DomainError(invalidRequest, "This resource cannot be chosen for these services.", {
      facts: { errors: [{ path: "resource_id", message: "cannot be chosen" }] },
    });
  }
  return site.timeZone;
}

/** Citizens need the longest notice of the services; staff may book until the time has begun. */
function checkTimes({ startsAt, rules, isStaff }: ClaimRequest, now: number): void {
  const noticeMinutes = isStaff
    ? 0
    : Math.max(...rules.services.map((service) => service.noticeMinutes));
  if (startsAt < now + noticeMinutes * minuteMs || startsAt <= now) {
    throw new DomainError(noticeTooShort, "This time is too near or past to be booked.", {
      facts: { notice_minutes: noticeMinutes },
    });
  }
}

/** Only resources of the wanted site can serve the visit. */
function siteRules({ rules, siteId }: ClaimRequest): Pick<BookingRules, "candidates"> {
  return { candidates: rules.candidates.filter((one) => one.siteId === siteId) };
}

/** The span of slots that any placement could use: buffers and gaps included, plus one longest cell. */
function spanOf(request: ClaimRequest): { from: number; to: number } {
  const { services } = request.rules;
  const stays = services.map((service) => planStay([service], request.partySize));
  const minutes = stays.reduce(
    (sum, stay) => sum + stay.minutes + stay.bufferBeforeMinutes + stay.bufferAfterMinutes,
    0,
  );
  const gaps = services
    .slice(0, -1)
    .reduce((sum, service) => sum + service.legGapMaxMinutes + 60, 0);
  const before = Math.max(...stays.map((stay) => stay.bufferBeforeMinutes));
  const cell = Math.max(5, ...siteRules(request).candidates.map((one) => one.cellMinutes));
  return {
    from: request.startsAt - Math.ceil(before / cell) * cell * minuteMs,
    to: request.startsAt + Math.max(1, Math.ceil((minutes + gaps) / cell) * cell) * minuteMs,
  };
}

/** Locks the slots that could serve the visit and those it gives back; the latter count as free again. */
async function lockForClaim(
  trx: Trx,
  tenantId: string,
  { request, releasedOwnerIds }: { request: ClaimRequest; releasedOwnerIds: readonly string[] },
): Promise<{ slots: SlotState[]; released: readonly OwnedUnits[] }> {
  const before =
    releasedOwnerIds.length > 0 ? await listOwnedUnits(trx, tenantId, releasedOwnerIds) : [];
  const slots = await lockSlots(trx, tenantId, {
    ...spanOf(request),
    resourceIds: siteRules(request).candidates.map((one) => one.resourceId),
    slotIds: before.map((one) => one.slotId),
  });
  if (releasedOwnerIds.length === 0) return { slots, released: [] };
  const released = await listOwnedUnits(trx, tenantId, releasedOwnerIds);
  const lockedIds = new Set(slots.map((slot) => slot.id));
  if (released.some((one) => !lockedIds.has(one.slotId)))
    throw new StaleRead("The places moved before they were locked");
  return {
    slots: creditUnits(
      slots,
      released.filter((one) => one.isCounted),
    ),
    released,
  };
}

function creditUnits(slots: readonly SlotState[], freed: readonly FreedUnits[]): SlotState[] {
  const units = new Map<number, number>();
  for (const one of freed) units.set(one.slotId, (units.get(one.slotId) ?? 0) + one.units);
  return slots.map((slot) => ({ ...slot, taken: slot.taken - (units.get(slot.id) ?? 0) }));
}

async function lockCeilings(
  trx: Trx,
  tenantId: string,
  given: { request: ClaimRequest; slots: readonly SlotState[]; timeZone: string; now: number },
): Promise<{ ceilings: readonly Ceiling[]; counters: readonly Counter[]; booking: CeilingCase }> {
  const { request, slots, timeZone, now } = given;
  const serviceIds = request.rules.services.map((service) => service.id);
  const booking: CeilingCase = { channel: request.channel, serviceIds, timeZone, now };
  const limited = slots.filter((slot) => slot.hasCeilings);
  if (limited.length === 0 || request.isOverbooking) return { ceilings: [], counters: [], booking };
  const ceilings = await listCeilings(trx, tenantId, [
    ...new Set(limited.map((slot) => slot.openingId)),
  ]);
  const counters = await lockCounters(trx, tenantId, counterKeys(ceilings, limited, booking));
  return { ceilings, counters, booking };
}

/** Tries on what is read; when full, first tidies what has expired, then (for staff) ends cool-downs one by one. */
async function placeOrRefuse(
  trx: Trx,
  tenantId: string,
  given: {
    request: ClaimRequest;
    slots: readonly SlotState[];
    attempt: (slots: readonly SlotState[]) => Placement | Misfit;
    timeZone: string;
  },
): Promise<Placement> {
  const { request, attempt, timeZone } = given;
  let slots = given.slots;
  let outcome = attempt(slots);
  if (outcome !== "full" && outcome !== "ceiling")
    return placementOr(outcome, { request, slots, timeZone });
  const slotIds = slots.map((slot) => slot.id);
  slots = creditUnits(slots, await expireAllocations(trx, tenantId, slotIds));
  outcome = attempt(slots);
  while (outcome === "full" && request.isStaff) {
    const freed = await endCoolDowns(trx, tenantId, slotIds);
    if (freed.length === 0) break;
    slots = creditUnits(slots, freed);
    outcome = attempt(slots);
  }
  return placementOr(outcome, { request, slots, timeZone });
}

function placementOr(
  outcome: Placement | Misfit,
  given: { request: ClaimRequest; slots: readonly SlotState[]; timeZone: string },
): Placement {
  if (typeof outcome !== "string") return outcome;
  throw refuseVisit(outcome, publicationOf(given));
}

/** When the start becomes bookable at the earliest of the resources that have it. */
function publicationOf(given: {
  request: ClaimRequest;
  slots: readonly SlotState[];
  timeZone: string;
}): number | undefined {
  const { request, slots, timeZone } = given;
  const instants = slots
    .filter((slot) => slot.startsAt === request.startsAt && slot.isStart)
    .map((slot) =>
      Math.max(
        ...request.rules.services.map((service) => publishedAt(service, { ...slot, timeZone })),
      ),
    );
  return instants.length === 0 ? undefined : Math.min(...instants);
}

async function writeClaim(
  trx: Trx,
  tenantId: string,
  given: {
    request: ClaimRequest;
    placement: Placement;
    released: readonly OwnedUnits[];
    releasedOwnerIds: readonly string[];
  },
): Promise<void> {
  const { request, placement, released, releasedOwnerIds } = given;
  const isCounted = !request.isOverbooking;
  const deltas = new Map<number, number>();
  const add = (slotId: number, units: number): void => {
    deltas.set(slotId, (deltas.get(slotId) ?? 0) + units);
  };
  for (const one of released) if (one.isCounted) add(one.slotId, -one.units);
  for (const taking of placement.takings) if (isCounted) add(taking.slot.id, taking.units);
  await writeTakeover(trx, tenantId, {
    owner: request.owner,
    ttlSeconds: request.ttlSeconds,
    isCounted,
    allocations: placement.takings.map((taking) => ({
      slotId: taking.slot.id,
      leg: taking.leg,
      units: taking.units,
    })),
    releasedOwnerIds,
    deltas,
  });
}

/** What was given back and not taken again cools down. */
async function coolDown(
  trx: Trx,
  tenantId: string,
  given: { request: ClaimRequest; placement: Placement; released: readonly OwnedUnits[] },
): Promise<void> {
  const { request, placement, released } = given;
  if (!request.coolDown || request.coolDown.coolDownSeconds === 0) return;
  const takenAgain = new Set(placement.takings.map((taking) => taking.slot.id));
  await insertCoolDowns(trx, tenantId, {
    ownerId: request.owner.id,
    seconds: request.coolDown.coolDownSeconds,
    noticeMinutes: request.coolDown.noticeMinutes,
    units: released.filter((one) => !takenAgain.has(one.slotId)),
  });
}

async function writeCeilingUses(
  trx: Trx,
  tenantId: string,
  given: {
    request: ClaimRequest;
    placement: Placement;
    ceilings: readonly Ceiling[];
    counters: readonly Counter[];
    booking: CeilingCase;
  },
): Promise<void> {
  const uses = ceilingUses(given.ceilings, given.placement.takings, given.booking);
  if (uses.size === 0) return;
  const byId = new Map<number, number>();
  for (const counter of given.counters) {
    const units = uses.get(keyText(counter));
    if (units === undefined) continue;
    if (counter.taken + units > counter.capacity) throw refuseVisit("ceiling", undefined);
    byId.set(counter.id, units);
  }
  await insertCeilingUses(trx, tenantId, { ownerId: given.request.owner.id, uses: byId });
}

function toClaim({ legs, takings }: Placement, timeZone: string): Claim {
  const first = legs[0];
  const last = legs.at(-1);
  const startSlot = takings.find((taking) => taking.slot.startsAt === first?.startsAt)?.slot;
  if (!first || !last || !startSlot) throw new Error("A placement has no legs");
  return {
    legs,
    startsAt: first.startsAt,
    endsAt: last.endsAt,
    localDate: startSlot.localDate,
    timeZone,
  };
}

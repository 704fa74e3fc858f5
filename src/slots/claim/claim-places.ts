import { v7 as uuidv7 } from "uuid";
import type { Channel } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { writeTogether } from "../../db/together.ts";
import { DomainError, invalidRequest } from "../../errors.ts";
import { noticeTooShort, partyTooLarge, serviceSuspended } from "../errors.ts";
import { isSuspended } from "../suspensions/suspension.ts";
import type { BookingRules } from "../rules/booking-rules.ts";
import { publicFrom } from "../early/public-from.ts";
import { publishedAt } from "../rules/publication.ts";
import {
  type CeilingCase,
  ceilingUses,
  counterKeys,
  inLockOrder,
  type Counter,
  keyText,
  type Ceiling,
  unitsLeft,
} from "../ceilings/ceilings.ts";
import type { Choice, Placement, PlacedLeg } from "./choose-places.ts";
import {
  deleteCeilingUses,
  insertCeilingUses,
  listCeilings,
  listCounters,
  listUsedCounters,
  lockCounters,
} from "../ceilings/queries.ts";
import type { Priority } from "../kept-back.ts";
import { creditUnits } from "./credit-units.ts";
import { type Locked, placeOrRefuse } from "./place-or-refuse.ts";
import {
  insertCoolDowns,
  listOwnedUnits,
  lockSlots,
  type OwnedUnits,
  readClock,
  writeTakeover,
} from "./queries.ts";
import { reachOf } from "./reach.ts";
import { refuseVisit } from "./refuse-visit.ts";
import type { CoolDown } from "./release-places.ts";
import { createSlotBoard, type SlotState } from "./slot-board.ts";
import { type MovedStay, stayMoveWrites } from "./stay-queries.ts";

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
  /** Whoever comes before others may have what is kept back for him, but nothing more. */
  readonly priority?: Priority | undefined;
  /** Take the time although it is full; the places are not counted. Staff only. */
  readonly isOverbooking?: boolean;
  readonly owner: { readonly kind: "hold" | "appointment" | "offer"; readonly id: string };
  /** Seconds until a hold or an offer expires; null for appointments. */
  readonly ttlSeconds: number | null;
  /** Owners whose places are given back in the same step: the old time of a reschedule, a hold that is replaced. */
  readonly releasedOwnerIds?: readonly string[];
  /** Keeps given-back places of a scarce service from the public for a while. */
  readonly coolDown?: CoolDown | undefined;
}

/** When and where a visit takes place. Instants are epoch ms. */
export interface VisitTime {
  readonly legs: readonly PlacedLeg[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** Date of the start at the site, `YYYY-MM-DD`. */
  readonly localDate: string;
  readonly timeZone: string;
}

/** Places that are now taken. */
export interface Claim extends VisitTime {
  /** Others who were moved to equivalent resources so that this visit fits; the caller records `moveEvents` of them. */
  readonly moved: readonly MovedStay[];
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
  const { ceilings, booking, ...limits } = await lockCeilings(trx, tenantId, {
    request,
    slots: locked.slots,
    timeZone,
    now,
  });
  const choiceOf = (tried: Locked): Choice => ({
    board: createSlotBoard(tried.slots),
    rules: reachOf(request),
    unitsUnderCeilings: unitsLeft(ceilings, tried.counters, booking),
    isPublished: (start, services) =>
      services.every((service) => publishedAt(service, { ...start, timeZone }) <= now),
    isOverbooking: request.isOverbooking ?? false,
  });
  const { placement, counters, mover } = await placeOrRefuse(trx, tenantId, {
    request,
    locked: { slots: locked.slots, counters: limits.counters },
    choiceOf,
    timeZone,
  });
  const moved = mover?.moved() ?? [];
  await writeClaim(trx, tenantId, {
    request,
    placement,
    moved,
    released: locked.released,
    releasedOwnerIds,
  });
  await writeCeilingUses(trx, tenantId, { request, placement, ceilings, counters, booking });
  await coolDown(trx, tenantId, { request, placement, released: locked.released });
  return { ...toClaim(placement, timeZone), moved };
}

/** Checks site, party and chosen resource; returns the site's zone. Throws the problem of what does not fit. */
export function checkRequest({
  rules,
  siteId,
  partySize,
  resourceId,
  isStaff,
}: ClaimRequest): string {
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
      facts: { errors: [{ in: "body", path: "resource_id", message: "cannot be chosen" }] },
    });
  }
  return site.timeZone;
}

/**
 * Citizens need the longest notice of the services; staff may book until the time has begun; nobody books what is suspended,
 * and others than those who were cancelled nothing that is published to them first. Throws `notice-too-short`,
 * `service-suspended` and `not-published-yet`.
 */
export function checkTimes(request: ClaimRequest, now: number): void {
  const { startsAt, rules, isStaff } = request;
  const noticeMinutes = isStaff
    ? 0
    : Math.max(...rules.services.map((service) => service.noticeMinutes));
  if (startsAt < now + noticeMinutes * minuteMs || startsAt <= now) {
    throw new DomainError(noticeTooShort, "This time is too near or past to be booked.", {
      facts: { notice_minutes: noticeMinutes },
    });
  }
  if (isSuspended(rules.services, request))
    throw new DomainError(serviceSuspended, "The service is suspended at this time.");
  const from = publicFrom(rules.services, request, { ...request, now });
  if (from !== undefined) throw refuseVisit("not_published", from);
}

/** Locks the slots that could serve the visit and those it gives back; the latter count as free again. */
async function lockForClaim(
  trx: Trx,
  tenantId: string,
  { request, releasedOwnerIds }: { request: ClaimRequest; releasedOwnerIds: readonly string[] },
): Promise<{ slots: readonly SlotState[]; released: readonly OwnedUnits[] }> {
  const before =
    releasedOwnerIds.length > 0 ? await listOwnedUnits(trx, tenantId, releasedOwnerIds) : [];
  const reach = reachOf(request);
  const slots = await lockSlots(trx, tenantId, {
    from: request.startsAt - reach.beforeMs,
    to: request.startsAt + reach.afterMs,
    resourceIds: reach.candidates.map((one) => one.resourceId),
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

interface LockedCeilings {
  readonly ceilings: readonly Ceiling[];
  readonly counters: readonly Counter[];
  readonly booking: CeilingCase;
}

/** Locks the counters of all ceilings that could bind, and those it gives back, in one order; then gives back. */
async function lockCeilings(
  trx: Trx,
  tenantId: string,
  given: { request: ClaimRequest; slots: readonly SlotState[]; timeZone: string; now: number },
): Promise<LockedCeilings> {
  const { request, slots, timeZone, now } = given;
  const serviceIds = request.rules.services.map((service) => service.id);
  const booking: CeilingCase = { channel: request.channel, serviceIds, timeZone, now };
  const limited = request.isOverbooking ? [] : slots.filter((slot) => slot.hasCeilings);
  const releasedOwnerIds = request.releasedOwnerIds ?? [];
  const used =
    releasedOwnerIds.length > 0 ? await listUsedCounters(trx, tenantId, releasedOwnerIds) : [];
  if (limited.length === 0 && used.length === 0) return { ceilings: [], counters: [], booking };
  const openingIds = [...new Set(limited.map((slot) => slot.openingId))];
  const ceilings = await listCeilings(trx, tenantId, openingIds);
  const keys = inLockOrder([...counterKeys(ceilings, limited, booking), ...used]);
  const counters = await lockCounters(trx, tenantId, keys);
  if (used.length === 0) return { ceilings, counters, booking };
  await deleteCeilingUses(trx, tenantId, releasedOwnerIds);
  const counterIds = counters.map((counter) => counter.id);
  return { ceilings, counters: await listCounters(trx, tenantId, counterIds), booking };
}

async function writeClaim(
  trx: Trx,
  tenantId: string,
  given: {
    request: ClaimRequest;
    placement: Placement;
    moved: readonly MovedStay[];
    released: readonly OwnedUnits[];
    releasedOwnerIds: readonly string[];
  },
): Promise<void> {
  const { request, placement, moved, released, releasedOwnerIds } = given;
  const isCounted = !request.isOverbooking;
  const deltas = new Map<number, number>();
  const add = (slotId: number, units: number): void => {
    deltas.set(slotId, (deltas.get(slotId) ?? 0) + units);
  };
  for (const one of released) if (one.isCounted) add(one.slotId, -one.units);
  for (const taking of placement.takings) if (isCounted) add(taking.slot.id, taking.units);
  for (const { units, fromSlotIds, toSlotIds } of moved) {
    for (const slotId of fromSlotIds) add(slotId, -units);
    for (const slotId of toSlotIds) add(slotId, units);
  }
  await writeTakeover(trx, tenantId, {
    owner: request.owner,
    ttlSeconds: request.ttlSeconds,
    startsAt: request.startsAt,
    isCounted,
    allocations: placement.takings.map((taking) => ({
      slotId: taking.slot.id,
      leg: taking.leg,
      units: taking.units,
    })),
    releasedOwnerIds,
    deltas,
  });
  await writeTogether(trx, stayMoveWrites(tenantId, moved));
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
    ownerId: uuidv7(),
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

/** What a placement comes to for whoever claimed it. */
export function toClaim({ legs, takings }: Placement, timeZone: string): VisitTime {
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

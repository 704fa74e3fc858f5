import type { Trx } from "../../../db/database.ts";
import { mergeIntervals } from "../../../time/interval.ts";
import type { Choice, Placement, Visit } from "../../claim/choose-places.ts";
import { hasRoomInReach, makeRoom } from "../../claim/make-room.ts";
import { createMover, type KnownStay, loadStays, type Mover } from "../../claim/mover.ts";
import { expireAllocations } from "../../claim/queries.ts";
import { type Reach, reachOf } from "../../claim/reach.ts";
import { createSlotBoard, type SlotBoard, type SlotState } from "../../claim/slot-board.ts";
import { type MovedStay } from "../../claim/stay-queries.ts";
import type { BookingRules, ServiceRule } from "../../rules/booking-rules.ts";
import {
  findStayMinutesMax,
  listResources,
  listServiceRules,
  listUnevenResourceIds,
} from "../../rules/queries.ts";
import {
  listStartsWithRoom,
  listUnseatedVisits,
  lockSlotsDuring,
  type UnseatedVisit,
  writeSeats,
} from "./queries.ts";

/** Whom other resources took over. */
export interface Seated {
  readonly appointmentIds: readonly string[];
  /** Those and the others who made room for them, for the audit; nobody needs to be told. */
  readonly moved: readonly MovedStay[];
}

/**
 * Gives appointments whose places are not counted places at equivalent resources of the same time, moving others as
 * claims do; the oldest first, each whole and at exactly its times or not at all. Whoever chose or was told his resource
 * stays where he is. In the caller's transaction, which has locked the slots that these appointments have; the slots
 * looked at are locked in id order, those of the same times only. May be repeated.
 */
export async function seatElsewhere(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<Seated> {
  if (appointmentIds.length === 0) return nobody;
  const visits = await listUnseatedVisits(trx, tenantId, appointmentIds);
  const results: Seated[] = [];
  for (const own of Map.groupBy(visits, (visit) => visit.siteId).values()) {
    results.push(await seatAtSite(trx, tenantId, own));
  }
  return {
    appointmentIds: results.flatMap((one) => one.appointmentIds),
    moved: results.flatMap((one) => one.moved),
  };
}

const nobody: Seated = { appointmentIds: [], moved: [] };

type MutableSlot = SlotState & { taken: number };

/** What seating at one site works on. */
interface Table {
  readonly board: SlotBoard;
  readonly slots: ReadonlyMap<number, MutableSlot>;
  readonly mover: Mover;
  /** Kinds of visits for which there is no room left; nobody who is seated makes any. */
  readonly hopeless: Set<string>;
}

interface Wish {
  readonly visit: UnseatedVisit;
  readonly services: readonly ServiceRule[];
  readonly reach: Reach;
}

async function seatAtSite(
  trx: Trx,
  tenantId: string,
  visits: readonly UnseatedVisit[],
): Promise<Seated> {
  const wishes = await withHope(trx, tenantId, await wishesOf(trx, tenantId, visits));
  if (wishes.length === 0) return nobody;
  const table = await layTable(trx, tenantId, wishes);
  const seated = wishes.filter((wish) => seat(table, wish)).map(({ visit }) => visit);
  if (seated.length === 0) return nobody;
  const seats = table.mover.added();
  const moved = table.mover.moved();
  await writeSeats(trx, tenantId, { appointmentIds: seated.map(({ id }) => id), seats, moved });
  return {
    appointmentIds: seated.map(({ id }) => id),
    moved: [...moved, ...seats.map((stay) => movedFrom(stay, seated))],
  };
}

/** Visits, oldest first, with what decides about them; without those whose services are retired. */
async function wishesOf(
  trx: Trx,
  tenantId: string,
  visits: readonly UnseatedVisit[],
): Promise<Wish[]> {
  const siteId = visits[0]?.siteId ?? null;
  const ids = [...new Set(visits.flatMap((visit) => visit.legs.map((leg) => leg.serviceId)))];
  const known = new Map((await listServiceRules(trx, tenantId, ids)).map((one) => [one.id, one]));
  const { sites, resources } = await listResources(trx, tenantId, siteId);
  const common = {
    sites,
    siteResources: resources,
    stayMinutesMax: await findStayMinutesMax(trx, tenantId),
    unevenResourceIds: await listUnevenResourceIds(trx, tenantId, siteId),
  };
  const rulesByName = new Map<string, BookingRules>();
  return visits.flatMap((visit) => {
    const serviceIds = visit.legs.map((leg) => leg.serviceId);
    const services = serviceIds.flatMap((id) => known.get(id) ?? []);
    if (services.length < serviceIds.length) return [];
    const name = serviceIds.join();
    const candidates = resources.filter((one) => one.offers.some((id) => serviceIds.includes(id)));
    const rules = rulesByName.get(name) ?? { ...common, services, candidates };
    rulesByName.set(name, rules);
    return { visit, services, reach: reachOf({ ...visit, rules }) };
  });
}

/**
 * Leaves out whose start finds every resource full or closed that could exchange stays with one that serves him: no move
 * changes that. A closed site is judged by one look, without a lock.
 */
async function withHope(trx: Trx, tenantId: string, wishes: readonly Wish[]): Promise<Wish[]> {
  if (wishes.length === 0) return [];
  const starts = await listStartsWithRoom(trx, tenantId, {
    resourceIds: resourcesOf(wishes),
    starts: [...new Set(wishes.map(({ visit }) => visit.startsAt))],
  });
  return wishes.filter(({ visit }) => starts.has(visit.startsAt));
}

function resourcesOf(wishes: readonly Wish[]): string[] {
  return [...new Set(wishes.flatMap(({ reach }) => reach.candidates.map((one) => one.resourceId)))];
}

async function layTable(trx: Trx, tenantId: string, wishes: readonly Wish[]): Promise<Table> {
  const locked = await lockSlotsDuring(trx, tenantId, {
    resourceIds: resourcesOf(wishes),
    intervals: mergeIntervals(
      wishes.map(({ visit, reach }) => ({
        start: visit.startsAt - reach.beforeMs,
        end: visit.startsAt + reach.afterMs,
      })),
    ),
  });
  const slots = new Map(locked.map((slot): [number, MutableSlot] => [slot.id, { ...slot }]));
  const freed = await expireAllocations(trx, tenantId, { slotIds: [...slots.keys()] });
  for (const { slotId, units } of freed) addTaken(slots, slotId, -units);
  return {
    board: createSlotBoard([...slots.values()]),
    slots,
    mover: createMover(await loadStays(trx, tenantId, locked)),
    hopeless: new Set(),
  };
}

function addTaken(slots: ReadonlyMap<number, MutableSlot>, slotId: number, units: number): void {
  const slot = slots.get(slotId);
  if (!slot) throw new Error("A slot changed that is not on the table");
  slot.taken += units;
}

/** Finds places for one visit and notes them as taken; false when there are none at its times. */
function seat(table: Table, { visit, services, reach }: Wish): boolean {
  const { partySize, startsAt } = visit;
  const kind = [startsAt, partySize, ...services.map(({ id }) => id)].join("/");
  if (table.hopeless.has(kind)) return false;
  const choice: Choice = {
    board: table.board,
    rules: reach,
    // What an opening's ceilings count stays as it was booked, so that nobody is moved to where ceilings apply.
    unitsUnderCeilings: ({ run }) =>
      run.some((slot) => slot.hasCeilings) ? 0 : Number.POSITIVE_INFINITY,
    isPublished: () => true,
  };
  const wanted: Visit = { services, partySize, startsAt };
  const room = hasRoomInReach(choice, wanted)
    ? makeRoom(choice, wanted, table.mover.stays())
    : undefined;
  if (!room || !keepsTimes(room.placement, visit)) {
    table.hopeless.add(kind);
    return false;
  }
  for (const [slotId, units] of table.mover.move(room.moves)) addTaken(table.slots, slotId, units);
  for (const { slot, units } of room.placement.takings) addTaken(table.slots, slot.id, units);
  for (const stay of staysOf(room.placement, { visit, services, reach })) table.mover.add(stay);
  return true;
}

/** Whether every service is at the very time that the citizen was told. */
function keepsTimes({ legs }: Placement, visit: UnseatedVisit): boolean {
  return (
    legs.length === visit.legs.length &&
    legs.every((leg, i) => {
      const told = visit.legs[i];
      return (
        leg.serviceId === told?.serviceId &&
        leg.startsAt === told.startsAt &&
        leg.endsAt === told.endsAt
      );
    })
  );
}

/** The stays of a placement, so that whoever comes next may move them on. */
function staysOf({ takings, legs }: Placement, { visit, services, reach }: Wish): KnownStay[] {
  const groups = Map.groupBy(takings, ({ leg, slot }) => `${leg}/${slot.resourceId}`);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { leg, units, serviceIds, slot } = first;
    const role = reach.candidates.find((one) => one.resourceId === slot.resourceId)?.role;
    const begin = legs.find((one) => one.serviceId === serviceIds[0]);
    if (role === undefined || !begin) throw new Error("A placement names an unknown resource");
    return {
      ownerKind: "appointment",
      ownerId: visit.id,
      leg,
      resourceId: slot.resourceId,
      slotIds: own.map((one) => one.slot.id),
      startsAt: begin.startsAt,
      units,
      services: services.filter(({ id }) => serviceIds.includes(id)),
      partySize: visit.partySize,
      role,
      expiresAt: null,
    };
  });
}

function movedFrom(stay: KnownStay, visits: readonly UnseatedVisit[]): MovedStay {
  const visit = visits.find(({ id }) => id === stay.ownerId);
  return {
    ownerKind: "appointment",
    ownerId: stay.ownerId,
    leg: stay.leg,
    units: stay.units,
    expiresAt: null,
    fromSlotIds: visit?.slotIds ?? [],
    toSlotIds: stay.slotIds,
  };
}

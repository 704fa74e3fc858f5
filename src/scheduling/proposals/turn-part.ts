import type { Trx } from "../../db/database.ts";
import type { EventContext } from "../../events/record-events.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { lockInventories } from "../../slots/inventory/queries.ts";
import type { WantedInventory } from "../../slots/inventory/wanted-slots.ts";
import { dateOfDayNumber, toLocalDate } from "../../time/local-date.ts";
import { turnInventories, wantedInventory } from "../apply-schedules.ts";
import { loadSchedules } from "../load-schedules.ts";
import {
  addCounts,
  type EffectCounts,
  type EffectDay,
  noCounts,
  type Outcome,
  type Part,
} from "./proposal.ts";
import { type BookableSlot, listBookableSlots, listConcerned } from "./queries.ts";

/** What becomes of one appointment. */
export interface OutcomeOf {
  readonly appointmentId: string;
  readonly outcome: Outcome;
}

/** What a part did. */
export interface PartEffect {
  readonly days: readonly EffectDay[];
  readonly outcomes: readonly OutcomeOf[];
  readonly holdsReleased: number;
}

/**
 * Lets the slots of a part follow the schedules as the caller's transaction sees them, and tells what that did to each
 * day and each appointment. May be repeated.
 */
export async function turnPart(trx: Trx, context: EventContext, part: Part): Promise<PartEffect> {
  const tenantId = context.tenant.id;
  const resourceIds = part.windows.map((window) => window.resource_id);
  await lockInventories(trx, tenantId, resourceIds);
  const inventories = await wantedOf(trx, tenantId, part);
  const before = await listBookableSlots(trx, tenantId, inventories);
  const now = await readClock(trx);
  const turned = await turnInventories(trx, context, {
    inventories,
    followsOffers: part.follows_offers,
  });
  const moved = new Set(turned.movedIds);
  const kept = turned.inventory.keptAppointmentIds.filter((id) => !moved.has(id));
  const outcomes = [
    ...outcomesOf("stays", kept),
    ...outcomesOf("moves", turned.movedIds),
    ...outcomesOf("conflict", turned.inConflictIds),
    ...outcomesOf("returns", turned.supportedAgainIds),
  ];
  const days = new Map<string, EffectCounts>();
  countSlots(days, before, afterwards(inventories, now));
  await countOutcomes(trx, tenantId, { days, outcomes });
  return {
    days: [...days].map(([date, counts]) => ({ site_id: part.site_id, date, ...counts })),
    outcomes,
    holdsReleased: turned.inventory.releasedHolds,
  };
}

function outcomesOf(outcome: Outcome, ids: readonly string[]): OutcomeOf[] {
  return ids.map((appointmentId) => ({ appointmentId, outcome }));
}

async function wantedOf(trx: Trx, tenantId: string, part: Part): Promise<WantedInventory[]> {
  const windows = new Map(part.windows.map((window) => [window.resource_id, window]));
  const loaded = await loadSchedules(trx, tenantId, [...windows.keys()]);
  return loaded.flatMap((one) => {
    const window = windows.get(one.schedule.resourceId);
    if (!window) return [];
    return wantedInventory({
      loaded: one,
      from: toLocalDate(window.from),
      to: toLocalDate(window.to),
    });
  });
}

/** The slots that can be booked once the inventories are as wanted. */
function afterwards(inventories: readonly WantedInventory[], now: number): BookableSlot[] {
  return inventories.flatMap(({ resourceId, slots }) =>
    slots
      .filter((slot) => slot.start > now && slot.mode === "bookable" && slot.capacity > 0)
      .map((slot) => ({
        resourceId,
        startsAt: slot.start,
        date: dateOfDayNumber(slot.localDay),
        capacity: slot.capacity,
      })),
  );
}

function countSlots(
  days: Map<string, EffectCounts>,
  before: readonly BookableSlot[],
  after: readonly BookableSlot[],
): void {
  const nameOf = (slot: BookableSlot): string => `${slot.resourceId}/${slot.startsAt}`;
  const known = new Map(before.map((slot) => [nameOf(slot), slot]));
  for (const slot of after) {
    const was = known.get(nameOf(slot));
    known.delete(nameOf(slot));
    const gained = slot.capacity - (was?.capacity ?? 0);
    if (gained === 0) continue;
    note(days, slot.date, {
      slots_gained: was ? 0 : 1,
      places_gained: Math.max(0, gained),
      places_lost: Math.max(0, -gained),
    });
  }
  for (const { date, capacity } of known.values()) {
    note(days, date, { slots_lost: 1, places_lost: capacity });
  }
}

async function countOutcomes(
  trx: Trx,
  tenantId: string,
  { days, outcomes }: { days: Map<string, EffectCounts>; outcomes: readonly OutcomeOf[] },
): Promise<void> {
  const ids = outcomes.map((one) => one.appointmentId);
  const concerned = await listConcerned(trx, tenantId, ids);
  for (const { appointmentId, outcome } of outcomes) {
    const one = concerned.get(appointmentId);
    if (!one) continue;
    const isUnreachable = outcome === "conflict" && !one.hasContact;
    note(days, one.date, {
      ...named[outcome],
      conflicts_without_contact: isUnreachable ? 1 : 0,
    });
  }
}

const named: Readonly<Record<Outcome, Partial<EffectCounts>>> = {
  stays: { stays: 1 },
  moves: { moves: 1 },
  conflict: { conflicts: 1 },
  returns: { returns: 1 },
};

function note(days: Map<string, EffectCounts>, date: string, counts: Partial<EffectCounts>): void {
  days.set(date, addCounts(days.get(date) ?? noCounts, { ...noCounts, ...counts }));
}

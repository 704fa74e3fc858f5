import { markInConflictIn } from "../appointments/conflicts/mark-in-conflict.ts";
import { supportAgainIn } from "../appointments/conflicts/support-again.ts";
import type { Trx } from "../db/database.ts";
import { type EventContext, recordEvents } from "../events/record-events.ts";
import { moveEvents } from "../slots/claim/mover.ts";
import { followOffers, type OffersEffect } from "../slots/inventory/follow-offers.ts";
import type { InventoryEffect, WantedInventory } from "../slots/inventory/wanted-slots.ts";
import { writeInventory } from "../slots/inventory/write-inventory.ts";
import { addDays, dayNumberOf } from "../time/local-date.ts";
import { localDay } from "../time/wall-clock.ts";
import { expandSchedule, type ScheduledCell } from "./expand-schedule.ts";
import { holidaysBetween } from "./holidays.ts";
import type { LoadedSchedule } from "./load-schedules.ts";
import type { DateRange } from "./schedule.ts";

/** How many slots and appointments a change of the schedule touched. */
export type SlotEffect = {
  readonly slots_created: number;
  readonly slots_removed: number;
  readonly slots_changed: number;
  readonly holds_released: number;
  /** Whom equivalent resources took over at the same time; nobody needs to be told. */
  readonly appointments_moved: number;
  readonly appointments_in_conflict: number;
  readonly appointments_supported_again: number;
};

/** A resource's schedule and the local dates on which its slots are to follow it. */
export type ScheduleWindow = DateRange & { readonly loaded: LoadedSchedule };

/** Returns the open cells of a window, by the site's holidays. */
export function cellsOfWindow({ loaded, from, to }: ScheduleWindow): ScheduledCell[] {
  const found = holidaysBetween(loaded.calendar, addDays(from, -1), addDays(to, 1));
  const holidays = new Set(found.map(({ date }) => date));
  return expandSchedule(loaded.schedule, { from, to, holidays });
}

/** Returns what the slots of a window should be. */
export function wantedInventory(
  window: ScheduleWindow,
  cells: readonly ScheduledCell[] = cellsOfWindow(window),
): WantedInventory {
  const { resourceId, zone } = window.loaded.schedule;
  return {
    resourceId,
    from: localDay(window.from, zone).start,
    to: localDay(window.to, zone).end,
    slots: cells.map(({ localDate, ...cell }) => ({ ...cell, localDay: dayNumberOf(localDate) })),
  };
}

/**
 * Makes slots follow and marks the appointments that lose or regain their places, in the caller's transaction,
 * which must hold the inventories' locks since before the schedules were loaded. May be repeated.
 */
export async function applyInventories(
  trx: Trx,
  context: EventContext,
  inventories: readonly WantedInventory[],
): Promise<SlotEffect> {
  return slotEffect(await turnInventories(trx, context, { inventories, followsOffers: false }));
}

/** What became of whom. */
export type Turned = {
  readonly inventory: InventoryEffect;
  /** Appointments at another resource than before, at the same time; supported before and after. */
  readonly movedIds: readonly string[];
  /** Appointments that were supported until now. */
  readonly inConflictIds: readonly string[];
  /** Appointments that were in conflict until now. */
  readonly supportedAgainIds: readonly string[];
};

/** The same as `applyInventories`, for those who want to know whom it concerns, and whose offers changed as well. */
export async function turnInventories(
  trx: Trx,
  context: EventContext,
  {
    inventories,
    followsOffers,
  }: {
    readonly inventories: readonly WantedInventory[];
    /** Whether appointments have to follow what the resources offer as well. */
    readonly followsOffers: boolean;
  },
): Promise<Turned> {
  const written = await writeInventory(trx, context.tenant.id, inventories);
  const inventory = followsOffers
    ? mergeEffects(written, await followOffers(trx, context.tenant.id, inventories))
    : written;
  await recordEvents(trx, context, moveEvents(inventory.moved));
  const inConflictIds = await markInConflictIn(trx, context, inventory.uncountedAppointmentIds);
  const supportedAgainIds = await supportAgainIn(trx, context, inventory.countedAppointmentIds);
  const again = new Set(supportedAgainIds);
  const moved = inventory.moved.filter(({ ownerKind }) => ownerKind === "appointment");
  const movedIds = [...new Set(moved.map(({ ownerId }) => ownerId))].filter((id) => !again.has(id));
  return { inventory, movedIds, inConflictIds, supportedAgainIds };
}

function mergeEffects(written: InventoryEffect, offers: OffersEffect): InventoryEffect {
  const { uncountedAppointmentIds: gone, countedAppointmentIds: back } = offers;
  const isElsewhere = new Set([...gone, ...back]);
  return {
    ...written,
    uncountedAppointmentIds: [
      ...written.uncountedAppointmentIds.filter((id) => !back.includes(id)),
      ...gone,
    ],
    countedAppointmentIds: [
      ...written.countedAppointmentIds.filter((id) => !gone.includes(id)),
      ...back,
    ],
    keptAppointmentIds: written.keptAppointmentIds.filter((id) => !isElsewhere.has(id)),
    moved: [...written.moved, ...offers.moved],
  };
}

function slotEffect({ inventory, movedIds, inConflictIds, supportedAgainIds }: Turned): SlotEffect {
  return {
    slots_created: inventory.created,
    slots_removed: inventory.removed,
    slots_changed: inventory.changed,
    holds_released: inventory.releasedHolds,
    appointments_moved: movedIds.length,
    appointments_in_conflict: inConflictIds.length,
    appointments_supported_again: supportedAgainIds.length,
  };
}

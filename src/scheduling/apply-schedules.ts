import { markInConflictIn } from "../appointments/conflicts/mark-in-conflict.ts";
import { supportAgainIn } from "../appointments/conflicts/support-again.ts";
import type { Trx } from "../db/database.ts";
import type { EventContext } from "../events/record-events.ts";
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
  const effect = await writeInventory(trx, context.tenant.id, inventories);
  const inConflict = await markInConflictIn(trx, context, effect.uncountedAppointmentIds);
  const supported = await supportAgainIn(trx, context, effect.countedAppointmentIds);
  return slotEffect(effect, { inConflict: inConflict.length, supported: supported.length });
}

function slotEffect(
  effect: InventoryEffect,
  { inConflict, supported }: { inConflict: number; supported: number },
): SlotEffect {
  return {
    slots_created: effect.created,
    slots_removed: effect.removed,
    slots_changed: effect.changed,
    holds_released: effect.releasedHolds,
    appointments_in_conflict: inConflict,
    appointments_supported_again: supported,
  };
}

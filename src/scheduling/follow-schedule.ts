import type { Trx } from "../db/database.ts";
import type { EventContext } from "../events/record-events.ts";
import { hasMoreSlotsThan, lockInventories } from "../slots/inventory/queries.ts";
import type { WantedInventory } from "../slots/inventory/wanted-slots.ts";
import { addDays, type LocalDate, toLocalDate } from "../time/local-date.ts";
import {
  applyInventories,
  type ScheduleWindow,
  type SlotEffect,
  wantedInventory,
} from "./apply-schedules.ts";
import { type LoadedSchedule, loadSchedules } from "./load-schedules.ts";
import { listResourceIds, type ScheduleScope } from "./queries.ts";
import type { DateRange } from "./schedule.ts";

/** Most resources whose slots follow within the transaction that changes the schedule. */
const RESOURCES_AT_ONCE_MAX = 100;

/** Most slots, before or after, that follow within the transaction that changes the schedule. */
const SLOTS_AT_ONCE_MAX = 10_000;

/**
 * Whether the slots already follow a change, and what that did. `by_job` means that the change is too large for one
 * transaction: until the job has run, usually within seconds, the old slots can still be booked, and bookings that
 * do not fit are then marked in conflict.
 */
export type FollowUp = ({ readonly applied: "now" } & SlotEffect) | { readonly applied: "by_job" };

/** Whom a change of the schedule concerns, and on which dates; without `dates` on all. */
export type ScheduleChange = {
  readonly scope: ScheduleScope;
  readonly dates?: DateRange | undefined;
};

/**
 * Lets the slots follow a change that the caller's transaction has just written. Small changes are applied at once,
 * so that nothing is booked on closed time from the commit on; larger ones are left to the job that the event
 * `schedule.changed` starts. May be repeated.
 */
export async function followScheduleIn(
  trx: Trx,
  context: EventContext,
  change: ScheduleChange,
): Promise<FollowUp> {
  const tenantId = context.tenant.id;
  const resourceIds = await listResourceIds(trx, tenantId, {
    scope: change.scope,
    limit: RESOURCES_AT_ONCE_MAX + 1,
  });
  if (resourceIds.length > RESOURCES_AT_ONCE_MAX) return { applied: "by_job" };
  await lockInventories(trx, tenantId, resourceIds);
  const windows = (await loadSchedules(trx, tenantId, resourceIds)).flatMap((loaded) =>
    windowOf(loaded, change.dates),
  );
  const inventories = await smallInventories(trx, tenantId, windows);
  if (inventories === undefined) return { applied: "by_job" };
  return { applied: "now", ...(await applyInventories(trx, context, inventories)) };
}

/** The dates of a change on which a resource has or needs slots. */
export function windowOf(loaded: LoadedSchedule, dates: DateRange | undefined): ScheduleWindow[] {
  const end = later(loaded.neededTo, loaded.lastSlotOn);
  const from = dates === undefined ? loaded.today : later(dates.from, loaded.today);
  const to = dates === undefined || dates.to > end ? end : dates.to;
  return from <= to ? [{ loaded, from, to }] : [];
}

/** What the slots should be; undefined when that is too much for one transaction. */
async function smallInventories(
  trx: Trx,
  tenantId: string,
  windows: readonly ScheduleWindow[],
): Promise<WantedInventory[] | undefined> {
  const inventories: WantedInventory[] = [];
  let count = 0;
  for (const window of windows) {
    const inventory = wantedInventory(window);
    count += inventory.slots.length;
    if (count > SLOTS_AT_ONCE_MAX) return undefined;
    inventories.push(inventory);
  }
  const isTooMuch = await hasMoreSlotsThan(trx, tenantId, {
    windows: inventories,
    countMax: SLOTS_AT_ONCE_MAX,
  });
  return isTooMuch ? undefined : inventories;
}

/** Returns the dates that hold both ranges, and the evening before, whose last cell may reach into them. */
export function coveringRange(
  a: { starts_on: string; ends_on: string },
  b: { starts_on: string; ends_on: string } = a,
): DateRange {
  const [from, to] = [a.starts_on < b.starts_on ? a : b, a.ends_on > b.ends_on ? a : b];
  return { from: addDays(toLocalDate(from.starts_on), -1), to: toLocalDate(to.ends_on) };
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

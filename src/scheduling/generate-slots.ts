import type { Deps } from "../context.ts";
import type { Trx } from "../db/database.ts";
import type { EventContext } from "../events/record-events.ts";
import { lockInventories } from "../slots/inventory/queries.ts";
import { addDays, type LocalDate } from "../time/local-date.ts";
import {
  applyInventories,
  cellsOfWindow,
  type SlotEffect,
  wantedInventory,
} from "./apply-schedules.ts";
import type { ScheduledCell } from "./expand-schedule.ts";
import { type LoadedSchedule, loadSchedules } from "./load-schedules.ts";
import { isBeingApplied, upsertGeneration } from "./queries.ts";

/** Slots one transaction writes at most, a day more or less: some 200 ms in which claims on them wait. */
const PART_SLOTS_MAX = 4_000;

/** Days one transaction covers at most. */
const PART_DAYS_MAX = 400;

/** What to generate; without `to` as far as the services' horizons need. */
export type GenerateSlots = {
  readonly resourceId: string;
  readonly to?: LocalDate | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What a run did; `parts` counts its transactions that had something to do. */
export type GenerationReport = SlotEffect & {
  readonly parts: number;
  readonly generatedTo: LocalDate | null;
};

/**
 * Makes the slots of a resource follow its openings, from now up to the longest horizon of its services and one day
 * more (at most 731 days), in short transactions. When nothing has changed since the last run, nothing is expanded
 * or written; when only time has passed, the new days are added. Past slots are left alone.
 *
 * Interrupted runs are taken up where they ended; two runs at once take turns. A resource that does not exist has
 * nothing to do. Throws the signal's reason when aborted.
 */
export async function generateSlots(
  deps: Pick<Deps, "db">,
  context: EventContext,
  { resourceId, to, signal }: GenerateSlots,
): Promise<GenerationReport> {
  let report: GenerationReport = { ...noSlotEffect, parts: 0, generatedTo: null };
  for (;;) {
    const part = await deps.db.inTenant(
      context.tenant.id,
      (trx) => generatePart(trx, context, { resourceId, to }),
      { signal },
    );
    if (part === undefined) return report;
    report = {
      ...addEffects(report, part.effect),
      parts: report.parts + 1,
      generatedTo: part.generatedTo,
    };
  }
}

/** The effect of a change that touches nothing. */
const noSlotEffect: SlotEffect = {
  slots_created: 0,
  slots_removed: 0,
  slots_changed: 0,
  holds_released: 0,
  appointments_moved: 0,
  appointments_in_conflict: 0,
  appointments_supported_again: 0,
};

type Part = { readonly effect: SlotEffect; readonly generatedTo: LocalDate };

/** Does the next piece of work; undefined when there is none. */
async function generatePart(
  trx: Trx,
  context: EventContext,
  { resourceId, to }: Pick<GenerateSlots, "resourceId" | "to">,
): Promise<Part | undefined> {
  const tenantId = context.tenant.id;
  await lockInventories(trx, tenantId, [resourceId]);
  // A large proposal lets the slots of all its resources follow together, so that one takes over from the other.
  if (await isBeingApplied(trx, tenantId, resourceId)) return undefined;
  const [loaded] = await loadSchedules(trx, tenantId, [resourceId]);
  const range = loaded && remainingRange(loaded, to);
  if (loaded === undefined || range === undefined) return undefined;
  const window = {
    loaded,
    from: range.from,
    to: earlier(range.to, addDays(range.from, PART_DAYS_MAX)),
  };
  const part = cutAtDay(cellsOfWindow(window), window.to);
  const inventory = wantedInventory({ ...window, to: part.to }, part.cells);
  const effect = await applyInventories(trx, context, [inventory]);
  await upsertGeneration(trx, tenantId, {
    resourceId,
    digest: loaded.digest,
    generatedTo: part.to,
  });
  return { effect, generatedTo: part.to };
}

/** The dates still to be done: from today when the inputs changed, else those after the last run's. */
function remainingRange(
  { generated, digest, today, neededTo, lastSlotOn }: LoadedSchedule,
  wantedTo: LocalDate | undefined,
): { from: LocalDate; to: LocalDate } | undefined {
  // Slots beyond a horizon that was shortened still have to follow closures.
  const to = later(later(neededTo, lastSlotOn), wantedTo ?? neededTo);
  const isSame = generated?.digest.equals(digest) ?? false;
  const from = isSame && generated !== undefined ? later(today, addDays(generated.to, 1)) : today;
  return from <= to ? { from, to } : undefined;
}

/** Keeps whole days until there are enough cells; at least one day. */
function cutAtDay(
  cells: readonly ScheduledCell[],
  to: LocalDate,
): { cells: readonly ScheduledCell[]; to: LocalDate } {
  const last = cells[PART_SLOTS_MAX];
  const first = cells[0];
  if (last === undefined || first === undefined) return { cells, to };
  const lastDate = later(first.localDate, addDays(last.localDate, -1));
  return { cells: cells.filter(({ localDate }) => localDate <= lastDate), to: lastDate };
}

function addEffects(a: SlotEffect, b: SlotEffect): SlotEffect {
  return {
    slots_created: a.slots_created + b.slots_created,
    slots_removed: a.slots_removed + b.slots_removed,
    slots_changed: a.slots_changed + b.slots_changed,
    holds_released: a.holds_released + b.holds_released,
    appointments_moved: a.appointments_moved + b.appointments_moved,
    appointments_in_conflict: a.appointments_in_conflict + b.appointments_in_conflict,
    appointments_supported_again: a.appointments_supported_again + b.appointments_supported_again,
  };
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { type LocalDate, toLocalDate } from "../../time/local-date.ts";
import { cellsOfWindow, type ScheduleWindow } from "../apply-schedules.ts";
import { type ScheduleChange, windowOf } from "../follow-schedule.ts";
import { loadSchedules } from "../load-schedules.ts";
import { listResourceIds, type ScheduleScope } from "../queries.ts";
import { proposalTooLarge } from "./errors.ts";
import type { Part } from "./proposal.ts";
import { countSlotsByDay, listSitesOfResources } from "./queries.ts";

/** Most resources that one proposal concerns. */
const resourcesMax = 500;

/** Most slots, before or after, that one proposal looks at. */
const slotsMax = 30_000;

/** Most days, site by site. */
const daysMax = 2_000;

/** Slots of one part, a day more or less: some 200 ms in which claims on them wait. */
const partSlotsMax = 4_000;

/** What is to be done, piece by piece. */
export interface Plan {
  readonly parts: readonly Part[];
  readonly slotsExamined: number;
}

/** Resources in the scopes, by id. Throws `proposal-too-large`. */
export async function resourcesOf(
  trx: Trx,
  tenantId: string,
  scopes: readonly ScheduleScope[],
): Promise<string[]> {
  const ids = new Set<string>();
  for (const scope of scopes) {
    const found = await listResourceIds(trx, tenantId, { scope, limit: resourcesMax + 1 });
    for (const id of found) ids.add(id);
    if (ids.size > resourcesMax) throw tooLarge("resources", resourcesMax);
  }
  return [...ids].toSorted();
}

/**
 * Divides changes that the caller's transaction has just written into parts, each of one site and some days, so that
 * whoever gives way or takes over is in the same part. Reads only. Throws `proposal-too-large`.
 */
export async function planParts(
  trx: Trx,
  tenantId: string,
  {
    changes,
    followsOffers,
  }: {
    readonly changes: readonly ScheduleChange[];
    /** Whether services of resources are among what changes. */
    readonly followsOffers: boolean;
  },
): Promise<Plan> {
  const windows = await windowsOf(trx, tenantId, changes);
  if (windows.length === 0) return { parts: [], slotsExamined: 0 };
  const sites = await listSitesOfResources(
    trx,
    tenantId,
    windows.map(({ loaded }) => loaded.schedule.resourceId),
  );
  const sizes = await sizesByDay(trx, tenantId, windows);
  const parts: Part[] = [];
  let slots = 0;
  let days = 0;
  const siteOf = ({ loaded }: ScheduleWindow): string =>
    sites.get(loaded.schedule.resourceId) ?? "";
  for (const [siteId, own] of Map.groupBy(windows, siteOf)) {
    const dates = datesOf(own, sizes);
    days += dates.length;
    slots += dates.reduce((sum, { size }) => sum + size, 0);
    if (slots > slotsMax) throw tooLarge("slots", slotsMax);
    if (days > daysMax) throw tooLarge("days", daysMax);
    const cut = cutIntoParts(own, dates);
    parts.push(
      ...cut.map((part) => ({ site_id: siteId, follows_offers: followsOffers, windows: part })),
    );
  }
  return { parts, slotsExamined: slots };
}

function tooLarge(what: "resources" | "slots" | "days", max: number): DomainError {
  return new DomainError(proposalTooLarge, `This concerns more than ${max} ${what}.`, {
    facts: { what, max },
  });
}

/** One window per resource, which covers all that is changed there. */
async function windowsOf(
  trx: Trx,
  tenantId: string,
  changes: readonly ScheduleChange[],
): Promise<ScheduleWindow[]> {
  const changesOf = new Map<string, ScheduleChange[]>();
  for (const change of changes) {
    for (const id of await resourcesOf(trx, tenantId, [change.scope])) {
      changesOf.set(id, [...(changesOf.get(id) ?? []), change]);
    }
  }
  const loaded = await loadSchedules(trx, tenantId, [...changesOf.keys()]);
  return loaded.flatMap((one) => {
    const own = changesOf.get(one.schedule.resourceId) ?? [];
    const windows = own.flatMap(({ dates }) => windowOf(one, dates));
    const [first] = windows;
    if (!first) return [];
    const from = windows.reduce(
      (least, { from: date }) => (date < least ? date : least),
      first.from,
    );
    const to = windows.reduce((most, { to: date }) => (date > most ? date : most), first.to);
    return { loaded: one, from, to };
  });
}

/** By date, how many slots there are or will be, whichever is more. */
type Sizes = ReadonlyMap<string, ReadonlyMap<string, number>>;

async function sizesByDay(
  trx: Trx,
  tenantId: string,
  windows: readonly ScheduleWindow[],
): Promise<Sizes> {
  const sizes = new Map<string, Map<string, number>>();
  const note = (resourceId: string, date: string, size: number): void => {
    const own = sizes.get(resourceId) ?? new Map<string, number>();
    own.set(date, Math.max(own.get(date) ?? 0, size));
    sizes.set(resourceId, own);
  };
  let wanted = 0;
  for (const window of windows) {
    const cells = cellsOfWindow(window);
    wanted += cells.length;
    if (wanted > slotsMax) throw tooLarge("slots", slotsMax);
    for (const [date, own] of Map.groupBy(cells, ({ localDate }) => localDate)) {
      note(window.loaded.schedule.resourceId, date, own.length);
    }
  }
  const rows = await countSlotsByDay(
    trx,
    tenantId,
    windows.map(({ loaded, from, to }) => ({ resourceId: loaded.schedule.resourceId, from, to })),
  );
  for (const row of rows) note(row.resource_id, row.local_date, row.count);
  return sizes;
}

interface SizedDate {
  readonly date: LocalDate;
  readonly size: number;
}

/** The days of a site on which there is or will be anything, ascending. */
function datesOf(windows: readonly ScheduleWindow[], sizes: Sizes): SizedDate[] {
  const sums = new Map<string, number>();
  for (const { loaded } of windows) {
    for (const [date, size] of sizes.get(loaded.schedule.resourceId) ?? []) {
      sums.set(date, (sums.get(date) ?? 0) + size);
    }
  }
  return [...sums]
    .map(([date, size]) => ({ date: toLocalDate(date), size }))
    .toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

function cutIntoParts(
  windows: readonly ScheduleWindow[],
  dates: readonly SizedDate[],
): Part["windows"][] {
  const ranges: { from: LocalDate; to: LocalDate; size: number }[] = [];
  for (const { date, size } of dates) {
    const last = ranges.at(-1);
    if (last && last.size + size <= partSlotsMax) {
      last.to = date;
      last.size += size;
    } else ranges.push({ from: date, to: date, size });
  }
  return ranges.map(({ from, to }) =>
    windows.flatMap((window) => {
      const start = window.from > from ? window.from : from;
      const end = window.to < to ? window.to : to;
      const resourceId = window.loaded.schedule.resourceId;
      return start <= end ? [{ resource_id: resourceId, from: start, to: end }] : [];
    }),
  );
}

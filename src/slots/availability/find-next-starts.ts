import type { Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { addDays, type LocalDate } from "../../time/local-date.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import {
  type AvailabilityDeps,
  type NextStart,
  nextStartsMax,
  type NextStarts,
  type VisitWish,
} from "./availability.ts";
import { type JudgedStart, judgeStarts } from "./judge-starts.ts";
import { beginSearch, type DateRange, instantsOf, readSites, type Search } from "./read-sites.ts";
import { changeOf } from "./search-availability.ts";
import type { SiteBoard } from "./site-board.ts";
import type { Timed } from "./timed-cache.ts";

/** A search for the earliest free starts. */
export interface NextStartsQuery extends VisitWish {
  /** 1 to 20. */
  readonly countMax: number;
  /** Only starts after this instant. */
  readonly after?: Date | undefined;
}

/** First a week, because the next free time is usually near; then twice as much each time, up to eight weeks. */
const firstDays = 7;
const lastDays = 56;

/** Slots exist one day beyond the longest horizon; a few more days cost nothing where there are none. */
const daysBeyondHorizon = 14;

/**
 * Finds the earliest starts that a claim would be granted at this moment, on one site or all, up to the horizon; or
 * when the next ones are published. May be one second old where `deps` has a cache. Throws `not-found` and
 * `party-too-large`. Reads only; may be repeated.
 */
export async function findNextStarts(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: NextStartsQuery,
): Promise<NextStarts> {
  const load = (): Promise<Timed<NextStarts>> =>
    deps.db.inTenant(tenant.id, (trx) => findIn(trx, tenant, query), { isReadOnly: true });
  const cached = deps.availabilityCache?.next.get(nameOf(tenant, query), load);
  return cached ?? (await load()).value;
}

async function findIn(
  trx: Trx,
  tenant: Tenant,
  query: NextStartsQuery,
): Promise<Timed<NextStarts>> {
  const search = await beginSearch(trx, tenant, query);
  const countMax = Math.min(Math.max(query.countMax, 1), nextStartsMax);
  const earliest = Math.max(search.now, query.after ? query.after.getTime() + 1 : 0);
  let publishedAt = Number.POSITIVE_INFINITY;
  let changesAt = Number.POSITIVE_INFINITY;
  const found: NextStart[] = [];
  for (const range of rangesOf(search, earliest)) {
    let settledUntil = Number.POSITIVE_INFINITY;
    for (const site of await readSites(trx, search, range)) {
      const instants = instantsOf(range, site.reading.site);
      settledUntil = Math.min(settledUntil, instants.to);
      const starts = judgeStarts(site, { ...instants, from: Math.max(instants.from, earliest) });
      found.push(...freeStarts(site, starts));
      for (const start of starts) publishedAt = Math.min(publishedAt, start.publishedAt);
      changesAt = Math.min(changesAt, changeOf(site, starts));
    }
    // A site further east may have earlier starts on the next date than this one has on the last.
    if (found.filter((start) => start.starts_at.getTime() < settledUntil).length >= countMax) break;
  }
  const value = {
    starts: found.toSorted(earlierFirst).slice(0, countMax),
    next_publication_at: found.length === 0 ? instantOrNull(publishedAt) : null,
    changes_at: instantOrNull(changesAt),
  };
  return { value, changesInMs: changesAt - search.now };
}

/** Ranges of dates one after the other, from the earliest date at any site to the horizon. */
function* rangesOf({ rules, now }: Search, earliest: number): Generator<DateRange> {
  if (rules.candidates.length === 0) return;
  const horizon = Math.min(...rules.services.map(horizonDays)) + daysBeyondHorizon;
  const zones = rules.sites.map((site) => site.timeZone);
  let from = zones.map((zone) => localDateOf(earliest, zone)).reduce(earlierDate);
  const end = addDays(zones.map((zone) => localDateOf(now, zone)).reduce(laterDate), horizon);
  for (let days = firstDays; from <= end; days = Math.min(days * 2, lastDays)) {
    const to = earlierDate(addDays(from, days - 1), end);
    yield { from, to };
    from = addDays(to, 1);
  }
}

function horizonDays({ horizonDays: own, publicationPortions }: ServiceRule): number {
  const portions = publicationPortions?.portions ?? [];
  return Math.max(own, ...portions.map((portion) => portion.horizon_days));
}

function earlierDate(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}

function laterDate(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

function freeStarts({ reading: { site } }: SiteBoard, starts: readonly JudgedStart[]): NextStart[] {
  return starts
    .filter((start) => start.places > 0)
    .map((start) => ({
      site_id: site.id,
      date: localDateOf(start.startsAt, site.timeZone),
      time_zone: site.timeZone,
      starts_at: dateFromEpochMs(start.startsAt),
      places: start.places,
    }));
}

function earlierFirst(a: NextStart, b: NextStart): number {
  return a.starts_at.getTime() - b.starts_at.getTime() || (a.site_id < b.site_id ? -1 : 1);
}

function instantOrNull(instant: number): Date | null {
  return Number.isFinite(instant) ? dateFromEpochMs(instant) : null;
}

function nameOf(tenant: Tenant, query: NextStartsQuery): string {
  const { serviceIds, siteId, partySize, channel, isStaff, countMax, after } = query;
  const parts = [serviceIds, siteId ?? null, partySize, channel, countMax, after ?? null];
  return JSON.stringify([tenant.id, ...parts, isStaff ?? false]);
}

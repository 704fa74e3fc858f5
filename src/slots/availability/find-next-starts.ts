import type { Tenant } from "../../context.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { addDays, datesBetween, type LocalDate } from "../../time/local-date.ts";
import { localDateOf, localDay } from "../../time/wall-clock.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import {
  type AvailabilityDeps,
  type NextStart,
  nextStartsMax,
  type NextStarts,
  type VisitWish,
} from "./availability.ts";
import { beginSearch, type Search } from "./begin-search.ts";
import type { JudgedDay } from "./judge-day.ts";
import type { DateRange } from "./lookout.ts";
import { endOfToday, type Sighted } from "./search-availability.ts";
import { takeBreaths } from "./take-breaths.ts";

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
 * when the next ones are published. May be one second old where `deps` has a memory. Throws `not-found` and
 * `party-too-large`. Reads only; may be repeated.
 */
export async function findNextStarts(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: NextStartsQuery,
): Promise<NextStarts> {
  return (await sightNextStarts(deps, tenant, query)).found;
}

/** The same, with what tells whether it still holds. */
export async function sightNextStarts(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: NextStartsQuery,
): Promise<Sighted<NextStarts>> {
  const search = await beginSearch(deps, tenant, query);
  const { wish, lookout, recall, now } = search;
  const countMax = Math.min(Math.max(query.countMax, 1), nextStartsMax);
  const after = query.after ? query.after.getTime() + 1 : 0;
  const earliest = Math.max(now, after);
  const first = rangesOf(search, earliest).next().value;
  const range = first ?? {
    from: localDateOf(now, tenant.timeZone),
    to: localDateOf(now, tenant.timeZone),
  };
  const moment = await lookout.see(tenant.id, wish.rules, range);
  const name = `next/${range.from}/${after}/${countMax}/${search.name}`;
  const found = await recall.get<NextStarts>({ name, rules: wish.rules, moment }, async () => {
    const value = await findIn(search, { earliest, after, countMax });
    return { value, changesAt: value.changes_at?.getTime() ?? Number.POSITIVE_INFINITY };
  });
  const zones = [...new Set(wish.rules.sites.map((site) => site.timeZone))];
  const changesAt = Math.min(
    found.changes_at?.getTime() ?? Number.POSITIVE_INFINITY,
    ...zones.map((timeZone) => endOfToday({ ...tenant, timeZone }, now)),
  );
  const { rules } = wish;
  const { edition } = moment;
  return { found, sighting: { tenantId: tenant.id, rules, range, edition, changesAt } };
}

async function findIn(
  search: Search,
  given: {
    /** Epoch ms. */
    readonly earliest: number;
    /** Epoch ms. */
    readonly after: number;
    readonly countMax: number;
  },
): Promise<NextStarts> {
  const { sites } = search.wish.rules;
  const { earliest, after, countMax } = given;
  const soFar = { publishedAt: Number.POSITIVE_INFINITY, changesAt: Number.POSITIVE_INFINITY };
  const found: NextStart[] = [];
  const breath = takeBreaths();
  for (const range of rangesOf(search, earliest)) {
    const moment = await search.lookout.see(search.wish.tenantId, search.wish.rules, range);
    for (const date of datesBetween(range.from, range.to)) {
      for (const site of sites) {
        const judged = search.judge(moment, search.wish, { site, date });
        await breath();
        found.push(...startsAfter(judged, after));
        soFar.publishedAt = Math.min(soFar.publishedAt, judged.publishedAt);
        soFar.changesAt = Math.min(soFar.changesAt, judged.changesAt);
      }
      // A site further east may have earlier starts on the next date than another has on this one.
      const settledUntil = Math.min(...sites.map((site) => localDay(date, site.timeZone).end));
      if (isEnough(found, settledUntil, countMax)) return nextStarts(found, countMax, soFar);
    }
  }
  return nextStarts(found, countMax, soFar);
}

function nextStarts(
  found: readonly NextStart[],
  countMax: number,
  { publishedAt, changesAt }: { readonly publishedAt: number; readonly changesAt: number },
): NextStarts {
  return {
    starts: found.toSorted(earlierFirst).slice(0, countMax),
    next_publication_at: found.length === 0 ? instantOrNull(publishedAt) : null,
    changes_at: instantOrNull(changesAt),
  };
}

function isEnough(found: readonly NextStart[], settledUntil: number, countMax: number): boolean {
  let settled = 0;
  for (const start of found) if (start.starts_at.getTime() < settledUntil) settled += 1;
  return settled >= countMax;
}

const nextStartsOf = new WeakMap<JudgedDay, readonly NextStart[]>();

/** The free starts of a day from an instant on (epoch ms); made once per judged day. */
function startsAfter(judged: JudgedDay, earliest: number): readonly NextStart[] {
  const { day } = judged;
  const all =
    nextStartsOf.get(judged) ??
    day.starts.map((start) => ({
      site_id: day.site_id,
      date: day.date,
      time_zone: day.time_zone,
      starts_at: start.starts_at,
      places: start.places,
    }));
  nextStartsOf.set(judged, all);
  const [first] = all;
  return !first || first.starts_at.getTime() >= earliest
    ? all
    : all.filter((start) => start.starts_at.getTime() >= earliest);
}

/** Ranges of dates one after the other, from the earliest date at any site to the horizon. */
function* rangesOf(
  { wish: { rules }, now }: Search,
  earliest: number,
): Generator<DateRange, undefined, void> {
  if (rules.candidates.length === 0) return undefined;
  const horizon = Math.min(...rules.services.map(horizonDays)) + daysBeyondHorizon;
  const zones = [...new Set(rules.sites.map((site) => site.timeZone))];
  let from = zones.map((zone) => localDateOf(earliest, zone)).reduce(earlierDate);
  const end = addDays(zones.map((zone) => localDateOf(now, zone)).reduce(laterDate), horizon);
  for (let days = firstDays; from <= end; days = Math.min(days * 2, lastDays)) {
    const to = earlierDate(addDays(from, days - 1), end);
    yield { from, to };
    from = addDays(to, 1);
  }
  return undefined;
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

function earlierFirst(a: NextStart, b: NextStart): number {
  return a.starts_at.getTime() - b.starts_at.getTime() || (a.site_id < b.site_id ? -1 : 1);
}

function instantOrNull(instant: number): Date | null {
  return Number.isFinite(instant) ? dateFromEpochMs(instant) : null;
}

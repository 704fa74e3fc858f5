import type { Tenant } from "../../context.ts";
import { DomainError, invalidRequest } from "../../errors.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { addDays, datesBetween, daysBetween, type LocalDate } from "../../time/local-date.ts";
import { localDateOf, localDay } from "../../time/wall-clock.ts";
import {
  type Availability,
  type AvailabilityDeps,
  daysDefault,
  daysMax,
  type VisitWish,
} from "./availability.ts";
import { beginSearch } from "./begin-search.ts";
import type { JudgedDay } from "./judge-day.ts";
import type { DateRange, Sighting } from "./lookout.ts";
import { takeBreaths } from "./take-breaths.ts";

/** A search over dates at each site, both ends included. */
export interface AvailabilityQuery extends VisitWish {
  /** Today at the administration unless said. */
  readonly from?: LocalDate | undefined;
  /** 31 days in all unless said; 62 at most. */
  readonly to?: LocalDate | undefined;
}

/**
 * Shows for every day which starts a claim would be granted at this moment, and why there are none. May be one second
 * old where `deps` has a memory. Throws `not-found`, `party-too-large` and `invalid-request` for a range that is
 * backwards or too long. Reads only; may be repeated.
 */
export async function searchAvailability(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: AvailabilityQuery,
): Promise<Availability> {
  const { days, changesAt } = (await judgeDays(deps, tenant, query)).found;
  return {
    days: days.map((one) => one.day),
    changes_at: Number.isFinite(changesAt) ? dateFromEpochMs(changesAt) : null,
  };
}

/** The days of a search, judged. */
export interface JudgedDays {
  /** By site, then by date. The same array as long as nothing changed. */
  readonly days: readonly JudgedDay[];
  /** The next instant (epoch ms) at which time alone changes any of them. */
  readonly changesAt: number;
}

/** What a search found, and what tells whether it still would. */
export interface Sighted<Value> {
  readonly found: Value;
  readonly sighting: Sighting;
}

/** Judges the days of a search. Throws what `searchAvailability` throws. */
export async function judgeDays(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: AvailabilityQuery,
): Promise<Sighted<JudgedDays>> {
  const search = await beginSearch(deps, tenant, query);
  const { wish, lookout, recall } = search;
  const range = rangeOf(tenant, query, search.now);
  const moment = await lookout.see(tenant.id, wish.rules, range);
  const name = `days/${range.from}/${range.to}/${search.name}`;
  const found = await recall.get<JudgedDays>({ name, rules: wish.rules, moment }, async () => {
    const breath = takeBreaths();
    const days: JudgedDay[] = [];
    for (const site of wish.rules.sites) {
      for (const date of datesBetween(range.from, range.to)) {
        days.push(search.judge(moment, wish, { site, date }));
        await breath();
      }
    }
    const changesAt = days.reduce(
      (next, one) => Math.min(next, one.changesAt),
      Number.POSITIVE_INFINITY,
    );
    return { value: { days, changesAt }, changesAt };
  });
  // A range that was not stated begins today.
  const changesAt = Math.min(found.changesAt, endOfToday(tenant, search.now));
  const { rules } = wish;
  const { edition } = moment;
  return { found, sighting: { tenantId: tenant.id, rules, range, edition, changesAt } };
}

/** When the date changes at the administration; epoch ms. */
export function endOfToday({ timeZone }: Tenant, now: number): number {
  return localDay(localDateOf(now, timeZone), timeZone).end;
}

function rangeOf(tenant: Tenant, query: AvailabilityQuery, now: number): DateRange {
  const from = query.from ?? localDateOf(now, tenant.timeZone);
  const to = query.to ?? addDays(from, daysDefault - 1);
  const days = daysBetween(from, to) + 1;
  if (days < 1) throw badRange("must not be before from");
  if (days > daysMax) throw badRange(`must be at most ${daysMax - 1} days after from`);
  return { from, to };
}

function badRange(message: string): DomainError {
  return new DomainError(invalidRequest, "The range of dates does not fit.", {
    facts: { errors: [{ in: "query", path: "to", message }] },
  });
}

/**
 * Who wins on a day. From strongest to weakest:
 *
 * 1. an extra opening that overrides closures: it runs whatever the day is, in place of other openings;
 * 2. a closure;
 * 3. a holiday, against openings that do not run on holidays;
 * 4. extra openings before recurring ones, the older one first: only for overlaps that were not refused.
 *
 * The mode of what remains is the resource's day mark, else the site's, else the administration's, else the
 * opening's own; of marks with the same reach the youngest counts.
 */
import type { Interval } from "../time/interval.ts";
import { mergeIntervals } from "../time/interval.ts";
import type { LocalDate } from "../time/local-date.ts";
import { instantOfWallTime } from "../time/wall-clock.ts";
import type { ClosureSpan, DayMarkSpan, OpeningMode, OpeningRule } from "./schedule.ts";

/** Orders openings from the one that wins to the one that yields. */
export function compareOpenings(a: OpeningRule, b: OpeningRule): number {
  return rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function rankOf(opening: OpeningRule): number {
  if (opening.overridesClosures) return 0;
  return opening.kind === "extra" ? 1 : 2;
}

/** Tells whether an opening runs on its day although that is a holiday. */
export function isImmuneToHolidays(opening: OpeningRule): boolean {
  return opening.overridesClosures || opening.runsOnHolidays;
}

/**
 * Returns the closed time as ascending, disjoint instants. A closure starts at the earlier and ends at the later
 * instant where the wall time exists twice; an edge in the spring gap is the transition.
 */
export function closedIntervals(closures: readonly ClosureSpan[], zone: string): Interval[] {
  return mergeIntervals(
    closures.map((closure) => ({
      start: instantOfWallTime(
        { date: closure.startsOn, time: closure.startTime, zone },
        "earlier",
      ),
      // A closed day ends where the next one starts, which in a fold at midnight is the earlier instant.
      end: instantOfWallTime(
        { date: closure.endsOn, time: closure.endTime, zone },
        closure.endTime === "24:00" ? "earlier" : "later",
      ),
    })),
  );
}

/** Returns what the marks say about dates: the mode that replaces the openings' own, or undefined. */
export function modeByDate(
  marks: readonly DayMarkSpan[],
): (date: LocalDate) => OpeningMode | undefined {
  if (marks.length === 0) return () => undefined;
  const strongestFirst = marks.toSorted(
    (a, b) => scopeRank[a.scope] - scopeRank[b.scope] || (a.id > b.id ? -1 : Number(a.id < b.id)),
  );
  return (date) =>
    strongestFirst.find(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn)?.mode;
}

const scopeRank = { resource: 0, site: 1, tenant: 2 } as const;

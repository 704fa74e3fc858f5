import { findOverlap, type Interval } from "../time/interval.ts";
import { DAY_MS, type LocalDate, dateOfDayNumber, dayNumberOf } from "../time/local-date.ts";
import { minutesOfTime } from "../time/local-time.ts";
import { openingDates, withEveningBefore } from "./opening-dates.ts";
import type { DateRange, OpeningRule } from "./schedule.ts";

const MINUTE_MS = 60_000;

/** Two openings of a resource that would be open at once, and the first date on which they would. */
export type OpeningOverlap = {
  readonly first: OpeningRule;
  readonly second: OpeningRule;
  readonly date: LocalDate;
};

/**
 * Returns two of a resource's openings that overlap on the wall clock within the range, or undefined.
 * Closures and holidays do not excuse an overlap, because they may be lifted later. An opening that overrides
 * closures stands in place of the others, so it may overlap them, but not another one that overrides.
 */
export function findOpeningOverlap(
  openings: readonly OpeningRule[],
  range: DateRange,
): OpeningOverlap | undefined {
  for (const rank of [true, false]) {
    const spans = openings
      .filter(({ overridesClosures }) => overridesClosures === rank)
      .flatMap((opening) => wallClockSpans(opening, range));
    const [earlier, later] = findOverlap(spans) ?? [];
    if (earlier !== undefined && later !== undefined) {
      const date = dateOfDayNumber(Math.floor(later.start / DAY_MS));
      return { first: earlier.opening, second: later.opening, date };
    }
  }
  return undefined;
}

/** Wall time as if it were UTC, so that a fold makes no overlap that the rules do not have. */
function wallClockSpans(
  opening: OpeningRule,
  range: DateRange,
): (Interval & { opening: OpeningRule })[] {
  const start = minutesOfTime(opening.startTime);
  const end = minutesOfTime(opening.endTime);
  const lengthMs = (end - start + (end <= start ? 24 * 60 : 0)) * MINUTE_MS;
  return openingDates(opening, withEveningBefore(range)).map((date) => {
    const startMs = dayNumberOf(date) * DAY_MS + start * MINUTE_MS;
    return { start: startMs, end: startMs + lengthMs, opening };
  });
}

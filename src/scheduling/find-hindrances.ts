import { intersectInterval } from "../time/interval.ts";
import type { LocalDate } from "../time/local-date.ts";
import { openingEdges } from "../time/wall-clock.ts";
import { closedIntervals, isImmuneToHolidays } from "./day-rules.ts";
import type { Holiday } from "./holidays.ts";
import { openingDates } from "./opening-dates.ts";
import type { DateRange, OpeningRule, ResourceSchedule } from "./schedule.ts";

/** A date on which an extra opening would silently not be open. */
export type Hindrance =
  | { readonly kind: "holiday"; readonly date: LocalDate; readonly holiday: Holiday }
  | { readonly kind: "closure"; readonly date: LocalDate; readonly closure_id: string };

/**
 * Returns the holidays and closures that an opening meets on its dates within the range, ascending by date. None for
 * an opening that overrides closures; no holidays for one that runs on holidays.
 */
export function findHindrances(
  opening: OpeningRule,
  schedule: Pick<ResourceSchedule, "closures" | "zone">,
  { from, to, holidays }: DateRange & { readonly holidays: readonly Holiday[] },
): Hindrance[] {
  if (opening.overridesClosures) return [];
  const { closures, zone } = schedule;
  const closed = closures.map((closure) => ({ closure, spans: closedIntervals([closure], zone) }));
  const isOpenOnHolidays = isImmuneToHolidays(opening);
  return openingDates(opening, { from, to }).flatMap((date) => {
    const edges = openingEdges({ ...opening, date, zone });
    const met = isOpenOnHolidays ? [] : holidays.filter((holiday) => holiday.date === date);
    const shut = closed.filter(
      ({ spans }) =>
        edges !== undefined && spans.some((span) => intersectInterval(span, edges) !== undefined),
    );
    return [
      ...met.map((holiday) => ({ kind: "holiday" as const, date, holiday })),
      ...shut.map(({ closure }) => ({ kind: "closure" as const, date, closure_id: closure.id })),
    ];
  });
}

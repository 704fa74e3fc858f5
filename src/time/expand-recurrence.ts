import { datesOfRule } from "./dates-of-rule.ts";
import {
  addDays,
  dateOfParts,
  daysBetween,
  type LocalDate,
  partsOfDate,
  weekdayOf,
} from "./local-date.ts";
import { type RecurrenceRule, WEEKDAY_CODES } from "./recurrence-rule.ts";

/** Longest window of one expansion in days: 24 months with both ends and a leap day. */
export const WINDOW_DAYS_MAX = 732;

/** Which dates are wanted; every end is included. */
export type ExpansionWindow = {
  /** First date of the rule (RFC 5545 DTSTART): INTERVAL and COUNT are counted from its period. */
  readonly validFrom: LocalDate;
  readonly validTo?: LocalDate | undefined;
  readonly from: LocalDate;
  readonly to: LocalDate;
};

/**
 * Returns the dates a rule has within the window, ascending and without repetition, at most one a day. Parts
 * the rule leaves out follow `validFrom`, as RFC 5545 §3.3.10 says (FREQ=WEEKLY alone keeps its weekday);
 * `validFrom` itself is a date only when the rule matches it.
 *
 * Takes milliseconds whatever the rule is. Throws RangeError when the window is longer than
 * {@link WINDOW_DAYS_MAX} days, or when a rule with COUNT starts more than 20,000 periods before the end.
 */
export function expandRecurrence(rule: RecurrenceRule, window: ExpansionWindow): LocalDate[] {
  const { validFrom, from } = window;
  if (daysBetween(from, window.to) >= WINDOW_DAYS_MAX) {
    throw new RangeError(`a window of more than ${WINDOW_DAYS_MAX} days was asked for`);
  }
  const to = earliest(window.to, window.validTo, rule.until);
  const first = from < validFrom ? validFrom : from;
  if (to < first) return [];
  const full = withImpliedParts(rule, validFrom);
  const anchor = rule.count === undefined ? anchorNear(full, validFrom, first) : validFrom;
  return datesOfRule(full, { anchor, to })
    .slice(0, rule.count)
    .filter((date) => date >= first);
}

/** Spells out what DTSTART implies, so that the rule stays the same when its anchor is moved. */
function withImpliedParts(rule: RecurrenceRule, validFrom: LocalDate): RecurrenceRule {
  if (rule.byDay.length > 0 || rule.byMonthDay.length > 0 || rule.freq === "DAILY") return rule;
  const { month, day } = partsOfDate(validFrom);
  if (rule.freq === "WEEKLY") {
    return {
      ...rule,
      byDay: WEEKDAY_CODES.slice(weekdayOf(validFrom) - 1, weekdayOf(validFrom)).map((weekday) => ({
        weekday,
      })),
    };
  }
  if (rule.freq === "MONTHLY" || rule.byMonth.length > 0) return { ...rule, byMonthDay: [day] };
  return { ...rule, byMonth: [month], byMonthDay: [day] };
}

/**
 * The latest first day of a period that INTERVAL hits, not after `first`; `validFrom` while that is still in
 * its own period. Saves walking through the years since a rule became valid; wrong for COUNT.
 */
function anchorNear(rule: RecurrenceRule, validFrom: LocalDate, first: LocalDate): LocalDate {
  const start = partsOfDate(validFrom);
  const wanted = partsOfDate(first);
  const wholeIntervals = (periods: number): number =>
    Math.floor(periods / rule.interval) * rule.interval;
  switch (rule.freq) {
    case "DAILY":
      return addDays(validFrom, wholeIntervals(daysBetween(validFrom, first)));
    case "WEEKLY":
      return addDays(validFrom, 7 * wholeIntervals(Math.floor(daysBetween(validFrom, first) / 7)));
    case "MONTHLY": {
      const months = wholeIntervals((wanted.year - start.year) * 12 + wanted.month - start.month);
      const month = start.month - 1 + months;
      return months === 0
        ? validFrom
        : dateOfParts(start.year + Math.floor(month / 12), (month % 12) + 1, 1);
    }
    case "YEARLY": {
      const years = wholeIntervals(wanted.year - start.year);
      return years === 0 ? validFrom : dateOfParts(start.year + years, 1, 1);
    }
  }
}

function earliest(date: LocalDate, ...others: readonly (LocalDate | undefined)[]): LocalDate {
  let found = date;
  for (const other of others) if (other !== undefined && other < found) found = other;
  return found;
}

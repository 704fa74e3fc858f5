import { addDays, dateOfParts, type LocalDate, partsOfDate } from "./local-date.ts";
import type { RecurrenceRule } from "./recurrence-rule.ts";
import { type RruleSpan, rruleDates } from "./rrule-dates.ts";

/**
 * Returns the rule's dates from `anchor` to `to`, both included, ascending. COUNT is not applied; parts the
 * rule leaves out follow `anchor`. Throws RangeError when the span has more than 20,000 periods.
 */
export function datesOfRule(rule: RecurrenceRule, span: RruleSpan): LocalDate[] {
  if (rule.bySetPos.length === 0) return rruleDates(rule, span);
  const whole = wholePeriods(rule, span);
  const chosen = groupByPeriod(rule, rruleDates(rule, whole)).flatMap((period) =>
    chooseAtPositions(period, rule.bySetPos),
  );
  return chosen.filter((date) => date >= span.anchor && date <= span.to);
}

/**
 * The package takes a position from the end that is larger than the set as the first date (BYSETPOS=-3 of two
 * dates), so positions are chosen here.
 */
function chooseAtPositions(dates: readonly LocalDate[], positions: readonly number[]): LocalDate[] {
  const chosen = positions.flatMap((n) => dates.at(n > 0 ? n - 1 : n) ?? []);
  return [...new Set(chosen)].toSorted();
}

/** Positions count within whole months or years, also where the span begins or ends inside one. */
function wholePeriods(rule: RecurrenceRule, { anchor, to }: RruleSpan): RruleSpan {
  const first = partsOfDate(anchor);
  const last = partsOfDate(to);
  if (rule.freq === "YEARLY") {
    return { anchor: dateOfParts(first.year, 1, 1), to: dateOfParts(last.year, 12, 31) };
  }
  return {
    anchor: dateOfParts(first.year, first.month, 1),
    to: lastOfMonth(last.year, last.month),
  };
}

function lastOfMonth(year: number, month: number): LocalDate {
  return month === 12 ? dateOfParts(year, 12, 31) : addDays(dateOfParts(year, month + 1, 1), -1);
}

function groupByPeriod(rule: RecurrenceRule, dates: readonly LocalDate[]): LocalDate[][] {
  const keyLength = rule.freq === "YEARLY" ? "2026".length : "2026-01".length;
  const periods = new Map<string, LocalDate[]>();
  for (const date of dates) {
    const key = date.slice(0, keyLength);
    const period = periods.get(key);
    if (period === undefined) periods.set(key, [date]);
    else period.push(date);
  }
  return [...periods.values()];
}

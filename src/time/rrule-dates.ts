/**
 * The bridge to the `rrule` package. It sees dates at 00:00 UTC only ("floating"), so that no time zone can
 * shift a date, and its work is bounded in periods.
 */
import rrule from "rrule";
import { dateFromEpochMs } from "./clock.ts";
import { DAY_MS, dateOfDayNumber, dayNumberOf, type LocalDate } from "./local-date.ts";
import { type ByDay, type RecurrenceRule, WEEKDAY_CODES } from "./recurrence-rule.ts";

const { RRule, Weekday } = rrule;

/** Most periods one expansion walks through, some 50 ms of work. */
const PERIODS_MAX = 20_000;

/** Where counting starts (the first period, which INTERVAL counts from) and the last date wanted, included. */
export type RruleSpan = { readonly anchor: LocalDate; readonly to: LocalDate };

/**
 * Returns the rule's dates from `anchor` to `to`, both included, ascending. BYSETPOS and COUNT are not applied.
 * Throws RangeError when more than {@link PERIODS_MAX} periods lie between.
 */
export function rruleDates(rule: RecurrenceRule, { anchor, to }: RruleSpan): LocalDate[] {
  if (to < anchor) return [];
  const periods = countPeriods(rule, { anchor, to });
  if (periods > PERIODS_MAX) throw new RangeError(`${periods} periods from ${anchor} to ${to}`);
  const series = new RRule(
    {
      freq: RRule[rule.freq],
      interval: rule.interval,
      wkst: weekdayIndex(rule.weekStart),
      bymonth: listOrNull(rule.byMonth),
      bymonthday: listOrNull(rule.byMonthDay),
      byweekday: listOrNull(rule.byDay.map(rruleWeekday)),
      dtstart: floating(anchor),
      until: floating(to),
    },
    true,
  );
  stopAfterPeriods(series, periods);
  return series.all().map((date) => dateOfDayNumber(date.getTime() / DAY_MS));
}

/** The periods that begin between the two dates, one more for each end that is cut. */
function countPeriods({ freq, interval }: RecurrenceRule, { anchor, to }: RruleSpan): number {
  const days = dayNumberOf(to) - dayNumberOf(anchor);
  const length = { DAILY: 1, WEEKLY: 7, MONTHLY: 28, YEARLY: 365 }[freq];
  return Math.ceil(days / (length * interval)) + 2;
}

/**
 * The package looks at its end only when it has found a date, so a rule whose interval never meets its filters
 * (every 12 months from January, in March) runs to the year 9999. It also stops when its interval is 0, which
 * it reads once at the start and twice in each period: the reading after the last wanted period answers 0.
 */
function stopAfterPeriods(series: InstanceType<typeof RRule>, periods: number): void {
  const { interval } = series.options;
  let readings = 0;
  Object.defineProperty(series.options, "interval", {
    get: () => {
      readings += 1;
      return readings <= 2 * periods + 1 ? interval : 0;
    },
  });
}

function rruleWeekday({ weekday, ordinal }: ByDay): InstanceType<typeof Weekday> {
  return new Weekday(weekdayIndex(weekday), ordinal);
}

function weekdayIndex(weekday: ByDay["weekday"]): number {
  return WEEKDAY_CODES.indexOf(weekday);
}

function listOrNull<T>(list: readonly T[]): T[] | null {
  return list.length === 0 ? null : [...list];
}

function floating(date: LocalDate): Date {
  return dateFromEpochMs(dayNumberOf(date) * DAY_MS);
}

import { datesOfRule } from "./dates-of-rule.ts";
import { toLocalDate } from "./local-date.ts";
import { type PartName, Refusal } from "./recurrence-fault.ts";
import type { RecurrenceRule } from "./recurrence-rule.ts";

/** Checks the parts of a rule against one another. Throws {@link Refusal}. */
export function checkRecurrence(rule: RecurrenceRule): void {
  checkCombinations(rule);
  checkMatches(rule);
}

/** Refuses what RFC 5545 forbids, what it leaves open, and what the expansion library gets wrong. */
function checkCombinations(rule: RecurrenceRule): void {
  const { freq, byDay, byMonth, byMonthDay, bySetPos } = rule;
  const ordinals = byDay.filter((day) => day.ordinal !== undefined).length;
  const isCoarse = freq === "MONTHLY" || freq === "YEARLY";
  refuseIf(
    rule.count !== undefined && rule.until !== undefined,
    "COUNT",
    "A rule ends by COUNT or by UNTIL, not by both.",
  );
  refuseIf(
    ordinals > 0 && !isCoarse,
    "BYDAY",
    "BYDAY takes positions such as 1MO only in monthly and yearly rules.",
  );
  refuseIf(
    ordinals > 0 && ordinals < byDay.length,
    "BYDAY",
    "BYDAY has either positions at all weekdays or at none; use two rules.",
  );
  refuseIf(
    ordinals > 0 && byMonthDay.length > 0,
    "BYMONTHDAY",
    "BYMONTHDAY cannot be used with positions such as 1MO in BYDAY.",
  );
  refuseIf(
    freq === "WEEKLY" && byMonthDay.length > 0,
    "BYMONTHDAY",
    "BYMONTHDAY cannot be used in a weekly rule; use a monthly or a daily one.",
  );
  refuseIf(
    freq === "YEARLY" && byMonthDay.length > 0 && byMonth.length === 0,
    "BYMONTHDAY",
    "In a yearly rule BYMONTHDAY needs BYMONTH; for every month use a monthly rule.",
  );
  refuseIf(
    bySetPos.length > 0 && !isCoarse,
    "BYSETPOS",
    "BYSETPOS can be used only in monthly and yearly rules.",
  );
  refuseIf(
    bySetPos.length > 0 && byDay.length === 0 && byMonthDay.length === 0,
    "BYSETPOS",
    "BYSETPOS chooses among the dates of BYDAY or BYMONTHDAY; one of them is needed.",
  );
}

function refuseIf(isWrong: boolean, part: PartName, message: string): void {
  if (isWrong) throw new Refusal("combination_not_allowed", part, message);
}

/** Weekdays and leap years repeat every 28 years within this span, so what it lacks never comes. */
const CYCLE_START = toLocalDate("2000-01-01");
const CYCLE_ENDS = [toLocalDate("2000-12-31"), toLocalDate("2027-12-31")];

/** Refuses rules without a date in any year, such as 30 February, whatever their interval and start. */
function checkMatches(rule: RecurrenceRule): void {
  const isSelective = rule.byMonthDay.length > 0 || rule.bySetPos.length > 0;
  if (!isSelective && rule.byDay.every((day) => day.ordinal === undefined)) return;
  // Without INTERVAL a daily rule is a filter, for which the cheaper monthly walk gives the same dates.
  const freq = rule.freq === "DAILY" ? "MONTHLY" : rule.freq;
  const probe = { ...rule, freq, interval: 1 } as const;
  const hasDate = CYCLE_ENDS.some(
    (to) => datesOfRule(probe, { anchor: CYCLE_START, to }).length > 0,
  );
  if (hasDate) return;
  const names = [
    ["BYMONTH", rule.byMonth],
    ["BYMONTHDAY", rule.byMonthDay],
    ["BYDAY", rule.byDay],
    ["BYSETPOS", rule.bySetPos],
  ] as const;
  const part = names
    .filter(([, list]) => list.length > 0)
    .map(([name]) => name)
    .join(";");
  throw new Refusal("never_matches", part, "No date of any year matches these parts together.");
}

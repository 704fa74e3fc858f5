/** A recurrence rule that has passed the allow-list, and its one written form. */
import type { LocalDate } from "./local-date.ts";

/** Weekdays as RFC 5545 writes them, Monday first. */
export const WEEKDAY_CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/** A weekday as RFC 5545 writes it. */
export type WeekdayCode = (typeof WEEKDAY_CODES)[number];

/** How often a rule's period comes round. */
export type Frequency = "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";

/** A weekday, or with an ordinal the n-th of the period (negative: from its end). */
export type ByDay = { readonly weekday: WeekdayCode; readonly ordinal?: number };

/**
 * The parts of RFC 5545 §3.3.10 an opening may use. Lists are ascending and without repetition; an empty list
 * means that the part is absent. Only {@link parseRecurrence} makes rules, so every rule has passed its checks.
 */
export type RecurrenceRule = {
  readonly freq: Frequency;
  /** Every so many periods, 1 to 99. */
  readonly interval: number;
  /** Ends after so many dates, counted from the start of validity. Never together with `until`. */
  readonly count?: number;
  /** Last date, included. */
  readonly until?: LocalDate;
  readonly weekStart: WeekdayCode;
  readonly byMonth: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly byDay: readonly ByDay[];
  readonly bySetPos: readonly number[];
};

/**
 * Returns the rule's one written form: parts in a fixed order, upper case, defaults left out. Two rules with
 * the same form mean the same; parsing the form gives an equal rule.
 */
export function canonicalRecurrence(rule: RecurrenceRule): string {
  const parts: (readonly [string, string | number | undefined])[] = [
    ["FREQ", rule.freq],
    ["INTERVAL", rule.interval === 1 ? undefined : rule.interval],
    ["COUNT", rule.count],
    ["UNTIL", rule.until?.replaceAll("-", "")],
    ["WKST", isWeekStartUsed(rule) && rule.weekStart !== "MO" ? rule.weekStart : undefined],
    ["BYMONTH", rule.byMonth.join() || undefined],
    ["BYMONTHDAY", rule.byMonthDay.join() || undefined],
    ["BYDAY", rule.byDay.map((day) => `${day.ordinal ?? ""}${day.weekday}`).join() || undefined],
    ["BYSETPOS", rule.bySetPos.join() || undefined],
  ];
  const present = parts.filter(([, value]) => value !== undefined);
  return present.map(([name, value]) => `${name}=${value}`).join(";");
}

/** Where weeks begin only tells which weeks are skipped; of the other parts, only BYWEEKNO (refused) depends on it. */
function isWeekStartUsed(rule: RecurrenceRule): boolean {
  return rule.freq === "WEEKLY" && rule.interval > 1;
}

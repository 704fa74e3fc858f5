import { expandRecurrence, WINDOW_DAYS_MAX } from "../time/expand-recurrence.ts";
import { addDays, datesBetween, daysBetween, type LocalDate } from "../time/local-date.ts";
import { parseRecurrence } from "../time/parse-recurrence.ts";
import type { RecurrenceRule } from "../time/recurrence-rule.ts";
import type { DateRange, OpeningRule } from "./schedule.ts";

const EXPANSIONS_CACHED_MAX = 64;
const RULES_CACHED_MAX = 1_000;

const rules = new Map<string, RecurrenceRule>();
const expansions = new Map<string, readonly LocalDate[]>();

/**
 * Returns the dates on which an opening begins, within the range and its validity, ascending. An extra opening
 * begins every day. Desks of an office have the same rules, so the last expansions are kept.
 *
 * Throws RangeError for a rule that would have been refused.
 */
export function openingDates(opening: OpeningRule, { from, to }: DateRange): readonly LocalDate[] {
  const first = from < opening.startsOn ? opening.startsOn : from;
  const last = opening.endsOn !== null && opening.endsOn < to ? opening.endsOn : to;
  if (last < first) return [];
  if (opening.rrule === null) return datesBetween(first, last);
  if (daysBetween(first, last) >= WINDOW_DAYS_MAX) {
    const middle = addDays(first, WINDOW_DAYS_MAX - 1);
    const rest = openingDates(opening, { from: addDays(middle, 1), to: last });
    return [...openingDates(opening, { from: first, to: middle }), ...rest];
  }
  const key = `${opening.rrule} ${opening.startsOn} ${first} ${last}`;
  const known = expansions.get(key);
  if (known !== undefined) return known;
  const dates = expandRecurrence(ruleOf(opening.rrule), {
    validFrom: opening.startsOn,
    from: first,
    to: last,
  });
  if (expansions.size >= EXPANSIONS_CACHED_MAX) expansions.clear();
  expansions.set(key, dates);
  return dates;
}

/** Returns the range that also has the openings of the evening before, which may reach into its first day. */
export function withEveningBefore({ from, to }: DateRange): DateRange {
  return { from: addDays(from, -1), to };
}

function ruleOf(text: string): RecurrenceRule {
  const known = rules.get(text);
  if (known !== undefined) return known;
  const parsed = parseRecurrence(text);
  if (!parsed.ok) throw new RangeError(`a stored rule is refused: ${parsed.fault.message}`);
  if (rules.size >= RULES_CACHED_MAX) rules.clear();
  rules.set(text, parsed.rule);
  return parsed.rule;
}

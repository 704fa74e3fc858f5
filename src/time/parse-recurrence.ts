import { checkRecurrence } from "./check-recurrence.ts";
import { isLocalDate } from "./local-date.ts";
import { PART_NAMES, type PartName, type RecurrenceFault, Refusal } from "./recurrence-fault.ts";
import {
  type ByDay,
  type Frequency,
  type RecurrenceRule,
  WEEKDAY_CODES,
  type WeekdayCode,
} from "./recurrence-rule.ts";

/** Longest rule that is read, in characters. */
export const RECURRENCE_LENGTH_MAX = 500;

/** Largest COUNT. */
const COUNT_MAX = 5_000;

/** Largest INTERVAL. */
const INTERVAL_MAX = 99;

/** The outcome of reading a rule. */
export type ParsedRecurrence =
  | { readonly ok: true; readonly rule: RecurrenceRule }
  | { readonly ok: false; readonly fault: RecurrenceFault };

/**
 * Reads an RFC 5545 recurrence rule (with or without `RRULE:`, upper or lower case) and lets pass only what is
 * expanded correctly and within bounds:
 *
 * - FREQ DAILY, WEEKLY, MONTHLY or YEARLY; INTERVAL 1 to {@link INTERVAL_MAX};
 * - BYDAY, with ordinals in MONTHLY and YEARLY, all with or all without; BYMONTH;
 * - BYMONTHDAY except in WEEKLY; in YEARLY only with BYMONTH;
 * - BYSETPOS in MONTHLY and YEARLY, beside BYDAY, BYMONTHDAY or BYMONTH;
 * - COUNT 1 to {@link COUNT_MAX} or UNTIL as a date; WKST.
 *
 * Everything else, and rules no date can ever match, is refused with a reason. Never throws; takes
 * milliseconds for any text.
 */
export function parseRecurrence(text: string): ParsedRecurrence {
  try {
    const rule = readRule(readParts(text));
    checkRecurrence(rule);
    return { ok: true, rule };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}

type Parts = ReadonlyMap<PartName, string>;

const FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;

function readParts(text: string): Parts {
  if (text.length > RECURRENCE_LENGTH_MAX) {
    const limit = `A rule may have at most ${RECURRENCE_LENGTH_MAX} characters.`;
    throw new Refusal("too_long", text, limit);
  }
  const parts = new Map<PartName, string>();
  for (const piece of text
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";")) {
    const [, name, value] = /^([A-Z][A-Z-]*)=([A-Z0-9,+-]+)$/.exec(piece) ?? [];
    if (name === undefined || value === undefined) {
      throw new Refusal(
        "malformed",
        piece,
        "A rule is a list of NAME=VALUE, separated by semicolons.",
      );
    }
    const known = PART_NAMES.find((candidate) => candidate === name);
    if (known === undefined) {
      const names = PART_NAMES.join(", ");
      throw new Refusal(
        "part_not_supported",
        piece,
        `${name} is not supported; a rule may use ${names}.`,
      );
    }
    if (parts.has(known)) throw new Refusal("duplicate_part", piece, `${name} is given twice.`);
    parts.set(known, value);
  }
  return parts;
}

function readRule(parts: Parts): RecurrenceRule {
  const freq = readFrequency(parts);
  const [count] = readNumbers(parts, "COUNT", { max: COUNT_MAX, isSingle: true });
  const until = readUntil(parts);
  return {
    freq,
    interval: readNumbers(parts, "INTERVAL", { max: INTERVAL_MAX, isSingle: true })[0] ?? 1,
    ...(count === undefined ? {} : { count }),
    ...(until === undefined ? {} : { until }),
    weekStart: readWeekStart(parts),
    byMonth: readNumbers(parts, "BYMONTH", { max: 12 }),
    byMonthDay: readNumbers(parts, "BYMONTHDAY", { max: 31, isSigned: true }),
    byDay: readByDay(parts, freq),
    bySetPos: readNumbers(parts, "BYSETPOS", { max: freq === "YEARLY" ? 366 : 31, isSigned: true }),
  };
}

function readFrequency(parts: Parts): Frequency {
  const value = parts.get("FREQ");
  const freq = FREQUENCIES.find((candidate) => candidate === value);
  if (freq !== undefined) return freq;
  const advice = `FREQ must be one of ${FREQUENCIES.join(", ")}.`;
  if (value === undefined) throw new Refusal("frequency_missing", "", `FREQ is missing. ${advice}`);
  throw new Refusal("value_not_allowed", `FREQ=${value}`, advice);
}

type NumberShape = {
  readonly max: number;
  readonly isSigned?: boolean;
  readonly isSingle?: boolean;
};

/** Whole numbers from 1 to `max`, when signed also counted from the end; ascending, each once. */
function readNumbers(parts: Parts, name: PartName, shape: NumberShape): number[] {
  const value = parts.get(name);
  if (value === undefined) return [];
  const { max, isSigned = false, isSingle = false } = shape;
  const texts = value.split(",");
  const pattern = isSigned ? /^[+-]?\d{1,4}$/ : /^\d{1,4}$/;
  const numbers = texts.map((text) => (pattern.test(text) ? Number(text) : Number.NaN));
  const isAllowed = numbers.every((n) => Math.abs(n) >= 1 && Math.abs(n) <= max);
  if (!isAllowed || (isSingle && texts.length > 1)) {
    const range = `whole number${isSingle ? "" : "s"} from 1 to ${max}`;
    const signed = isSigned ? `, or from -${max} to -1 to count from the end` : "";
    throw new Refusal("value_not_allowed", `${name}=${value}`, `${name} takes ${range}${signed}.`);
  }
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

function readUntil(parts: Parts): RecurrenceRule["until"] {
  const value = parts.get("UNTIL");
  if (value === undefined) return undefined;
  const date = value.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  if (isLocalDate(date)) return date;
  const advice = "UNTIL takes an existing date without a time, such as 20261231.";
  throw new Refusal("value_not_allowed", `UNTIL=${value}`, advice);
}

function readWeekStart(parts: Parts): WeekdayCode {
  const value = parts.get("WKST") ?? "MO";
  const weekday = WEEKDAY_CODES.find((code) => code === value);
  if (weekday !== undefined) return weekday;
  const advice = `WKST takes one of ${WEEKDAY_CODES.join(", ")}.`;
  throw new Refusal("value_not_allowed", `WKST=${value}`, advice);
}

function readByDay(parts: Parts, freq: Frequency): ByDay[] {
  const value = parts.get("BYDAY");
  if (value === undefined) return [];
  const isYearWide = freq === "YEARLY" && !parts.has("BYMONTH");
  const ordinalMax = isYearWide ? 53 : 5;
  const days = new Map<string, ByDay>();
  for (const text of value.split(",")) {
    const day = readWeekday(text);
    if (day === undefined || Math.abs(day.ordinal ?? 1) > ordinalMax || day.ordinal === 0) {
      const advice = `BYDAY takes ${WEEKDAY_CODES.join(", ")}, in monthly and yearly rules also with a position from 1 to ${ordinalMax} or -${ordinalMax} to -1.`;
      throw new Refusal("value_not_allowed", `BYDAY=${value}`, advice);
    }
    days.set(`${day.ordinal ?? ""}${day.weekday}`, day);
  }
  const rank = (day: ByDay): number => (day.ordinal ?? 0) * 7 + WEEKDAY_CODES.indexOf(day.weekday);
  return [...days.values()].toSorted((a, b) => rank(a) - rank(b));
}

function readWeekday(text: string): ByDay | undefined {
  const [, ordinal, code] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text) ?? [];
  const weekday = WEEKDAY_CODES.find((candidate) => candidate === code);
  if (weekday === undefined) return undefined;
  return ordinal === undefined ? { weekday } : { weekday, ordinal: Number(ordinal) };
}

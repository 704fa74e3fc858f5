/**
 * Calendar dates without a time or a zone. Ascending dates sort as strings, so `<` and `>` compare them.
 * All arithmetic counts whole days; nothing here can shift with the process's time zone.
 */
import { dateFromEpochMs } from "./clock.ts";

declare const localDateBrand: unique symbol;

/** A date of the Gregorian calendar as `YYYY-MM-DD`, years 1900 to 2999. */
export type LocalDate = string & { readonly [localDateBrand]: true };

/** Longest list {@link datesBetween} returns. */
export const DATES_MAX = 5_000;

/** Milliseconds of 24 hours; a local day may be shorter or longer. */
export const DAY_MS = 86_400_000;

const SHAPE = /^(?:19|2\d)\d{2}-\d{2}-\d{2}$/;

/** Tells whether the text is an existing date in `YYYY-MM-DD`, years 1900 to 2999. */
export function isLocalDate(text: string): text is LocalDate {
  return SHAPE.test(text) && isoDateOfDay(dayNumberOfText(text)) === text;
}

/** Returns the text as a date. Throws RangeError when it is not an existing `YYYY-MM-DD`. */
export function toLocalDate(text: string): LocalDate {
  if (!isLocalDate(text)) throw new RangeError(`'${text}' is not a date of the form YYYY-MM-DD`);
  return text;
}

/** Returns the days since 1970-01-01, negative before. */
export function dayNumberOf(date: LocalDate): number {
  return dayNumberOfText(date);
}

/** Returns the date that many days after 1970-01-01. Throws RangeError outside the years 1900 to 2999. */
export function dateOfDayNumber(dayNumber: number): LocalDate {
  const text = isoDateOfDay(dayNumber);
  if (!isInSupportedYears(text))
    throw new RangeError(`day ${dayNumber} lies outside the years 1900 to 2999`);
  return text;
}

/** Returns the date `days` later (earlier when negative). Throws RangeError outside the years 1900 to 2999. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOfDayNumber(dayNumberOf(date) + days);
}

/** Returns the days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumberOf(to) - dayNumberOf(from);
}

/**
 * Returns every date from `from` to `to`, both included; empty when `to` is earlier.
 * Throws RangeError above {@link DATES_MAX} dates.
 */
export function datesBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const first = dayNumberOf(from);
  const count = Math.max(0, dayNumberOf(to) - first + 1);
  if (count > DATES_MAX)
    throw new RangeError(`${count} dates were asked for, at most ${DATES_MAX} are given`);
  return Array.from({ length: count }, (_, i) => dateOfDayNumber(first + i));
}

/** Returns the ISO weekday: 1 is Monday, 7 is Sunday. */
export function weekdayOf(date: LocalDate): number {
  // 1970-01-01 was a Thursday.
  return ((((dayNumberOf(date) + 3) % 7) + 7) % 7) + 1;
}

/** Returns the year, the month (1 to 12) and the day of the month (1 to 31). */
export function partsOfDate(date: LocalDate): { year: number; month: number; day: number } {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  };
}

/** Returns the date of the given year, month (1 to 12) and day. Throws RangeError when it does not exist. */
export function dateOfParts(year: number, month: number, day: number): LocalDate {
  const pad = (value: number): string => String(value).padStart(2, "0");
  return toLocalDate(`${year}-${pad(month)}-${pad(day)}`);
}

function dayNumberOfText(text: string): number {
  return (
    Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10))) /
    DAY_MS
  );
}

function isoDateOfDay(dayNumber: number): string {
  return dateFromEpochMs(dayNumber * DAY_MS)
    .toISOString()
    .slice(0, 10);
}

/** Enough only for text made from a day number, which always names an existing date. */
function isInSupportedYears(text: string): text is LocalDate {
  return SHAPE.test(text);
}

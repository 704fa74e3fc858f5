import {
  addDays,
  dateOfParts,
  daysBetween,
  isLocalDate,
  type LocalDate,
  partsOfDate,
  weekdayOf,
} from "../../time/local-date.ts";

/** How a date finds its place in another year: the same day of the month, or the same weekday of the month. */
export const copyMethods = ["same_date", "same_weekday"] as const;
export type CopyMethod = (typeof copyMethods)[number];

/** Days of an exception. */
export type Days = { readonly startsOn: LocalDate; readonly endsOn: LocalDate };

/** What shifting needs; `years` may be negative. */
export type Shift = { readonly method: CopyMethod; readonly years: number };

/**
 * Returns the days in another year, or undefined where they do not exist there: 29 February, or a fifth Monday.
 * `same_date` shifts the first and the last day; `same_weekday` moves the first day to the same weekday of the month
 * (the second Monday of August) and keeps the number of days.
 */
export function shiftDays(days: Days, shift: Shift): Days | undefined {
  if (shift.method === "same_date") {
    const startsOn = sameDate(days.startsOn, shift.years);
    const endsOn = sameDate(days.endsOn, shift.years);
    return startsOn && endsOn && { startsOn, endsOn };
  }
  const startsOn = sameWeekday(days.startsOn, shift.years);
  return (
    startsOn && { startsOn, endsOn: addDays(startsOn, daysBetween(days.startsOn, days.endsOn)) }
  );
}

/** Returns the code of the copy: the year in it replaced, or appended; 63 characters at most. */
export function shiftCode(code: string, fromYear: number, toYear: number): string {
  if (code.includes(String(fromYear))) return code.replaceAll(String(fromYear), String(toYear));
  const year = `-${toYear}`;
  return `${code.slice(0, 63 - year.length)}${year}`;
}

function sameDate(date: LocalDate, years: number): LocalDate | undefined {
  const { year } = partsOfDate(date);
  const shifted = `${year + years}${date.slice(4)}`;
  return isLocalDate(shifted) ? shifted : undefined;
}

function sameWeekday(date: LocalDate, years: number): LocalDate | undefined {
  const { year, month, day } = partsOfDate(date);
  const nth = Math.ceil(day / 7);
  const first = dateOfParts(year + years, month, 1);
  const toWeekday = (weekdayOf(date) - weekdayOf(first) + 7) % 7;
  const shifted = addDays(first, toWeekday + (nth - 1) * 7);
  return partsOfDate(shifted).month === month ? shifted : undefined;
}

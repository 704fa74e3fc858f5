/**
 * Which days are holidays at a place. National and regional ones come from the `date-holidays` package, patron
 * saints and the like are data. Everything is a calendar date; the process's time zone has no influence.
 */
import Holidays from "date-holidays";
import holidaysPackage from "date-holidays/package.json" with { type: "json" };
import type { LocalizedText } from "../context.ts";
import { languages } from "../context.ts";
import {
  addDays,
  dateOfParts,
  isLocalDate,
  type LocalDate,
  partsOfDate,
  toLocalDate,
} from "../time/local-date.ts";

/** ISO 3166 country and, where it has its own holidays, the package's region: `BY`, or `BY-A` for a part of it. */
export type HolidayPlace = { readonly country: string; readonly region: string | null };

/** A yearly holiday that no library knows. 29 February is one in leap years only. */
export type LocalHoliday = {
  readonly month: number;
  readonly day: number;
  readonly name: LocalizedText;
};

/** One holiday; several may fall on one date. `local` ones are the administration's own data. */
export type Holiday = {
  readonly date: LocalDate;
  readonly name: LocalizedText;
  readonly origin: "national" | "regional" | "local";
};

/** What decides the holidays of one site. */
export type HolidayCalendar = {
  readonly place: HolidayPlace;
  readonly localHolidays: readonly LocalHoliday[];
};

/** Names the package's release; other releases may know other holidays. */
export const holidaysEdition = `date-holidays@${holidaysPackage.version}`;

/** Regions that people name by ISO 3166-2 where the package has a number of its own. */
const REGION_ALIASES: ReadonlyMap<string, string> = new Map([["IT-BZ", "32"]]);

const YEARS_CACHED_MAX = 400;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

const yearsByPlace = new Map<string, readonly Holiday[]>();

/** Tells whether the package knows the country and the region. */
export function isHolidayPlace({ country, region }: HolidayPlace): boolean {
  const known = new Holidays();
  if (!Object.hasOwn(known.getCountries() ?? {}, country)) return false;
  const [state, part] = regionParts({ country, region });
  if (state === undefined) return true;
  if (!Object.hasOwn(known.getStates(country) ?? {}, state)) return false;
  return part === undefined || Object.hasOwn(known.getRegions(country, state) ?? {}, part);
}

/**
 * Returns the holidays of a site's calendar from `from` to `to`, both included, ascending.
 * An unknown country has none, an unknown region those of its country: `isHolidayPlace` tells.
 */
export function holidaysBetween(
  calendar: HolidayCalendar,
  from: LocalDate,
  to: LocalDate,
): Holiday[] {
  const found: Holiday[] = [];
  for (let { year } = partsOfDate(from); year <= partsOfDate(to).year; year += 1) {
    found.push(...publicHolidays(calendar.place, year), ...localHolidays(calendar, year));
  }
  return found
    .filter(({ date }) => from <= date && date <= to)
    .toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)));
}

/** Returns the national and regional holidays of a year, ascending; cached for some hundred places and years. */
export function publicHolidays(place: HolidayPlace, year: number): readonly Holiday[] {
  const key = `${place.country}/${place.region ?? ""}/${year}`;
  const known = yearsByPlace.get(key);
  if (known !== undefined) return known;
  const holidays = computePublicHolidays(place, year);
  if (yearsByPlace.size >= YEARS_CACHED_MAX) yearsByPlace.clear();
  yearsByPlace.set(key, holidays);
  return holidays;
}

function computePublicHolidays(place: HolidayPlace, year: number): Holiday[] {
  const nationalDates = new Set(datesOf(calendarOf({ ...place, region: null }), year).keys());
  const own = calendarOf(place);
  const names = new Map<LocalDate, Record<string, string>>();
  for (const language of languages) {
    for (const [date, name] of datesOf(own, year, language)) {
      names.set(date, { ...names.get(date), [language]: name });
    }
  }
  return Array.from(names, ([date, name]) => ({
    date,
    name,
    origin: nationalDates.has(date) ? ("national" as const) : ("regional" as const),
  }));
}

function calendarOf(place: HolidayPlace): Holidays {
  const [state, part] = regionParts(place);
  return new Holidays(
    {
      country: place.country,
      ...(state === undefined ? {} : { state }),
      ...(part ? { region: part } : {}),
    },
    { types: ["public"] },
  );
}

function regionParts({ country, region }: HolidayPlace): string[] {
  if (region === null) return [];
  return (REGION_ALIASES.get(`${country}-${region}`) ?? region).split("-");
}

/** The holidays of a year by date; two on one date are joined. */
function datesOf(calendar: Holidays, year: number, language = "en"): Map<LocalDate, string> {
  const dates = new Map<LocalDate, string>();
  for (const holiday of calendar.getHolidays(year, language)) {
    for (const date of coveredDates(holiday)) {
      const other = dates.get(date);
      dates.set(date, other === undefined ? holiday.name : `${other}, ${holiday.name}`);
    }
  }
  return dates;
}

/**
 * The dates more than half of which are holiday: some last for several days, those that begin at sunset belong
 * to the day after.
 */
function coveredDates({ date, start, end }: { date: string; start: Date; end: Date }): LocalDate[] {
  const first = toLocalDate(date.slice(0, 10));
  const startHour = Number(date.slice(11, 13));
  const hours = (end.getTime() - start.getTime()) / HOUR_MS;
  const covered: LocalDate[] = [];
  for (let day = 0; day * DAY_HOURS < startHour + hours; day += 1) {
    const from = Math.max(startHour, day * DAY_HOURS);
    const to = Math.min(startHour + hours, (day + 1) * DAY_HOURS);
    if (to - from > DAY_HOURS / 2) covered.push(addDays(first, day));
  }
  return covered;
}

function localHolidays({ localHolidays: all }: HolidayCalendar, year: number): Holiday[] {
  return all.flatMap(({ month, day, name }) => {
    const isInYear = isLocalDate(`${year}-${twoDigits(month)}-${twoDigits(day)}`);
    return isInYear
      ? [{ date: dateOfParts(year, month, day), name, origin: "local" as const }]
      : [];
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

import { describe, expect, test } from "vitest";
import { toLocalDate } from "../time/local-date.ts";
import { holidaysBetween, isHolidayPlace, publicHolidays } from "./holidays.ts";

const italy = { country: "IT", region: null };
const wholeYear = [toLocalDate("2026-01-01"), toLocalDate("2026-12-31")] as const;

function datesOf(calendar: Parameters<typeof holidaysBetween>[0]): string[] {
  return holidaysBetween(calendar, ...wholeYear).map(({ date }) => date);
}

test("Italy's national holidays of 2026 include the movable ones", () => {
  const dates = datesOf({ place: italy, localHolidays: [] });
  for (const date of ["2026-01-06", "2026-04-06", "2026-04-25", "2026-08-15", "2026-12-26"]) {
    expect(dates).toContain(date);
  }
  expect(dates).not.toContain("2026-05-25");
});

test("South Tyrol adds Whit Monday, said to be regional and in all languages", () => {
  const holidays = publicHolidays({ country: "IT", region: "32" }, 2026);
  expect(holidays.find(({ date }) => date === "2026-05-25")).toMatchObject({
    origin: "regional",
    name: { it: "Lunedì di Pentecoste", de: "Pfingstmontag" },
  });
  expect(holidays.find(({ date }) => date === "2026-12-25")?.origin).toBe("national");
});

test("South Tyrol may be named by its ISO code too", () => {
  const byNumber = publicHolidays({ country: "IT", region: "32" }, 2026);
  expect(publicHolidays({ country: "IT", region: "BZ" }, 2026)).toEqual(byNumber);
});

test("a part of a region has its own holidays: Augsburg keeps 8 August", () => {
  const augsburg = publicHolidays({ country: "DE", region: "BY-A" }, 2026);
  const bavaria = publicHolidays({ country: "DE", region: "BY" }, 2026);
  expect(augsburg.map(({ date }) => date)).toContain("2026-08-08");
  expect(bavaria.map(({ date }) => date)).not.toContain("2026-08-08");
});

test("a patron saint is a holiday every year, under its own name", () => {
  const calendar = {
    place: italy,
    localHolidays: [{ month: 10, day: 4, name: { it: "San Petronio" } }],
  };
  const found = holidaysBetween(calendar, toLocalDate("2026-10-01"), toLocalDate("2027-10-31"));
  expect(found.filter(({ origin }) => origin === "local")).toEqual([
    { date: "2026-10-04", name: { it: "San Petronio" }, origin: "local" },
    { date: "2027-10-04", name: { it: "San Petronio" }, origin: "local" },
  ]);
});

test("29 February is a local holiday in leap years only", () => {
  const calendar = {
    place: italy,
    localHolidays: [{ month: 2, day: 29, name: { it: "Bisesto" } }],
  };
  const found = holidaysBetween(calendar, toLocalDate("2026-01-01"), toLocalDate("2028-12-31"));
  expect(found.filter(({ origin }) => origin === "local").map(({ date }) => date)).toEqual([
    "2028-02-29",
  ]);
});

test("the range is inclusive at both ends and ascending", () => {
  const found = holidaysBetween(
    { place: italy, localHolidays: [] },
    toLocalDate("2026-12-25"),
    toLocalDate("2027-01-01"),
  );
  expect(found.map(({ date }) => date)).toEqual(["2026-12-25", "2026-12-26", "2027-01-01"]);
});

describe("places", () => {
  test.each([
    { country: "IT", region: null },
    { country: "IT", region: "32" },
    { country: "IT", region: "BZ" },
    { country: "DE", region: "BY-A" },
  ])("$country $region is known", (place) => {
    expect(isHolidayPlace(place)).toBe(true);
  });

  test.each([
    { country: "XX", region: null },
    { country: "it", region: null },
    { country: "__proto__", region: null },
    { country: "IT", region: "ZZ" },
    { country: "DE", region: "BY-Z" },
  ])("$country $region is not", (place) => {
    expect(isHolidayPlace(place)).toBe(false);
  });

  test("an unknown country has no holidays", () => {
    expect(publicHolidays({ country: "XX", region: null }, 2026)).toEqual([]);
  });
});

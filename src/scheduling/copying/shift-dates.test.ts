import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDays,
  daysBetween,
  partsOfDate,
  toLocalDate,
  weekdayOf,
} from "../../time/local-date.ts";
import { shiftCode, shiftDays } from "./shift-dates.ts";

const days = (from: string, to = from) => ({
  startsOn: toLocalDate(from),
  endsOn: toLocalDate(to),
});

test("the same date is the same day of the month, across New Year too", () => {
  const shift = { method: "same_date", years: 1 } as const;
  expect(shiftDays(days("2026-12-24", "2027-01-06"), shift)).toEqual(
    days("2027-12-24", "2028-01-06"),
  );
});

test("the same weekday is the second Monday for a second Monday, and as many days", () => {
  const shift = { method: "same_weekday", years: 1 } as const;
  expect(shiftDays(days("2026-08-10", "2026-08-14"), shift)).toEqual(
    days("2027-08-09", "2027-08-13"),
  );
});

test("29 February does not exist in a year that is no leap year", () => {
  expect(shiftDays(days("2028-02-29"), { method: "same_date", years: 1 })).toBeUndefined();
  expect(
    shiftDays(days("2028-02-20", "2028-02-29"), { method: "same_date", years: 1 }),
  ).toBeUndefined();
  expect(shiftDays(days("2024-02-29"), { method: "same_date", years: 4 })).toEqual(
    days("2028-02-29"),
  );
});

test("a fifth Monday does not exist in a month with four", () => {
  expect(shiftDays(days("2026-06-29"), { method: "same_weekday", years: 1 })).toBeUndefined();
});

test("the same weekday keeps weekday, month, position and length", () => {
  const anyDate = fc
    .integer({ min: 0, max: 4_000 })
    .map((n) => addDays(toLocalDate("2022-01-01"), n));
  fc.assert(
    fc.property(anyDate, fc.nat(40), fc.integer({ min: -3, max: 3 }), (startsOn, length, years) => {
      const endsOn = addDays(startsOn, length);
      const shifted = shiftDays({ startsOn, endsOn }, { method: "same_weekday", years });
      if (shifted === undefined) {
        expect(partsOfDate(startsOn).day).toBeGreaterThan(28);
        return;
      }
      expect(weekdayOf(shifted.startsOn)).toBe(weekdayOf(startsOn));
      expect(daysBetween(shifted.startsOn, shifted.endsOn)).toBe(length);
      const [before, after] = [partsOfDate(startsOn), partsOfDate(shifted.startsOn)];
      expect(after.month).toBe(before.month);
      expect(after.year).toBe(before.year + years);
      expect(Math.ceil(after.day / 7)).toBe(Math.ceil(before.day / 7));
    }),
  );
});

test("a code has its year replaced, or appended within 63 characters", () => {
  expect(shiftCode("ferie-2026", 2026, 2027)).toBe("ferie-2027");
  expect(shiftCode("ferie", 2026, 2027)).toBe("ferie-2027");
  expect(shiftCode("x".repeat(63), 2026, 2027)).toBe(`${"x".repeat(58)}-2027`);
});

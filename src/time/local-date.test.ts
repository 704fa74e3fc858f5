import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import {
  addDays,
  DATES_MAX,
  dateOfParts,
  datesBetween,
  daysBetween,
  isLocalDate,
  partsOfDate,
  toLocalDate,
  weekdayOf,
} from "./local-date.ts";

const anyDate = fc.integer({ min: -24_000, max: 370_000 }).map((n) => {
  return toLocalDate(Temporal.PlainDate.from("1970-01-01").add({ days: n }).toString());
});

test("only existing dates in the one written form are dates", () => {
  expect(["2026-02-28", "2028-02-29", "1900-01-01", "2999-12-31"].every(isLocalDate)).toBe(true);
  const refused = [
    "2026-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-1-1",
    "1899-12-31",
  ];
  const shapes = [
    "3000-01-01",
    " 2026-01-01",
    "2026-01-01\n",
    "2026-01-01T00:00",
    "20260101",
    "",
    "٢٠٢٦-01-01",
  ];
  expect([...refused, ...shapes].filter(isLocalDate)).toEqual([]);
  expect(() => toLocalDate("2026-02-30")).toThrow(RangeError);
});

test("adding days and weekdays agree with Temporal", () => {
  fc.assert(
    fc.property(anyDate, fc.integer({ min: -800, max: 800 }), (date, days) => {
      const reference = Temporal.PlainDate.from(date);
      expect(weekdayOf(date)).toBe(reference.dayOfWeek);
      expect(addDays(date, days)).toBe(reference.add({ days }).toString());
      expect(daysBetween(date, addDays(date, days))).toBe(days);
    }),
  );
});

test("a date and its parts are the same date", () => {
  fc.assert(
    fc.property(anyDate, (date) => {
      const { year, month, day } = partsOfDate(date);
      expect(dateOfParts(year, month, day)).toBe(date);
    }),
  );
  expect(() => dateOfParts(2026, 2, 29)).toThrow(RangeError);
});

test("a list of dates includes both ends, is empty when reversed and is bounded", () => {
  const from = toLocalDate("2026-02-27");
  expect(datesBetween(from, toLocalDate("2026-03-01"))).toEqual([
    "2026-02-27",
    "2026-02-28",
    "2026-03-01",
  ]);
  expect(datesBetween(from, from)).toEqual([from]);
  expect(datesBetween(from, addDays(from, -1))).toEqual([]);
  expect(datesBetween(from, addDays(from, DATES_MAX - 1))).toHaveLength(DATES_MAX);
  expect(() => datesBetween(from, addDays(from, DATES_MAX))).toThrow(RangeError);
});

test("a date outside the supported years is refused", () => {
  expect(() => addDays(toLocalDate("2999-12-31"), 1)).toThrow(RangeError);
  expect(() => addDays(toLocalDate("1900-01-01"), -1)).toThrow(RangeError);
});

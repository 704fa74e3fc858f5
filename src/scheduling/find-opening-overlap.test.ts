import { expect, test } from "vitest";
import { toLocalDate } from "../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../time/local-time.ts";
import { findOpeningOverlap } from "./find-opening-overlap.ts";
import type { OpeningRule } from "./schedule.ts";

const year = { from: toLocalDate("2026-01-01"), to: toLocalDate("2026-12-31") };

function opening(id: string, hours: string, facts: Partial<OpeningRule> = {}): OpeningRule {
  const [start = "", end = ""] = hours.split("-");
  return {
    id,
    kind: "recurring",
    rrule: "FREQ=DAILY",
    startsOn: year.from,
    endsOn: null,
    startTime: toLocalTime(start),
    endTime: toLocalEndTime(end),
    startStepMinutes: 30,
    capacity: 1,
    mode: "bookable",
    runsOnHolidays: false,
    overridesClosures: false,
    ...facts,
  };
}

test("openings that touch do not overlap, also within the hour that comes twice", () => {
  expect(
    findOpeningOverlap([opening("a", "08:00-12:00"), opening("b", "12:00-24:00")], year),
  ).toBeUndefined();
  expect(
    findOpeningOverlap([opening("a", "00:00-02:30"), opening("b", "02:30-06:00")], year),
  ).toBeUndefined();
});

test("the first date of an overlap is named", () => {
  const overlap = findOpeningOverlap(
    [
      opening("a", "08:00-12:00", { rrule: "FREQ=WEEKLY;BYDAY=TU" }),
      opening("b", "11:00-13:00", { rrule: "FREQ=MONTHLY;BYMONTHDAY=10" }),
    ],
    year,
  );
  expect(overlap).toMatchObject({ first: { id: "a" }, second: { id: "b" }, date: "2026-02-10" });
});

test("an opening past midnight overlaps the next morning's", () => {
  const overlap = findOpeningOverlap(
    [opening("a", "22:00-02:00"), opening("b", "01:00-03:00")],
    year,
  );
  expect(overlap).toMatchObject({ date: "2026-01-02" });
});

test("openings that follow one another in time do not overlap", () => {
  const ended = opening("a", "08:00-12:00", { endsOn: toLocalDate("2026-05-31") });
  const next = opening("b", "08:00-12:00", { startsOn: toLocalDate("2026-06-01") });
  expect(findOpeningOverlap([ended, next], year)).toBeUndefined();
});

test("one that overrides may overlap others, but not a second one that overrides", () => {
  const extra = { kind: "extra", rrule: null, endsOn: year.to, overridesClosures: true } as const;
  const usual = opening("a", "08:00-12:00");
  const first = opening("x", "09:00-10:00", extra);
  expect(findOpeningOverlap([usual, first], year)).toBeUndefined();
  expect(
    findOpeningOverlap([usual, first, opening("y", "09:30-11:00", extra)], year),
  ).toMatchObject({
    first: { id: "x" },
    second: { id: "y" },
  });
});

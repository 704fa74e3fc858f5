import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { addDays, datesBetween, type LocalDate, toLocalDate } from "./local-date.ts";
import { minutesOfTime, timeOfMinutes, toLocalEndTime, toLocalTime } from "./local-time.ts";
import {
  instantOfWallTime,
  isoWithOffset,
  localDateOf,
  localDay,
  localTimeOf,
  openingEdges,
} from "./wall-clock.ts";
import { isTimeZone } from "./zone-offset.ts";

const ROME = "Europe/Rome";
/** Half-hour and quarter-hour offsets, half-hour and midnight transitions, both hemispheres, a skipped day. */
const ZONES = [
  ROME,
  "America/New_York",
  "America/St_Johns",
  "America/Havana",
  "America/Santiago",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "UTC",
];
const HOUR = 3_600_000;

const anyZone = fc.constantFrom(...ZONES);
const anyDate = fc
  .integer({ min: 0, max: 40 * 366 })
  .map((days) => addDays(toLocalDate("2000-01-01"), days));
const anyMinute = fc.oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 200 }));

/** Dates on which a zone's offset changes, so that transitions are met in every run and not by luck. */
const transitions = ZONES.flatMap((zone) => {
  const found: { zone: string; date: LocalDate }[] = [];
  let at = Temporal.ZonedDateTime.from(`2000-01-01T00:00[${zone}]`);
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (next === null || next.year > 2_035) return found;
    found.push({ zone, date: toLocalDate(next.toPlainDate().toString()) });
    at = next;
  }
});
const anyPlace = fc.oneof(
  fc.record({ zone: anyZone, date: anyDate }),
  fc
    .record({ at: fc.constantFrom(...transitions), days: fc.integer({ min: -1, max: 1 }) })
    .map(({ at, days }) => ({ zone: at.zone, date: addDays(at.date, days) })),
);

/** The instants Temporal gives for a wall time; none in a gap, two in a fold. */
function temporalInstants(zone: string, date: LocalDate, minute: number): number[] {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime(`${timeOfMinutes(minute)}`);
  const both = (["earlier", "later"] as const).map((disambiguation) =>
    wall.toZonedDateTime(zone, { disambiguation }),
  );
  const real = both.filter((zoned) => zoned.toPlainDateTime().equals(wall));
  return [...new Set(real.map((zoned) => zoned.epochMilliseconds))];
}

/** The transition inside which Temporal finds a missing wall time. */
function temporalTransition(zone: string, date: LocalDate, minute: number): number {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime(`${timeOfMinutes(minute)}`);
  const before = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  return before.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.NaN;
}

test("a wall time is the instant Temporal gives, the stated one of two in a fold, the transition in a gap", () => {
  let gaps = 0;
  let folds = 0;
  fc.assert(
    fc.property(anyPlace, anyMinute, ({ zone, date }, minute) => {
      const expected = temporalInstants(zone, date, minute);
      const wall = { date, time: timeOfMinutes(minute), zone };
      const [earlier, later] = [
        instantOfWallTime(wall, "earlier"),
        instantOfWallTime(wall, "later"),
      ];
      if (expected.length === 0) gaps += 1;
      if (expected.length === 2) folds += 1;
      const gap = expected.length === 0 ? temporalTransition(zone, date, minute) : Number.NaN;
      expect([earlier, later]).toEqual(
        expected.length === 0 ? [gap, gap] : [expected.at(0), expected.at(-1)],
      );
    }),
    { numRuns: 4_000 },
  );
  // The property is worth nothing unless it met both kinds.
  expect(gaps).toBeGreaterThan(10);
  expect(folds).toBeGreaterThan(10);
});

test("the local date and time of an instant are what Temporal shows", () => {
  fc.assert(
    fc.property(anyPlace, fc.integer({ min: 0, max: 86_399_999 }), ({ zone, date }, ms) => {
      const instant = Date.parse(`${date}T00:00:00Z`) + ms;
      const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
      expect(localDateOf(instant, zone)).toBe(zoned.toPlainDate().toString());
      expect(localTimeOf(instant, zone)).toBe(zoned.toPlainTime().toString().slice(0, 5));
      const written = zoned.toString({
        timeZoneName: "never",
        fractionalSecondDigits: 0,
        roundingMode: "floor",
      });
      expect(isoWithOffset(instant, zone)).toBe(written);
    }),
    { numRuns: 2_000 },
  );
});

test("round-the-clock openings of consecutive dates touch without gap or overlap in every zone", () => {
  const allDay = { startTime: toLocalTime("00:00"), endTime: toLocalEndTime("24:00") };
  for (const zone of ZONES) {
    const dates = datesBetween(toLocalDate("2011-01-01"), toLocalDate("2012-12-31"));
    const openings = dates.flatMap((date) => openingEdges({ date, ...allDay, zone }) ?? []);
    const breaks = openings.filter((opening, i) => i > 0 && openings[i - 1]?.end !== opening.start);
    expect({ zone, breaks }).toEqual({ zone, breaks: [] });
  }
});

test("an opening is never longer than its wall-clock length plus the fold and never starts before its date", () => {
  fc.assert(
    fc.property(
      anyPlace,
      anyMinute,
      fc.integer({ min: 0, max: 1_440 }),
      ({ zone, date }, from, to) => {
        const endTime = to === 1_440 ? ("24:00" as const) : timeOfMinutes(to);
        const edges = openingEdges({ date, startTime: timeOfMinutes(from), endTime, zone });
        const wallMs = (((minutesOfTime(endTime) - from + 1_439) % 1_440) + 1) * 60_000;
        if (edges === undefined) return;
        expect(edges.end).toBeGreaterThan(edges.start);
        expect(edges.end - edges.start).toBeLessThanOrEqual(wallMs + 2 * HOUR);
        expect(edges.start).toBeGreaterThanOrEqual(localDay(date, zone).start);
      },
    ),
    { numRuns: 1_000 },
  );
});

/** An opening in Rome as wall times with offsets, or undefined. */
function romeOpening(date: string, start: string, end: string): string[] | undefined {
  const [startTime, endTime] = [toLocalTime(start), toLocalEndTime(end)];
  const edges = openingEdges({ date: toLocalDate(date), startTime, endTime, zone: ROME });
  return (
    edges && [edges.start, edges.end].map((instant) => new Date(instant).toISOString().slice(0, 16))
  );
}

test("an edge in the spring gap moves to the transition", () => {
  expect(romeOpening("2026-03-29", "02:30", "12:00")).toEqual([
    "2026-03-29T01:00",
    "2026-03-29T10:00",
  ]);
  expect(romeOpening("2026-03-29", "01:00", "02:30")).toEqual([
    "2026-03-29T00:00",
    "2026-03-29T01:00",
  ]);
});

test("an opening wholly in the spring gap does not exist", () => {
  expect(romeOpening("2026-03-29", "02:10", "02:50")).toBeUndefined();
  expect(romeOpening("2026-03-29", "02:00", "03:00")).toBeUndefined();
});

test("in the autumn fold an opening starts at the earlier and ends at the later instant", () => {
  expect(romeOpening("2026-10-25", "02:30", "06:00")).toEqual([
    "2026-10-25T00:30",
    "2026-10-25T05:00",
  ]);
  expect(romeOpening("2026-10-25", "00:00", "02:30")).toEqual([
    "2026-10-24T22:00",
    "2026-10-25T01:30",
  ]);
});

test("an opening whose end is not after its start ends the next day", () => {
  expect(romeOpening("2026-07-01", "22:00", "06:00")).toEqual([
    "2026-07-01T20:00",
    "2026-07-02T04:00",
  ]);
  expect(romeOpening("2026-07-01", "09:00", "09:00")).toEqual([
    "2026-07-01T07:00",
    "2026-07-02T07:00",
  ]);
  expect(romeOpening("2026-07-01", "00:00", "24:00")).toEqual([
    "2026-06-30T22:00",
    "2026-07-01T22:00",
  ]);
});

test("a date that a zone skipped has no opening and no hours", () => {
  const skipped = toLocalDate("2011-12-30");
  const zone = "Pacific/Apia";
  const day = localDay(skipped, zone);
  expect(day.end - day.start).toBe(0);
  const times = { startTime: toLocalTime("09:00"), endTime: toLocalEndTime("17:00") };
  expect(openingEdges({ date: skipped, ...times, zone })).toBeUndefined();
});

test("only IANA names are time zones", () => {
  expect(ZONES.every(isTimeZone)).toBe(true);
  const refused = [
    "Europe/Atlantis",
    "+01:00",
    "",
    "Europe/Rome\0",
    "Europe/Rome ",
    "../Rome",
    "x".repeat(10_000),
  ];
  expect(refused.filter(isTimeZone)).toEqual([]);
  expect(() => localDateOf(0, "Europe/Atlantis")).toThrow(RangeError);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeOfMinutes, toLocalTime } from "../../time/local-time.ts";
import { isoWithOffset } from "../../time/wall-clock.ts";
import { isQuiet, lastLoud, nextLoud, type QuietHours } from "./quiet-hours.ts";

const minuteMs = 60_000;
const zones = [
  "Europe/Rome",
  "America/New_York",
  "UTC",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
];

function quietHours(from: string, to: string, zone = "Europe/Rome"): QuietHours {
  return { from: toLocalTime(from), to: toLocalTime(to), zone };
}

const night = quietHours("21:00", "08:00");

function at(text: string): number {
  return Date.parse(text);
}

describe("quiet hours on the wall clock", () => {
  test.each([
    [
      "in the evening until the next morning",
      "2026-12-01T22:30+01:00",
      "2026-12-02T08:00:00+01:00",
    ],
    [
      "after midnight until the same morning",
      "2026-12-02T03:00+01:00",
      "2026-12-02T08:00:00+01:00",
    ],
    ["at their first minute", "2026-12-01T21:00+01:00", "2026-12-02T08:00:00+01:00"],
    ["at their end not at all", "2026-12-02T08:00+01:00", "2026-12-02T08:00:00+01:00"],
    [
      "over the night in which clocks go forward",
      "2026-03-28T23:00+01:00",
      "2026-03-29T08:00:00+02:00",
    ],
    [
      "over the night in which clocks go back",
      "2026-10-24T23:00+02:00",
      "2026-10-25T08:00:00+01:00",
    ],
  ])("wait %s", (_name, from, to) => {
    expect(isoWithOffset(nextLoud(at(from), night), "Europe/Rome")).toBe(to);
  });

  test("that end in the hour that a clock change skips end at the change", () => {
    const quiet = quietHours("22:00", "02:30");
    const loud = nextLoud(at("2026-03-29T01:00+01:00"), quiet);
    expect(isoWithOffset(loud, "Europe/Rome")).toBe("2026-03-29T03:00:00+02:00");
  });

  test("that end in the hour that a clock change repeats end twice", () => {
    const quiet = quietHours("22:00", "02:30");
    const first = nextLoud(at("2026-10-25T01:00+02:00"), quiet);
    expect(isoWithOffset(first, "Europe/Rome")).toBe("2026-10-25T02:30:00+02:00");
    const again = nextLoud(at("2026-10-25T02:10+01:00"), quiet);
    expect(isoWithOffset(again, "Europe/Rome")).toBe("2026-10-25T02:30:00+01:00");
  });

  test("with the same beginning and end are none", () => {
    expect(isQuiet(at("2026-12-01T03:00Z"), quietHours("00:00", "00:00"))).toBe(false);
  });

  test("leave the minute before they begin", () => {
    expect(isoWithOffset(lastLoud(at("2026-12-02T06:00+01:00"), night), "Europe/Rome")).toBe(
      "2026-12-01T20:59:00+01:00",
    );
  });
});

const cases = fc.record({
  // Both clock changes of two years, a week around each, and any other time.
  instant: fc
    .oneof(
      fc.integer({ min: at("2026-03-25T00:00Z"), max: at("2026-04-08T00:00Z") }),
      fc.integer({ min: at("2026-10-20T00:00Z"), max: at("2026-11-04T00:00Z") }),
      fc.integer({ min: at("2026-01-01T00:00Z"), max: at("2028-01-01T00:00Z") }),
    )
    .map((ms) => Math.floor(ms / minuteMs) * minuteMs),
  from: fc.integer({ min: 0, max: 1_439 }).map(timeOfMinutes),
  to: fc.integer({ min: 0, max: 1_439 }).map(timeOfMinutes),
  zone: fc.constantFrom(...zones),
});

describe("whatever the hours and the zone", () => {
  test("the next loud instant is loud, not before, and the first one", () => {
    fc.assert(
      fc.property(cases, ({ instant, ...quiet }) => {
        const loud = nextLoud(instant, quiet);
        expect(loud).toBeGreaterThanOrEqual(instant);
        expect(isQuiet(loud, quiet)).toBe(false);
        for (let one = instant; one < loud; one += minuteMs) expect(isQuiet(one, quiet)).toBe(true);
      }),
    );
  });

  test("the last loud minute is loud, not after, and the last one", () => {
    fc.assert(
      fc.property(cases, ({ instant, ...quiet }) => {
        const loud = lastLoud(instant, quiet);
        expect(loud).toBeLessThanOrEqual(instant);
        expect(isQuiet(loud, quiet)).toBe(false);
        for (let one = loud + minuteMs; one <= instant; one += minuteMs)
          expect(isQuiet(one, quiet)).toBe(true);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeOfMinutes, toLocalTime } from "../../time/local-time.ts";
import { isoWithOffset } from "../../time/wall-clock.ts";
import { minutesBefore, timesBefore, timesOfNotice } from "./message-times.ts";
import { isQuiet } from "./quiet-hours.ts";

const zone = "Europe/Rome";
const quiet = { from: toLocalTime("21:00"), to: toLocalTime("08:00"), zone };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function at(text: string): number {
  return Date.parse(text);
}

function due(startsAt: string, offsetMinutes: number, since = "2026-01-01T00:00Z"): string {
  const times = timesBefore({ startsAt: at(startsAt), offsetMinutes, since: at(since), quiet });
  return typeof times === "string" ? times : isoWithOffset(times.dueAt, zone);
}

describe("a reminder", () => {
  test("seven days before is at the same hour, also over a change of the clocks", () => {
    expect(due("2026-03-31T09:00+02:00", 7 * 1_440)).toBe("2026-03-24T09:00:00+01:00");
    expect(due("2026-10-28T09:00+01:00", 7 * 1_440)).toBe("2026-10-21T09:00:00+02:00");
  });

  test("two hours before counts real minutes", () => {
    expect(minutesBefore(at("2026-03-29T04:00+02:00"), 120, zone)).toBe(
      at("2026-03-29T01:00+01:00"),
    );
  });

  test("in quiet hours waits for their end", () => {
    expect(due("2026-12-02T09:30+01:00", 120)).toBe("2026-12-02T08:00:00+01:00");
  });

  test("that would then be too close to the visit goes out the evening before", () => {
    expect(due("2026-12-02T08:15+01:00", 120)).toBe("2026-12-01T20:59:00+01:00");
  });

  test("is left out for who has just booked", () => {
    expect(due("2026-12-03T10:00+01:00", 2_880, "2026-12-01T09:00+01:00")).toBe("just_booked");
    expect(due("2026-12-03T10:00+01:00", 2_880, "2026-11-20T09:00+01:00")).toBe(
      "2026-12-01T10:00:00+01:00",
    );
  });

  test("is never due in quiet hours, before the booking, or after it is worth sending", () => {
    const cases = fc.record({
      startsAt: fc.integer({ min: at("2026-01-10T00:00Z"), max: at("2027-12-31T00:00Z") }),
      offsetMinutes: fc.integer({ min: 15, max: 30 * 1_440 }),
      booked: fc.integer({ min: 0, max: 60 * 1_440 }),
      from: fc.integer({ min: 18 * 60, max: 1_439 }).map(timeOfMinutes),
      to: fc.integer({ min: 0, max: 10 * 60 }).map(timeOfMinutes),
      zone: fc.constantFrom("Europe/Rome", "America/New_York", "Australia/Lord_Howe"),
    });
    fc.assert(
      fc.property(cases, ({ startsAt, offsetMinutes, booked, ...hours }) => {
        const since = startsAt - booked * minuteMs;
        const times = timesBefore({ startsAt, offsetMinutes, since, quiet: hours });
        if (typeof times === "string") return;
        expect(isQuiet(times.dueAt, hours)).toBe(false);
        expect(times.dueAt).toBeGreaterThanOrEqual(since);
        expect(times.notAfter).toBeGreaterThanOrEqual(times.dueAt);
        expect(times.notAfter).toBeLessThan(startsAt);
      }),
    );
  });
});

describe("a notice", () => {
  const now = at("2026-12-01T23:00+01:00");

  test("that somebody waits for goes out at once", () => {
    const startsAt = at("2026-12-10T10:00+01:00");
    expect(timesOfNotice({ startsAt, now, isImmediate: true, quiet }).dueAt).toBe(now);
  });

  test("of the office waits for the morning", () => {
    const startsAt = at("2026-12-10T10:00+01:00");
    const times = timesOfNotice({ startsAt, now, isImmediate: false, quiet });
    expect(isoWithOffset(times.dueAt, zone)).toBe("2026-12-02T08:00:00+01:00");
  });

  test("does not wait when the visit would be too near by then", () => {
    const startsAt = at("2026-12-02T09:00+01:00");
    const times = timesOfNotice({ startsAt, now, isImmediate: false, quiet });
    expect(times.dueAt).toBe(now);
    expect(times.notAfter).toBeLessThanOrEqual(startsAt - hourMs);
  });

  test("of a visit that has begun is still worth half an hour", () => {
    const times = timesOfNotice({ startsAt: now - hourMs, now, isImmediate: true, quiet });
    expect(times).toEqual({ dueAt: now, notAfter: now + hourMs / 2 });
  });
});

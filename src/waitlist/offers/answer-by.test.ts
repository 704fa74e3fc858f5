import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isQuiet } from "../../reminders/planning/quiet-hours.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { answerBy } from "./answer-by.ts";

const quiet = { from: toLocalTime("21:00"), to: toLocalTime("08:00"), zone: "Europe/Rome" };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Instants of March 2027 in Rome, an hour ahead of UTC. */
const at = (day: number, time: string): number =>
  Date.parse(`2027-03-${String(day).padStart(2, "0")}T${time}:00+01:00`);
const usual = { noticeMinutes: 0, answerMinutes: 480, quiet };

describe("the time to answer an offer", () => {
  it("is what the service grants where there is time enough", () => {
    expect(answerBy({ ...usual, now: at(1, "09:00"), startsAt: at(10, "09:00") })).toBe(
      at(1, "17:00"),
    );
  });

  it("is half of what is left when the visit comes near", () => {
    const asking = { ...usual, now: at(1, "10:00"), startsAt: at(1, "16:30") };
    expect(answerBy(asking)).toBe(at(1, "13:00"));
    expect(answerBy({ ...asking, noticeMinutes: 150 })).toBe(at(1, "12:00"));
  });

  it("is an hour longer than the quiet hours into which it would fall", () => {
    expect(answerBy({ ...usual, now: at(1, "16:00"), startsAt: at(10, "09:00") })).toBe(
      at(2, "09:00"),
    );
  });

  it("ends before the quiet hours when the morning is too late", () => {
    const asking = { ...usual, now: at(1, "19:00"), startsAt: at(2, "09:00") };
    expect(answerBy(asking)).toBe(at(1, "20:59"));
  });

  it.each([
    ["in quiet hours", at(1, "23:00"), at(10, "09:00")],
    ["when less than a quarter of an hour is left to answer", at(1, "10:00"), at(1, "10:59")],
    ["when only the night is left", at(1, "20:50"), at(2, "08:30")],
    ["for what is past", at(2, "10:00"), at(1, "10:00")],
  ])("nobody is asked %s", (_when, now, startsAt) => {
    expect(answerBy({ ...usual, now, startsAt })).toBeUndefined();
  });

  it("is never in quiet hours, too short, past what the service grants and the next morning, or too late to sell", () => {
    const asking = fc.record({
      now: fc.integer({ min: at(1, "00:00"), max: at(28, "00:00") }),
      ahead: fc.integer({ min: 0, max: 20 * 24 * hourMs }),
      noticeMinutes: fc.integer({ min: 0, max: 3_000 }),
      answerMinutes: fc.integer({ min: 15, max: 10_080 }),
    });
    fc.assert(
      fc.property(asking, ({ now, ahead, noticeMinutes, answerMinutes }) => {
        const startsAt = now + ahead;
        const until = answerBy({ now, startsAt, noticeMinutes, answerMinutes, quiet });
        if (until === undefined) return;
        expect(isQuiet(now, quiet)).toBe(false);
        expect(isQuiet(until, quiet)).toBe(false);
        expect(until - now).toBeGreaterThanOrEqual(14 * minuteMs);
        expect(until - now).toBeLessThanOrEqual(answerMinutes * minuteMs + 13 * hourMs);
        expect(until).toBeLessThanOrEqual(startsAt - Math.max(noticeMinutes, 30) * minuteMs);
        expect(until % minuteMs).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

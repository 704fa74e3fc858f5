import { describe, expect, test } from "vitest";
import { serviceRule } from "../../../test/support/boards.ts";
import { publicFrom } from "./public-from.ts";

const minuteMs = 60_000;
const early = { siteId: "yard", from: 100 * minuteMs, to: 200 * minuteMs, until: 50 * minuteMs };
const wood = { ...serviceRule("wood", { durationMinutes: 30 }), earlyAccesses: [early] };
const public_ = { isStaff: false, now: 0 };
const at = (minutes: number, siteId = "yard") => ({
  siteId,
  startsAt: minutes * minuteMs,
  partySize: 1,
});

describe("days that are published to some before others", () => {
  test("are others' from the stated instant on", () => {
    expect(publicFrom([wood], at(100), public_)).toBe(early.until);
    expect(publicFrom([wood], at(100), { ...public_, now: early.until })).toBeUndefined();
  });

  test("are those people's and staff's at once, and not the waitlist's", () => {
    expect(publicFrom([wood], at(100), { ...public_, priority: "rebooking" })).toBeUndefined();
    expect(publicFrom([wood], at(100), { ...public_, isStaff: true })).toBeUndefined();
    expect(publicFrom([wood], at(100), { ...public_, priority: "waitlist" })).toBe(early.until);
  });

  test("hinder visits that reach into them, and none beside them or elsewhere", () => {
    expect(publicFrom([wood], at(71), public_)).toBe(early.until);
    expect(publicFrom([wood], at(70), public_)).toBeUndefined();
    expect(publicFrom([wood], at(200), public_)).toBeUndefined();
    expect(publicFrom([wood], at(100, "pool"), public_)).toBeUndefined();
  });

  test("do so when any service of a visit has them", () => {
    expect(publicFrom([serviceRule("glass", {}), wood], at(100), public_)).toBe(early.until);
  });
});

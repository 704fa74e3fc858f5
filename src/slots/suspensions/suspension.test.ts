import { expect, test } from "vitest";
import { serviceRule } from "../../../test/support/boards.ts";
import { isSuspended } from "./suspension.ts";

const minuteMs = 60_000;
const usual = serviceRule("usual", { durationMinutes: 30, legGapMaxMinutes: 0 });
const suspended = serviceRule("suspended", {
  durationMinutes: 30,
  suspensions: [{ siteId: "yard", from: 100 * minuteMs, to: 200 * minuteMs }],
});
const visit = (minute: number, siteId = "yard") => ({
  siteId,
  startsAt: minute * minuteMs,
  partySize: 1,
});

test.each([71, 100, 150, 199])("a visit from minute %i on overlaps the suspension", (minute) => {
  expect(isSuspended([suspended], visit(minute))).toBe(true);
});

test.each([70, 200, 300])("a visit from minute %i on touches it at most", (minute) => {
  expect(isSuspended([suspended], visit(minute))).toBe(false);
});

test("elsewhere and for other services nothing is suspended", () => {
  expect(isSuspended([suspended], visit(150, "hall"))).toBe(false);
  expect(isSuspended([usual], visit(150))).toBe(false);
});

test("a visit of several services is suspended whole, from its first leg on", () => {
  expect(isSuspended([usual, suspended], visit(45))).toBe(true);
  expect(isSuspended([usual, suspended], visit(40))).toBe(false);
});

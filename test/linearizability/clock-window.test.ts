import { expect, it } from "vitest";
import { everybodySees, windowOf } from "./clock-window.ts";

const unshifted = { start: Number.NEGATIVE_INFINITY, end: Number.NEGATIVE_INFINITY, shift: 0 };

it("an instant comes when the clock runs there by itself, within the offset's uncertainty", () => {
  const clock = { offset: { min: 990, max: 1_010 }, shifts: [unshifted] };
  expect(windowOf(5_000, clock)).toEqual({ start: 3_990, end: 4_010 });
});

it("an instant that is jumped over comes while the shift is being made", () => {
  const shifts = [unshifted, { start: 2_000, end: 2_300, shift: 60_000 }];
  const clock = { offset: { min: 990, max: 1_010 }, shifts };
  expect(windowOf(5_000, clock)).toEqual({ start: 2_000, end: 2_300 });
  expect(windowOf(70_000, clock)).toEqual({ start: 8_990, end: 9_010 });
});

it("an instant before the jump is not delayed by it", () => {
  const shifts = [unshifted, { start: 2_000, end: 2_300, shift: 60_000 }];
  expect(windowOf(2_500, { offset: { min: 1_000, max: 1_000 }, shifts })).toEqual({
    start: 1_500,
    end: 1_500,
  });
});

it("a shift is seen by everybody once the requests of before have ended", () => {
  const requests = [
    { start: 0, end: 90 },
    { start: 90, end: 150 },
    { start: 101, end: 500 },
  ];
  expect(everybodySees(100, requests)).toBe(150);
  expect(everybodySees(95, [])).toBe(95);
});

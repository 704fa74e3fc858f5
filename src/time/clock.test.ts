import { expect, test } from "vitest";
import { dateFromEpochMs, monotonicMs, systemNow } from "./clock.ts";

test("the system clock agrees with the process within a second", () => {
  expect(
    Math.abs(systemNow().getTime() - (performance.timeOrigin + performance.now())),
  ).toBeLessThan(1_000);
});

test("the monotonic clock does not run backwards", () => {
  const readings = Array.from({ length: 1_000 }, monotonicMs);
  expect(readings.toSorted((a, b) => a - b)).toEqual(readings);
});

test("a number that is no instant is refused", () => {
  expect(dateFromEpochMs(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
  expect(() => dateFromEpochMs(Number.NaN)).toThrow(RangeError);
  expect(() => dateFromEpochMs(9e15)).toThrow(RangeError);
});

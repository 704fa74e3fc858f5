import { expect, test } from "vitest";
import { retryAfterSeconds } from "./retry-after.ts";

const now = Date.parse("2026-11-24T20:00:00.500Z");

test.each<[string | undefined, number | null]>([
  [undefined, null],
  ["", null],
  ["0", 0],
  [" 120 ", 120],
  ["999999999", 86_400],
  ["99999999999", null],
  ["-1", null],
  ["1.5", null],
  ["soon", null],
  ["2026", 2_026],
  ["2026-11-25", null],
  ["Tue, 24 Nov 2026 20:01:00 GMT", 60],
  ["Tue, 24 Nov 2026 19:00:00 GMT", 0],
  ["Tue, 24 Nov 2099 19:00:00 GMT", 86_400],
  ["Xxx, 99 Foo 2026 19:00:00 GMT", null],
])("Retry-After %j means %s seconds", (header, seconds) => {
  expect(retryAfterSeconds(header, now)).toBe(seconds);
});

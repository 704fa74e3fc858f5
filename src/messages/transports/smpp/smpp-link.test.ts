import { expect, test } from "vitest";
import { waitMsAfter } from "./smpp-link.ts";

test("the wait for another connection doubles with each failure in a row and ends at half a minute", () => {
  const waits = [1, 2, 3, 6, 7, 20, 5_000].map((failures) => waitMsAfter(failures, 0.5));
  expect(waits).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
});

test("processes do not all come back in the same moment", () => {
  expect([waitMsAfter(1, 0), waitMsAfter(1, 1)]).toEqual([375, 625]);
});

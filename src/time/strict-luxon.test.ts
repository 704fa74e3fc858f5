import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { IANAZone } from "./strict-luxon.ts";

test("invalid input throws instead of becoming an invalid date", () => {
  expect(() => DateTime.fromISO("2026-02-30", { zone: IANAZone.create("Europe/Rome") })).toThrow();
});

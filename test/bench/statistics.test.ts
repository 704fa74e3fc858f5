import { describe, expect, it } from "vitest";
import { percentile, ratiosOf, spread } from "../../bench/statistics.ts";

describe("figures of a bench", () => {
  it("have the middle one as median, or the mean of the two in the middle", () => {
    expect(spread([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
  });

  it("are not invented where nothing was measured", () => {
    expect(() => spread([])).toThrow("nothing to sum up");
  });

  it("have a percentile that so many of them do not exceed", () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBe(0);
  });

  it("are divided pair by pair", () => {
    expect(
      ratiosOf([
        { of: 3, to: 2 },
        { of: 1, to: 4 },
      ]),
    ).toEqual([1.5, 0.25]);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  areContiguous,
  findOverlap,
  type Interval,
  intersectInterval,
  intersectIntervals,
  intervalContains,
  intervalsOverlap,
  isEmptyInterval,
  mergeIntervals,
  subtractIntervals,
} from "./interval.ts";

const UNITS = 40;
const anyInterval = fc.record({ start: fc.nat(UNITS), end: fc.nat(UNITS) });
const anyIntervals = fc.array(anyInterval, { maxLength: 12 });

/** The model: the set of unit instants an interval list covers. */
function instantsOf(intervals: readonly Interval[]): boolean[] {
  return Array.from({ length: UNITS + 1 }, (_, at) =>
    intervals.some((i) => i.start <= at && at < i.end),
  );
}

function isNormal(intervals: readonly Interval[]): boolean {
  return intervals.every((interval, i) => {
    const next = intervals[i + 1];
    return !isEmptyInterval(interval) && (next === undefined || interval.end < next.start);
  });
}

test("the union covers the same instants with the fewest intervals", () => {
  fc.assert(
    fc.property(anyIntervals, (list) => {
      const merged = mergeIntervals(list);
      expect(instantsOf(merged)).toEqual(instantsOf(list));
      expect(isNormal(merged)).toBe(true);
    }),
  );
});

test("subtraction leaves exactly the instants that are in the first and not in the second", () => {
  fc.assert(
    fc.property(anyIntervals, anyIntervals, (from, minus) => {
      const left = subtractIntervals(from, minus);
      const holes = instantsOf(minus);
      expect(instantsOf(left)).toEqual(instantsOf(from).map((isIn, at) => isIn && !holes[at]));
      expect(isNormal(left)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("intersection leaves exactly the instants that are in both", () => {
  fc.assert(
    fc.property(anyIntervals, anyIntervals, (a, b) => {
      const both = intersectIntervals(a, b);
      const inB = instantsOf(b);
      expect(instantsOf(both)).toEqual(instantsOf(a).map((isIn, at) => isIn && inB[at]));
      expect(both.every((i) => !isEmptyInterval(i))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("two intervals overlap exactly when they share an instant", () => {
  fc.assert(
    fc.property(anyInterval, anyInterval, (a, b) => {
      const shared = instantsOf([a]).some((isIn, at) => isIn && instantsOf([b])[at]);
      expect(intervalsOverlap(a, b)).toBe(shared);
      expect(intersectInterval(a, b) !== undefined).toBe(shared);
    }),
  );
});

test("one interval contains another exactly when it has all its instants", () => {
  fc.assert(
    fc.property(anyInterval, anyInterval, (a, b) => {
      expect(intervalContains(a, b)).toBe(
        instantsOf([b]).every((isIn, at) => !isIn || instantsOf([a])[at]),
      );
    }),
  );
});

test("an overlap in a list is found exactly when one exists", () => {
  fc.assert(
    fc.property(anyIntervals, (list) => {
      const exists = list.some((a, i) => list.some((b, j) => i < j && intervalsOverlap(a, b)));
      const found = findOverlap(list);
      expect(found !== undefined).toBe(exists);
      if (found !== undefined) expect(intervalsOverlap(found[0], found[1])).toBe(true);
    }),
  );
});

test("touching intervals do not overlap and are contiguous", () => {
  const morning = { start: 0, end: 4 };
  const afternoon = { start: 4, end: 8 };
  expect(intervalsOverlap(morning, afternoon)).toBe(false);
  expect(areContiguous([morning, afternoon])).toBe(true);
  expect(areContiguous([afternoon, morning])).toBe(false);
  expect(areContiguous([morning, { start: 5, end: 8 }])).toBe(false);
  expect(areContiguous([])).toBe(true);
});

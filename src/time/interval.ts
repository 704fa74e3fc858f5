/** Half-open intervals of instants: `start` belongs to the interval, `end` does not. */

/** A stretch of time in epoch milliseconds, `start` inclusive, `end` exclusive. Empty when `end <= start`. */
export type Interval = { readonly start: number; readonly end: number };

/** Tells whether the interval holds no instant. */
export function isEmptyInterval(interval: Interval): boolean {
  return interval.end <= interval.start;
}

/** Tells whether the two intervals share at least one instant; touching ends do not. */
export function intervalsOverlap(a: Interval, b: Interval): boolean {
  return Math.max(a.start, b.start) < Math.min(a.end, b.end);
}

/** Tells whether `inner` lies wholly in `outer`. An empty `inner` lies in everything. */
export function intervalContains(outer: Interval, inner: Interval): boolean {
  return isEmptyInterval(inner) || (outer.start <= inner.start && inner.end <= outer.end);
}

/** Returns the instants the two intervals share, or undefined when there are none. */
export function intersectInterval(a: Interval, b: Interval): Interval | undefined {
  const shared = { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
  return isEmptyInterval(shared) ? undefined : shared;
}

/**
 * Returns the union as the fewest intervals, ascending and disjoint. Intervals that touch are joined,
 * empty ones are dropped, the input may come in any order.
 */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const ascending = intervals
    .filter((i) => !isEmptyInterval(i))
    .toSorted((a, b) => a.start - b.start);
  const merged: Interval[] = [];
  for (const interval of ascending) {
    const last = merged.at(-1);
    if (last === undefined || last.end < interval.start) merged.push(interval);
    else if (last.end < interval.end)
      merged[merged.length - 1] = { start: last.start, end: interval.end };
  }
  return merged;
}

/** Returns the instants that lie in both sets, as merged intervals. Linear in both after sorting. */
export function intersectIntervals(
  left: readonly Interval[],
  right: readonly Interval[],
): Interval[] {
  const a = mergeIntervals(left);
  const b = mergeIntervals(right);
  const shared: Interval[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) return shared;
    const both = intersectInterval(x, y);
    if (both !== undefined) shared.push(both);
    if (x.end < y.end) i += 1;
    else j += 1;
  }
}

/** Returns the instants of `from` that lie in none of `minus`, as merged intervals. Linear in both after sorting. */
export function subtractIntervals(
  from: readonly Interval[],
  minus: readonly Interval[],
): Interval[] {
  const holes = mergeIntervals(minus);
  const left: Interval[] = [];
  let next = 0;
  for (const whole of mergeIntervals(from)) {
    let start = whole.start;
    for (let hole = holes[next]; hole !== undefined && hole.start < whole.end; hole = holes[next]) {
      if (start < hole.start) left.push({ start, end: hole.start });
      start = Math.max(start, hole.end);
      // A hole that outlives this interval may also cut the next one.
      if (hole.end > whole.end) break;
      next += 1;
    }
    if (start < whole.end) left.push({ start, end: whole.end });
  }
  return left;
}

/**
 * Tells whether each interval begins exactly where the one before it ended, in the order given.
 * An empty list and a single interval are contiguous.
 */
export function areContiguous(intervals: readonly Interval[]): boolean {
  return intervals.every((interval, i) => i === 0 || intervals[i - 1]?.end === interval.start);
}

/** Returns a pair of intervals that overlap, or undefined when all are disjoint. Empty intervals overlap nothing. */
export function findOverlap<T extends Interval>(
  intervals: readonly T[],
): readonly [T, T] | undefined {
  const ascending = intervals
    .filter((i) => !isEmptyInterval(i))
    .toSorted((a, b) => a.start - b.start);
  let longest: T | undefined;
  for (const interval of ascending) {
    if (longest !== undefined && interval.start < longest.end) return [longest, interval];
    longest = interval;
  }
  return undefined;
}

/** The database's clock as seen from the monotonic clock, and how it was shifted; milliseconds throughout. */
export interface ObservedClock {
  /** Database time minus monotonic time without any shift: at least and at most. */
  readonly offset: { readonly min: number; readonly max: number };
  /** In order; the first is what was in force at the beginning, from `-Infinity` on. Shifts only grow. */
  readonly shifts: readonly Shift[];
}

/** A shift that some statement may see from `start` on, and every statement from `end` on. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly shift: number;
}

/** When (monotonic) the database's clock reached an instant (epoch ms): not before `start`, not after `end`. */
export function windowOf(
  instant: number,
  { offset, shifts }: ObservedClock,
): { start: number; end: number } {
  const starts = shifts.map(({ start, shift }) => Math.max(start, instant - offset.max - shift));
  const ends = shifts.map(({ end, shift }) => Math.max(end, instant - offset.min - shift));
  return { start: Math.min(...starts), end: Math.min(...ends) };
}

/**
 * When every statement sees a shift that was acknowledged at `acknowledged`: a statement that began before still uses
 * the old one, but has ended when the request that it belongs to has.
 */
export function everybodySees(
  acknowledged: number,
  requests: readonly { readonly start: number; readonly end: number }[],
): number {
  const inFlight = requests.filter((one) => one.start <= acknowledged && one.end > acknowledged);
  return Math.max(acknowledged, ...inFlight.map((one) => one.end));
}

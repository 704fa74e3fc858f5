/**
 * The only module that reads the machine's clock or constructs a Date.
 *
 * Due times, lease ends and hold expiry are judged by the database's clock; these functions serve
 * logs, metrics and the `now` that callers hand to pure functions.
 */

/** Returns the machine's current instant. */
export function systemNow(): Date {
  return new Date();
}

/** Returns milliseconds from an arbitrary origin that never run backwards; for measuring durations. */
export function monotonicMs(): number {
  return performance.now();
}

/** Returns the Date of an instant in epoch milliseconds. Throws RangeError when it is not a finite instant. */
export function dateFromEpochMs(epochMs: number): Date {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${epochMs} is not an instant`);
  return date;
}

import type { QueueState } from "./queries.ts";

/** Messages that may be queued and not begun. */
export const windowBounds = { least: 100, first: 200, most: 4_000 } as const;

/** A job store that keeps messages this long has more than the senders can take. */
const waitSecondsMax = 3;

/**
 * Returns how many messages may be queued: twice as many when the queue has almost run dry since the last look, half as
 * many when they wait too long. So what becomes due later and is more urgent never stands behind thousands. Pure.
 */
export function nextWindow(window: number, { queued, oldestSeconds }: QueueState): number {
  if (oldestSeconds > waitSecondsMax) return Math.max(windowBounds.least, Math.floor(window / 2));
  if (queued <= window / 4) return Math.min(windowBounds.most, window * 2);
  return window;
}

import type { Availability, NextStarts } from "./availability.ts";
import { createTimedCache, type TimedCache } from "./timed-cache.ts";

/** What searches found a moment ago; one per process, never older than a second. */
export interface AvailabilityCache {
  readonly days: TimedCache<Availability>;
  readonly next: TimedCache<NextStarts>;
}

const ttlMs = 1_000;
const entriesMax = 2_000;
const bytesMax = 32 * 1024 * 1024;
const bytesPerEntry = 400;
const bytesPerDay = 200;
const bytesPerStart = 150;

/** Makes the cache of a process: at most 2,000 results and some 32 MB of each kind. */
export function createAvailabilityCache(): AvailabilityCache {
  return {
    days: createTimedCache({
      ttlMs,
      entriesMax,
      bytesMax,
      sizeOf: ({ days }) =>
        days.reduce(
          (sum, day) => sum + bytesPerDay + day.starts.length * bytesPerStart,
          bytesPerEntry,
        ),
    }),
    next: createTimedCache({
      ttlMs,
      entriesMax,
      bytesMax,
      sizeOf: ({ starts }) => bytesPerEntry + starts.length * (bytesPerDay + bytesPerStart),
    }),
  };
}

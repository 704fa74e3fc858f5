import { createPlaces, type Places } from "./places.ts";

/**
 * Places for messages that are leased: those being handed over, and as many ahead of them as the provider takes in the
 * time that what was written stays fresh. While these are on their way, the next are written, many in one transaction.
 * When a worker dies, what it had leased is late by a lease.
 */
export interface LeasePlaces extends Pick<Places, "take"> {
  /** Learns from messages that were leased together: how many were handed over, and how many had grown old before. */
  readonly adapt: (batch: LeasedBatch) => void;
}

/** What became of messages that were leased together. */
export interface LeasedBatch {
  readonly tried: number;
  readonly untried: number;
}

/** Leased at once in a process, in all. */
const leasedMost = 300;

/** Makes the places for a provider with so many connections per process. */
export function createLeasePlaces(connections: number): LeasePlaces {
  let total = Math.min(60 + 4 * connections, leasedMost + connections);
  const places = createPlaces(total);
  return {
    take: places.take,
    adapt: (batch) => {
      const next = nextLeases(total, batch, connections);
      if (next === total) return;
      total = next;
      places.resize(total);
    },
  };
}

/** A third less when messages grew old before a connection was free, a fifth of those handed over more otherwise. Pure. */
export function nextLeases(
  total: number,
  { tried, untried }: LeasedBatch,
  connections: number,
): number {
  const least = 2 * connections + 2;
  if (untried > 0) return Math.max(least, Math.floor((total * 2) / 3));
  return Math.min(Math.max(leasedMost, 2 * least), total + Math.ceil(tried / 5));
}

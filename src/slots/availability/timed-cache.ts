import { monotonicMs } from "../../time/clock.ts";

/** A value and how long (ms, from when its load began) time alone leaves it true. */
export interface Timed<Value> {
  readonly value: Value;
  readonly changesInMs: number;
}

/** Remembers what was read for a moment, so that a crowd looking at one calendar asks the database once. */
export interface TimedCache<Value> {
  /** What is remembered, or what `load` reads; equal names that are asked for at once share one load. */
  readonly get: (name: string, load: () => Promise<Timed<Value>>) => Promise<Value>;
}

export interface TimedCacheOptions<Value> {
  /** A value is given out for so long at most after its load began. */
  readonly ttlMs: number;
  readonly entriesMax: number;
  /** Sum of `sizeOf` of all values kept; the oldest leave first. */
  readonly bytesMax: number;
  readonly sizeOf: (value: Value) => number;
  /** A clock that never runs backwards, in ms. */
  readonly nowMs?: () => number;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly bytes: number;
  readonly untilMs: number;
}

/** Makes an empty cache. A failed load is not remembered. */
export function createTimedCache<Value>(options: TimedCacheOptions<Value>): TimedCache<Value> {
  const { ttlMs, entriesMax, bytesMax, sizeOf, nowMs = monotonicMs } = options;
  const entries = new Map<string, Entry<Value>>();
  let bytes = 0;
  const forget = (name: string): void => {
    bytes -= entries.get(name)?.bytes ?? 0;
    entries.delete(name);
  };
  const keep = (name: string, entry: Entry<Value>): void => {
    forget(name);
    entries.set(name, entry);
    bytes += entry.bytes;
    for (const oldest of entries.keys()) {
      if (entries.size <= entriesMax && bytes <= bytesMax) break;
      forget(oldest);
    }
  };
  const begin = (name: string, load: () => Promise<Timed<Value>>): Promise<Value> => {
    const startedMs = nowMs();
    const untilMs = startedMs + ttlMs;
    const value = load().then((timed) => {
      const loaded = {
        value,
        bytes: sizeOf(timed.value),
        untilMs: Math.min(untilMs, startedMs + timed.changesInMs),
      };
      if (entries.get(name)?.value === value) keep(name, loaded);
      return timed.value;
    });
    keep(name, { value, bytes: 0, untilMs });
    value.catch(() => {
      if (entries.get(name)?.value === value) forget(name);
    });
    return value;
  };
  return {
    get(name, load) {
      const known = entries.get(name);
      return known && nowMs() < known.untilMs ? known.value : begin(name, load);
    },
  };
}

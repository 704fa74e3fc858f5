import { monotonicMs } from "../time/clock.ts";

/** Remembers what was looked up for a moment, so that a burst of requests asks the database once. */
export interface BriefCache<Value> {
  /** The remembered value, or what `load` finds; one load at a time per name. A failed load is not remembered. */
  readonly get: (name: string, load: () => Promise<Value>) => Promise<Value>;
  readonly forget: (name: string) => void;
}

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly untilMs: number;
}

/** A cache of at most `entriesMax` names, each for `ttlMs`; the oldest leave first. */
export function createBriefCache<Value>({
  ttlMs,
  entriesMax,
}: {
  ttlMs: number;
  entriesMax: number;
}): BriefCache<Value> {
  const entries = new Map<string, Entry<Value>>();
  const remember = (name: string, value: Promise<Value>): void => {
    entries.delete(name);
    const oldest = entries.size >= entriesMax ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    entries.set(name, { value, untilMs: monotonicMs() + ttlMs });
    value.catch(() => entries.delete(name));
  };
  return {
    get: (name, load) => {
      const known = entries.get(name);
      if (known && known.untilMs > monotonicMs()) return known.value;
      const value = load();
      remember(name, value);
      return value;
    },
    forget: (name) => void entries.delete(name),
  };
}

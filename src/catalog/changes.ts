import { isDeepStrictEqual } from "node:util";

/** What a caller wants to be otherwise: absent or undefined means as it is. `version` is the one the caller saw. */
export type Change<T> = { readonly [K in keyof T]?: T[K] | undefined } & {
  readonly version?: number | undefined;
};

/** A thing after a change, and the names of what differs from before; key order within values does not matter. */
export interface Changed<T> {
  readonly next: T;
  readonly changedKeys: readonly string[];
}

/** Lays a change over the current state. A change that changes nothing has no changed keys and need not be written. */
export function applyChange<T extends object>(current: T, change: Change<T>): Changed<T> {
  const before = new Map<string, unknown>(Object.entries(current));
  const stated: [string, unknown][] = Object.entries(change);
  const entries = stated.filter(([key, value]) => key !== "version" && value !== undefined);
  const changedKeys = entries
    .filter(([key, value]) => !isDeepStrictEqual(before.get(key), value))
    .map(([key]) => key);
  return { next: Object.assign({ ...current }, Object.fromEntries(entries)), changedKeys };
}

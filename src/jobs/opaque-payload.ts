/** What a job may carry: ids and small facts, one level deep. */
export type OpaqueValue = string | number | boolean | readonly string[];
export type OpaquePayload = Readonly<Record<string, OpaqueValue>>;

/** Ids, codes and ISO instants; no spaces, no `@`: names and addresses do not fit. */
const OPAQUE_TEXT = /^[A-Za-z0-9._:-]{1,128}$/u;
const KEYS_MAX = 16;
const LIST_ITEMS_MAX = 1000;

/**
 * Returns the payload when it holds ids and small facts only. The job store is outside the reach of encryption and
 * erasure, so personal data must not get into it.
 * Throws TypeError naming the key, never the value.
 */
export function opaquePayload(payload: unknown): OpaquePayload {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    throw new TypeError("a job's payload is an object of ids");
  }
  const entries: [string, unknown][] = Object.entries(payload);
  if (entries.length > KEYS_MAX)
    throw new TypeError(`a job's payload has at most ${KEYS_MAX} keys`);
  return Object.fromEntries(entries.flatMap(([key, value]) => opaqueEntry(key, value)));
}

function opaqueEntry(key: string, value: unknown): [string, OpaqueValue][] {
  if (value === undefined) return [];
  if (typeof value === "boolean") return [[key, value]];
  if (typeof value === "number" && Number.isSafeInteger(value)) return [[key, value]];
  if (isOpaqueText(value)) return [[key, value]];
  if (Array.isArray(value) && value.length <= LIST_ITEMS_MAX && value.every(isOpaqueText)) {
    return [[key, value]];
  }
  throw new TypeError(`a job's payload holds ids only; ${JSON.stringify(key)} is not one`);
}

function isOpaqueText(value: unknown): value is string {
  return typeof value === "string" && OPAQUE_TEXT.test(value);
}

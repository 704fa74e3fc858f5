import { createHash, createHmac } from "node:crypto";
import { dateFromEpochMs } from "../../../time/clock.ts";

/** How a text is signed. */
export interface SigningMethod {
  readonly algorithm: "sha1" | "sha256" | "sha512";
  /** An HMAC with it, a plain digest without. */
  readonly hmac_secret?: string | undefined;
  readonly encoding: "hex" | "base64" | "base64url";
}

/** Signs a text, taken as UTF-8. */
export function signText(
  text: string,
  { algorithm, hmac_secret, encoding }: SigningMethod,
): string {
  const hash =
    hmac_secret === undefined ? createHash(algorithm) : createHmac(algorithm, hmac_secret);
  return hash.update(text, "utf8").digest(encoding);
}

/** An instant (epoch milliseconds) as a provider writes it. */
export function writeTimestamp(now: number, unit: "seconds" | "milliseconds" | "iso"): string {
  switch (unit) {
    case "seconds":
      return String(Math.floor(now / 1_000));
    case "milliseconds":
      return String(now);
    case "iso":
      return dateFromEpochMs(now).toISOString();
  }
}

/** Reads an instant back; undefined when the text is none. Epoch milliseconds. */
export function readTimestamp(
  text: string,
  unit: "seconds" | "milliseconds" | "iso",
): number | undefined {
  if (unit === "iso") {
    // Without an offset nobody knows which zone is meant.
    const isClear = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/.test(text);
    const at = isClear ? Date.parse(text) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
  }
  if (!/^\d{1,16}(?:\.\d{1,9})?$/.test(text)) return undefined;
  return Math.floor(Number(text) * (unit === "seconds" ? 1_000 : 1));
}

import { z } from "zod";

/** A whole number within bounds. */
export function integer(min: number, max: number, byDefault: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error })
    .default(byDefault);
}

/** An address with one of these schemes. */
export function address(protocols: readonly string[], example: string) {
  const error = `must be an address that begins with ${example}`;
  return z
    .string()
    .refine((value) => protocols.includes(URL.parse(value)?.protocol ?? ""), { error });
}

/** Scheme, host and port of a web site, without a slash at the end. */
export function webOrigin() {
  const error = "must be an http:// or https:// address without path, query and user";
  return z
    .string()
    .transform((value) => value.replace(/\/$/, ""))
    .refine((value) => isWebOrigin(value), { error });
}

function isWebOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value.toLowerCase();
}

/** A whole number within bounds that may be missing. */
export function optionalInteger(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error })
    .optional();
}

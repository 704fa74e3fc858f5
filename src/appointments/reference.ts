import { randomInt } from "node:crypto";

/** Digits and capitals that nobody confuses when read or said: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const alphabet = "34679ACDEFGHJKMNPQRTWXY";
const lengthChars = 8;

/**
 * Makes a random reference such as `H7KC-93TX`: 23^8 (7.8 × 10^10) of them per tenant. It identifies an appointment
 * on the phone and is no secret; the database refuses one that exists and the booking then runs again.
 */
export function createReference(): string {
  const chars = Array.from({ length: lengthChars }, () =>
    alphabet.charAt(randomInt(alphabet.length)),
  );
  return `${chars.slice(0, 4).join("")}-${chars.slice(4).join("")}`;
}

/** Reads a reference as people type or say it: any case, with or without the hyphen. Undefined when it is none. */
export function readReference(text: string): string | undefined {
  const chars = text.toUpperCase().replace(/[\s.\-–]/g, "");
  if (chars.length !== lengthChars || !chars.split("").every((char) => alphabet.includes(char)))
    return undefined;
  return `${chars.slice(0, 4)}-${chars.slice(4)}`;
}

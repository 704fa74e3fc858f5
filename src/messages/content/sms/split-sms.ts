import { gsmUnits, gsmUnitsOfText, isGsmText } from "./gsm-alphabet.ts";

/** How a text goes over the air. */
export interface SplitSms {
  readonly encoding: "gsm7" | "ucs2";
  /** Septets of the whole text in `gsm7`, UTF-16 units in `ucs2`; without the headers of parts. */
  readonly units: number;
  /** The texts of the parts; one for a text that fits a single message, the empty text included. */
  readonly parts: readonly string[];
}

/** Units of a message alone, and of each part where a header of six octets joins several. */
const capacities = {
  gsm7: { single: 160, joined: 153 },
  ucs2: { single: 70, joined: 67 },
} as const;

/**
 * Chooses GSM-7 where the whole text fits it and UCS-2 otherwise, counts, and cuts into parts. No escape sequence and
 * no surrogate pair is cut in two, so a part may hold one unit less than it could.
 */
export function splitSms(text: string): SplitSms {
  const encoding = isGsmText(text) ? "gsm7" : "ucs2";
  const units = encoding === "gsm7" ? gsmUnitsOfText(text) : text.length;
  const unitsOf = (character: string): number =>
    encoding === "gsm7" ? (gsmUnits(character) ?? 1) : character.length;
  const { single, joined } = capacities[encoding];
  const parts = units <= single ? [text] : cut(text, joined, unitsOf);
  return { encoding, units, parts };
}

function cut(text: string, unitsMax: number, unitsOf: (character: string) => number): string[] {
  const parts: string[] = [];
  let part = "";
  let taken = 0;
  for (const character of text) {
    const needed = unitsOf(character);
    if (taken + needed > unitsMax) {
      parts.push(part);
      part = "";
      taken = 0;
    }
    part += character;
    taken += needed;
  }
  return [...parts, part];
}

/** Offsets of IANA time zones from UTC. Positive east of Greenwich. */
import { DAY_MS } from "./local-date.ts";
import { IANAZone } from "./strict-luxon.ts";

const OFFSETS_CACHED_MAX = 20_000;
const ZONE_LENGTH_MAX = 64;
const ZONE_SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

const offsetsAtMidnight = new Map<string, number>();

/** Tells whether the text names an IANA time zone this process knows; plain offsets such as `+01:00` do not. */
export function isTimeZone(text: string): boolean {
  return text.length <= ZONE_LENGTH_MAX && ZONE_SHAPE.test(text) && IANAZone.isValidZone(text);
}

/** Returns the zone's offset in milliseconds at an instant (epoch ms). Throws RangeError for an unknown zone. */
export function offsetMsAt(instant: number, zone: string): number {
  const minutes = IANAZone.create(zone).offset(instant);
  if (Number.isNaN(minutes)) throw new RangeError(`'${zone}' is not a time zone`);
  // Offsets before about 1900 have seconds, which are fractions of a minute here.
  return Math.round(minutes * 60_000);
}

/**
 * Returns the zone's offset in milliseconds at 00:00 UTC of the day so many days after 1970-01-01.
 * Cached, because asking the platform costs some 5 µs and openings ask for the same days again and again.
 */
export function offsetMsAtMidnightUtc(dayNumber: number, zone: string): number {
  const key = `${dayNumber} ${zone}`;
  const known = offsetsAtMidnight.get(key);
  if (known !== undefined) return known;
  const offset = offsetMsAt(dayNumber * DAY_MS, zone);
  if (offsetsAtMidnight.size >= OFFSETS_CACHED_MAX) offsetsAtMidnight.clear();
  offsetsAtMidnight.set(key, offset);
  return offset;
}

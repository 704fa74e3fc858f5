/**
 * Wall-clock time to instants and back. Every conversion names its choice where a wall time does not exist
 * (the spring gap) or exists twice (the autumn fold), so no result depends on the process's time zone or on
 * today's date.
 *
 * luxon's own constructors choose by the offset in force today, and its `getPossibleOffsets()` compares
 * clock times without the date, which fails where a zone skipped a whole day (Pacific/Apia, 2011-12-30).
 * The candidates are therefore taken from the zone's offsets.
 */
import { dateFromEpochMs } from "./clock.ts";
import type { Interval } from "./interval.ts";
import { DAY_MS, dateOfDayNumber, dayNumberOf, type LocalDate } from "./local-date.ts";
import { type LocalEndTime, type LocalTime, minutesOfTime, timeOfMinutes } from "./local-time.ts";
import { offsetMsAt, offsetMsAtMidnightUtc } from "./zone-offset.ts";

const MINUTE_MS = 60_000;

/** Which of two instants with the same wall time is meant. */
export type Fold = "earlier" | "later";

/** A wall time in an IANA zone; `24:00` is 00:00 of the next date. */
export type WallTime = {
  readonly date: LocalDate;
  readonly time: LocalEndTime;
  readonly zone: string;
};

/** An opening on one date: ends on the next date when `endTime` is not after `startTime`. */
export type OpeningTimes = {
  readonly date: LocalDate;
  readonly startTime: LocalTime;
  readonly endTime: LocalEndTime;
  readonly zone: string;
};

/**
 * Returns the instant (epoch ms) of a wall time. In the autumn fold it is the one `fold` names; in the spring
 * gap it is the instant of the transition. Throws RangeError for an unknown zone.
 */
export function instantOfWallTime({ date, time, zone }: WallTime, fold: Fold): number {
  return instantOfLocalMs(dayNumberOf(date) * DAY_MS + minutesOfTime(time) * MINUTE_MS, zone, fold);
}

/**
 * Returns the interval an opening covers on its date, or undefined when nothing of it exists because it lies
 * wholly in the spring gap. An edge in the gap moves to the transition; in the autumn fold the opening starts
 * at the earlier and ends at the later instant.
 *
 * An end at midnight is the boundary of the local day, which is where the next day's opening starts: round
 * the clock openings of consecutive dates touch and never overlap, also where the fold is at midnight.
 * Throws RangeError for an unknown zone.
 */
export function openingEdges({
  date,
  startTime,
  endTime,
  zone,
}: OpeningTimes): Interval | undefined {
  const midnight = dayNumberOf(date) * DAY_MS;
  const startMinutes = minutesOfTime(startTime);
  const endMinutes = minutesOfTime(endTime);
  const endsNextDay = endMinutes <= startMinutes;
  const endLocalMs = midnight + endMinutes * MINUTE_MS + (endsNextDay ? DAY_MS : 0);
  const start = instantOfLocalMs(midnight + startMinutes * MINUTE_MS, zone, "earlier");
  const end = instantOfLocalMs(endLocalMs, zone, endLocalMs % DAY_MS === 0 ? "earlier" : "later");
  return start < end ? { start, end } : undefined;
}

/** Returns the interval of a local date in a zone: usually 24 hours, on transitions 23 or 25, empty where the date was skipped. */
export function localDay(date: LocalDate, zone: string): Interval {
  const midnight = dayNumberOf(date) * DAY_MS;
  const start = instantOfLocalMs(midnight, zone, "earlier");
  return { start, end: instantOfLocalMs(midnight + DAY_MS, zone, "earlier") };
}

/** Returns the date a wall calendar in the zone shows at an instant (epoch ms). Throws RangeError for an unknown zone. */
export function localDateOf(instant: number, zone: string): LocalDate {
  return dateOfDayNumber(Math.floor(localMsOf(instant, zone) / DAY_MS));
}

/** Returns the time a wall clock in the zone shows at an instant (epoch ms), seconds dropped. Throws RangeError for an unknown zone. */
export function localTimeOf(instant: number, zone: string): LocalTime {
  const localMs = localMsOf(instant, zone);
  return timeOfMinutes(Math.floor((localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / MINUTE_MS));
}

/**
 * Returns an instant (epoch ms) as RFC 3339 wall time with its offset: `2026-03-29T03:00:00+02:00`, fractions
 * of a second dropped. Throws RangeError for an unknown zone.
 */
export function isoWithOffset(instant: number, zone: string): string {
  const localMs = localMsOf(instant, zone);
  const offsetMinutes = Math.trunc((localMs - instant) / MINUTE_MS);
  const sign = offsetMinutes < 0 ? "-" : "+";
  return `${dateFromEpochMs(localMs).toISOString().slice(0, 19)}${sign}${timeOfMinutes(Math.abs(offsetMinutes))}`;
}

/** Wall time as if it were UTC: the epoch milliseconds whose UTC reading is the local one. */
function localMsOf(instant: number, zone: string): number {
  const day = Math.floor(instant / DAY_MS);
  const before = offsetMsAtMidnightUtc(day, zone);
  const isSteady = before === offsetMsAtMidnightUtc(day + 1, zone);
  return instant + (isSteady ? before : offsetMsAt(instant, zone));
}

function instantOfLocalMs(localMs: number, zone: string, fold: Fold): number {
  // Offsets lie between -12 and +14 hours, so the instant lies between these midnights.
  const day = Math.floor(localMs / DAY_MS);
  const offsets = [
    ...new Set([-1, 0, 1, 2].map((days) => offsetMsAtMidnightUtc(day + days, zone))),
  ];
  const [steady] = offsets;
  if (offsets.length === 1 && steady !== undefined) return localMs - steady;
  const candidates = offsets
    .map((offset) => localMs - offset)
    .filter((t) => t + offsetMsAt(t, zone) === localMs);
  if (candidates.length > 0)
    return fold === "earlier" ? Math.min(...candidates) : Math.max(...candidates);
  return transitionBetween(localMs - Math.max(...offsets), localMs - Math.min(...offsets), zone);
}

/** The first instant after `before` with the offset that is in force at `after`; there is one transition between. */
function transitionBetween(before: number, after: number, zone: string): number {
  const oldOffset = offsetMsAt(before, zone);
  let lastOld = before;
  let firstNew = after;
  while (firstNew - lastOld > 1) {
    const middle = Math.floor((lastOld + firstNew) / 2);
    if (offsetMsAt(middle, zone) === oldOffset) lastOld = middle;
    else firstNew = middle;
  }
  return firstNew;
}

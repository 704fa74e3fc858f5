import { type LocalDate, weekdayOf } from "../../time/local-date.ts";
import { minutesOfTime } from "../../time/local-time.ts";
import { localDateOf, localTimeOf } from "../../time/wall-clock.ts";
import type { WaitingEntry, Wish } from "./entry.ts";

/** A place that could be offered, with what its site's wall clock shows: looked up once, asked for often. */
export interface FreePlace {
  readonly siteId: string;
  /** Epoch ms. */
  readonly startsAt: number;
  readonly date: LocalDate;
  /** ISO weekday, 1 is Monday. */
  readonly weekday: number;
  /** Minutes of the day that the clock shows. */
  readonly minutes: number;
}

/** A place as a wish sees it; `timeZone` is the site's. */
export function freePlace({
  siteId,
  timeZone,
  startsAt,
}: Pick<FreePlace, "siteId" | "startsAt"> & { readonly timeZone: string }): FreePlace {
  const date = localDateOf(startsAt, timeZone);
  const minutes = minutesOfTime(localTimeOf(startsAt, timeZone));
  return { siteId, startsAt, date, weekday: weekdayOf(date), minutes };
}

/** Names a place among those that a wish was offered. */
export function placeName({ siteId, startsAt }: Pick<FreePlace, "siteId" | "startsAt">): string {
  return `${siteId}/${startsAt}`;
}

/** Whether a place can be offered to a wish: site, day, weekday and hour fit, it helps, and it is news. Pure. */
export function placeFits(entry: WaitingEntry, place: FreePlace): boolean {
  if (entry.earlierThan !== null && place.startsAt >= entry.earlierThan) return false;
  return wishFits(entry, place) && !entry.knownPlaces.has(placeName(place));
}

function wishFits(wish: Wish, { siteId, date, weekday, minutes }: FreePlace): boolean {
  return (
    date >= wish.fromOn &&
    date <= wish.toOn &&
    wish.siteIds.includes(siteId) &&
    wish.weekdays.includes(weekday) &&
    minutes >= minutesOfTime(wish.fromTime) &&
    minutes < minutesOfTime(wish.toTime)
  );
}

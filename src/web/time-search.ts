/** Free times as the pages show them: the next ones, the days of some weeks, the times of one day. */
import type { Service } from "../catalog/services/service.ts";
import type { Site } from "../catalog/sites/site.ts";
import type { AvailableDay, DayStatus } from "../slots/availability/availability.ts";
import { findNextStarts } from "../slots/availability/find-next-starts.ts";
import { searchAvailability } from "../slots/availability/search-availability.ts";
import {
  addDays,
  daysBetween,
  type LocalDate,
  toLocalDate,
  weekdayOf,
} from "../time/local-date.ts";
import { localDateOf } from "../time/wall-clock.ts";
import type { Page } from "./page.ts";
import { systemNow } from "../time/clock.ts";

/** What a free time is wanted for. */
export interface TimeWish {
  readonly services: readonly Service[];
  /** The sites that count: one, or all that offer the service. */
  readonly sites: readonly Site[];
  readonly partySize: number;
  /** A time that is not offered, because it is the one to be moved from. */
  readonly except?: Date;
  /** Whether places that are kept back are offered, to somebody who rebooks. */
  readonly hasPriority?: boolean;
}

/** A free time at a site. */
export interface FreeTime {
  readonly site: Site;
  readonly startsAt: Date;
  /** Exact when 1, otherwise at least so many. */
  readonly places: number;
}

/** How a day is shown; `free` has times to choose from. */
export type DayState = "free" | Exclude<DayStatus, "open">;

export interface Day {
  readonly date: LocalDate;
  readonly state: DayState;
  readonly times: readonly FreeTime[];
}

/** Days shown at once: three weeks from Monday to Sunday. */
export const daysShown = 21;
/** Free times offered as the next, or nearest, ones. */
const choicesMax = 3;
/** How far around a lost time the nearest ones are looked for. */
const nearDays = 10;

/** Today's date at the administration. */
export function today(page: Page): LocalDate {
  return localDateOf(systemNow().getTime(), page.tenant.timeZone);
}

/** The Monday of a date's week. */
export function mondayOf(date: LocalDate): LocalDate {
  return addDays(date, 1 - weekdayOf(date));
}

/** The next free times; empty when there is none up to the horizon. */
export async function listNextTimes(
  page: Page,
  wish: TimeWish,
): Promise<{ readonly times: readonly FreeTime[]; readonly nextPublicationAt: Date | null }> {
  const { starts, next_publication_at } = await findNextStarts(page.deps, page.tenant, {
    ...searchOf(wish),
    // One more than shown, because one may be left out.
    countMax: choicesMax + 1,
  });
  return {
    times: starts.flatMap((start) => freeTime(wish, start.site_id, start)).slice(0, choicesMax),
    nextPublicationAt: next_publication_at,
  };
}

/** The free times nearest to one that is gone, nearest first in time of day order. */
export async function listNearestTimes(
  page: Page,
  wish: TimeWish,
  lost: Date,
): Promise<FreeTime[]> {
  const date = localDateOf(lost.getTime(), page.tenant.timeZone);
  const days = await listDays(page, wish, {
    from: addDays(date, -nearDays),
    to: addDays(date, nearDays),
  });
  const distance = (time: FreeTime): number => Math.abs(time.startsAt.getTime() - lost.getTime());
  return days
    .flatMap((day) => day.times)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, choicesMax)
    .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
}

/** Every day of the range, both ends included, with its free times in order. Days before today are closed. */
export async function listDays(
  page: Page,
  wish: TimeWish,
  range: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<Day[]> {
  const first = range.from < today(page) ? today(page) : range.from;
  const found: { readonly days: readonly AvailableDay[] } =
    first > range.to
      ? { days: [] }
      : await searchAvailability(page.deps, page.tenant, {
          ...searchOf(wish),
          from: first,
          to: range.to,
        });
  const byDate = Map.groupBy(found.days, (day) => day.date);
  return Array.from({ length: daysBetween(range.from, range.to) + 1 }, (_, i) => {
    const date = addDays(range.from, i);
    const parts = byDate.get(date) ?? [];
    const times = parts
      .flatMap((part) => part.starts.flatMap((start) => freeTime(wish, part.site_id, start)))
      .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
    return {
      date,
      state: stateOf(
        parts.map((part) => part.status),
        times.length,
      ),
      times,
    };
  });
}

/** Reads a date of an address; undefined when it is none. */
export function readDate(text: string | undefined): LocalDate | undefined {
  if (!text) return undefined;
  try {
    return toLocalDate(text);
  } catch {
    return undefined;
  }
}

function searchOf(wish: TimeWish) {
  return {
    serviceIds: wish.services.map((service) => service.id),
    siteId: wish.sites.length === 1 ? (wish.sites[0]?.id ?? null) : null,
    partySize: wish.partySize,
    channel: "web",
    hasPriority: wish.hasPriority,
  } as const;
}

function freeTime(
  wish: TimeWish,
  siteId: string,
  start: { readonly starts_at: Date; readonly places: number },
): FreeTime[] {
  if (wish.except?.getTime() === start.starts_at.getTime()) return [];
  const site = wish.sites.find(({ id }) => id === siteId);
  return site ? [{ site, startsAt: start.starts_at, places: start.places }] : [];
}

/** What is said of a day without free times when its sites differ: the first that helps. */
const tellingStates = ["walk_in", "not_published", "undecided", "full", "too_late"] as const;

function stateOf(statuses: readonly DayStatus[], timesCount: number): DayState {
  if (timesCount > 0) return "free";
  return tellingStates.find((state) => statuses.includes(state)) ?? "closed";
}

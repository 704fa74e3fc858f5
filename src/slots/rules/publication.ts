import { addDays, toLocalDate, type LocalDate } from "../../time/local-date.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { instantOfWallTime } from "../../time/wall-clock.ts";
import type { ServiceRule } from "./booking-rules.ts";

/** One share of the starts, published `horizon_days` ahead at the wall time `time` (`HH:MM`). */
export interface PublicationPortion {
  readonly horizon_days: number;
  readonly time: string;
}

/**
 * Deals starts out to portions by a fixed interleave: the start with ordinal `o` belongs to
 * `portions[pattern[o % pattern.length]]`. Nobody can shift it, and it can be recomputed by anyone.
 */
export interface PublicationPortions {
  readonly pattern: readonly number[];
  readonly portions: readonly PublicationPortion[];
}

/** A start as publication sees it: its day at the site and its place among the cells of its opening. */
export interface PublishedStart {
  readonly localDate: string;
  readonly ordinal: number;
  readonly timeZone: string;
}

/** The instant (epoch ms) from which this service may be booked at this start. */
export function publishedAt(service: PublishedService, start: PublishedStart): number {
  return portionPublishedAt(portionOf(service, start.ordinal), start);
}

/**
 * The same for one zone and many starts: converting a wall time costs microseconds, and all starts of a day and
 * portion are published at once.
 */
export function rememberPublication(
  timeZone: string,
): (service: PublishedService, start: Omit<PublishedStart, "timeZone">) => number {
  const known = new Map<PublicationPortion, Map<string, number>>();
  const ownPortions = new Map<PublishedService, PublicationPortion>();
  return (service, { localDate, ordinal }) => {
    const own = ownPortions.get(service) ?? ownPortionOf(service);
    ownPortions.set(service, own);
    const portion = dealtPortionOf(service, ordinal) ?? own;
    const byDate = known.get(portion) ?? new Map<string, number>();
    known.set(portion, byDate);
    const instant =
      byDate.get(localDate) ?? portionPublishedAt(portion, { localDate, ordinal, timeZone });
    byDate.set(localDate, instant);
    return instant;
  };
}

/** What of a service decides about publication. */
export type PublishedService = Pick<
  ServiceRule,
  "horizonDays" | "publicationTime" | "publicationPortions"
>;

function portionPublishedAt(portion: PublicationPortion, start: PublishedStart): number {
  const date = addDays(toLocalDate(start.localDate), -portion.horizon_days);
  return publicationInstant(date, portion.time, start.timeZone);
}

function portionOf(service: PublishedService, ordinal: number): PublicationPortion {
  return dealtPortionOf(service, ordinal) ?? ownPortionOf(service);
}

function dealtPortionOf(
  { publicationPortions: dealt }: PublishedService,
  ordinal: number,
): PublicationPortion | undefined {
  const index = dealt?.pattern[ordinal % dealt.pattern.length];
  return index === undefined ? undefined : dealt?.portions[index];
}

function ownPortionOf({ horizonDays, publicationTime }: PublishedService): PublicationPortion {
  return { horizon_days: horizonDays, time: publicationTime };
}

function publicationInstant(date: LocalDate, time: string, zone: string): number {
  return instantOfWallTime({ date, time: toLocalTime(time), zone }, "earlier");
}

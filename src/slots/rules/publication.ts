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
export function publishedAt(
  service: Pick<ServiceRule, "horizonDays" | "publicationTime" | "publicationPortions">,
  start: PublishedStart,
): number {
  const portion = portionOf(service, start.ordinal);
  const date = addDays(toLocalDate(start.localDate), -portion.horizon_days);
  return publicationInstant(date, portion.time, start.timeZone);
}

function portionOf(
  service: Pick<ServiceRule, "horizonDays" | "publicationTime" | "publicationPortions">,
  ordinal: number,
): PublicationPortion {
  const dealt = service.publicationPortions;
  const index = dealt?.pattern[ordinal % dealt.pattern.length];
  const portion = index === undefined ? undefined : dealt?.portions[index];
  return portion ?? { horizon_days: service.horizonDays, time: service.publicationTime };
}

function publicationInstant(date: LocalDate, time: string, zone: string): number {
  return instantOfWallTime({ date, time: toLocalTime(time), zone }, "earlier");
}

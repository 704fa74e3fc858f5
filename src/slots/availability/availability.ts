import type { Channel, Deps } from "../../context.ts";
import type { LocalDate } from "../../time/local-date.ts";
import type { AvailabilityMemory } from "./availability-memory.ts";

/** Days that one search covers at most, both ends included. */
export const daysMax = 62;

/** Days that a search covers when the last one is not stated. */
export const daysDefault = 31;

/** Starts that `findNextStarts` gives at most. */
export const nextStartsMax = 20;

/** Without a memory every search reads the database anew. */
export interface AvailabilityDeps extends Pick<Deps, "db"> {
  readonly availability?: AvailabilityMemory;
}

/** What is looked for. */
export interface VisitWish {
  /** Ids or codes of one to five services, in the order of the visit. */
  readonly serviceIds: readonly string[];
  /** Id or code; null or absent: any site. */
  readonly siteId?: string | null | undefined;
  readonly partySize: number;
  readonly channel: Channel;
  /** Staff see what they may book: within the notice and in cool-downs too. */
  readonly isStaff?: boolean | undefined;
  /** Whoever has priority sees what is in cool-downs, too. */
  readonly hasPriority?: boolean | undefined;
}

/** `open` has starts; the others say why there are none. */
export const dayStatuses = [
  "open",
  "not_published",
  "full",
  "too_late",
  "walk_in",
  "undecided",
  "closed",
] as const;
export type DayStatus = (typeof dayStatuses)[number];

/** A start that a claim would be granted at that moment. */
export interface FreeStart {
  readonly starts_at: Date;
  /** Visits of this kind that fit: exact when 1, otherwise at least so many. */
  readonly places: number;
}

export interface AvailableDay {
  readonly site_id: string;
  /** Date at the site. */
  readonly date: LocalDate;
  /** IANA zone of the site. */
  readonly time_zone: string;
  readonly status: DayStatus;
  /** When the next of its times can be booked; null when none waits for that. */
  readonly published_at: Date | null;
  /** Ascending. */
  readonly starts: readonly FreeStart[];
}

export interface Availability {
  /** By site, then by date; every date of the range for every site that offers the services. */
  readonly days: readonly AvailableDay[];
  /** The next instant at which time alone changes the result; null when there is none in the range. */
  readonly changes_at: Date | null;
}

export interface NextStart extends FreeStart {
  readonly site_id: string;
  /** Date at the site. */
  readonly date: LocalDate;
  /** IANA zone of the site. */
  readonly time_zone: string;
}

export interface NextStarts {
  /** The earliest first; at the same instant in the order of the sites' ids. */
  readonly starts: readonly NextStart[];
  /** When nothing is free: when the next times can be booked, as far as they are planned already. */
  readonly next_publication_at: Date | null;
  /** The next instant at which time alone changes the result; null when there is none. */
  readonly changes_at: Date | null;
}

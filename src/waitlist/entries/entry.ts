import type { Channel, Language } from "../../context.ts";
import type { LocalDate } from "../../time/local-date.ts";
import type { LocalEndTime, LocalTime } from "../../time/local-time.ts";

/**
 * `fulfilled` got a place, `withdrawn` did not want one any more, `lapsed` left too many offers unanswered, `expired`
 * found none in time.
 */
export const entryStatuses = [
  "waiting",
  "offered",
  "fulfilled",
  "withdrawn",
  "lapsed",
  "expired",
] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** How a wish changes: a test compares this with the database's list. */
export const entryTransitions = [
  ["waiting", "offered"],
  ["waiting", "withdrawn"],
  ["waiting", "expired"],
  ["offered", "waiting"],
  ["offered", "fulfilled"],
  ["offered", "withdrawn"],
  ["offered", "lapsed"],
] as const satisfies (readonly [EntryStatus, EntryStatus])[];

/** When and where somebody would come: days and hours are the site's wall time. */
export interface Wish {
  readonly siteIds: readonly string[];
  /** First and last day, both included. */
  readonly fromOn: LocalDate;
  readonly toOn: LocalDate;
  /** ISO weekdays, 1 is Monday. */
  readonly weekdays: readonly number[];
  /** The visit starts from `fromTime` on and before `toTime`. */
  readonly fromTime: LocalTime;
  readonly toTime: LocalEndTime;
}

/** What decides that people can wait for the same place. */
export interface VisitKind {
  /** In the order of the visit. */
  readonly serviceIds: readonly string[];
  readonly partySize: number;
  readonly channel: Channel;
}

/** A wish that waits, as offers are planned for it. */
export interface WaitingEntry extends Wish, VisitKind {
  readonly id: string;
  readonly language: Language;
  /** Start of the appointment it would give up, epoch ms: only earlier places help. Null where there is none. */
  readonly earlierThan: number | null;
  /** `site/epoch ms` of places it was offered before; none is offered twice. */
  readonly knownPlaces: ReadonlySet<string>;
}

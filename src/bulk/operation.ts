import type { CancelReason } from "../appointments/appointment.ts";
import type { Channel, Language } from "../context.ts";

/** What is done to many appointments at once. */
export const bulkKinds = ["cancel", "move", "notify"] as const;
export type BulkKind = (typeof bulkKinds)[number];

export const bulkStatuses = [
  "previewed",
  "expired",
  "running",
  "paused",
  "finished",
  "aborted",
] as const;
export type BulkStatus = (typeof bulkStatuses)[number];

/** How an operation changes; a test compares this with the database's list. */
export const bulkTransitions = [
  ["previewed", "expired"],
  ["previewed", "running"],
  ["running", "paused"],
  ["running", "finished"],
  ["running", "aborted"],
  ["paused", "running"],
  ["paused", "aborted"],
] as const;

export const partStatuses = ["pending", "settled", "told"] as const;

/** How a part of an operation changes: its items are dealt with, then its messages are planned. */
export const partTransitions = [
  ["pending", "settled"],
  ["settled", "told"],
] as const;

/**
 * What came of an item: done, or why the appointment was left as it is. `changed`: it is not as the preview showed it;
 * `ended`: no longer booked; `begun`: the visit has begun; `no_time`: no time fits it; `refused`: a limit forbids it.
 */
export const itemOutcomes = ["done", "changed", "ended", "begun", "no_time", "refused"] as const;
export type ItemOutcome = (typeof itemOutcomes)[number];

/** What becomes of the capacity that a cancellation frees. */
export const freedCapacities = ["close", "waitlist", "sale"] as const;
export type FreedCapacity = (typeof freedCapacities)[number];

/** Why an administration cancels. */
export const bulkReasons = [
  "office_closed",
  "staff_missing",
  "technical",
  "other",
] as const satisfies CancelReason[];
export type BulkReason = (typeof bulkReasons)[number];

/** Appointments of one operation at most. */
export const itemsMax = 250_000;

/**
 * What stands of an appointment that is still to come. All are `booked`; of those whose people are asked to say that they
 * come, an answer is `awaited` or they have `confirmed`.
 */
export const visitStatuses = ["booked", "awaited", "confirmed"] as const;
export type VisitStatus = (typeof visitStatuses)[number];

/**
 * Which booked appointments are meant: those whose visit overlaps the time from `from`, `from_time` to `to`, `to_time`
 * on the wall clock of their site, and for which everything else that is given holds. Dates include their day.
 */
export interface BulkFilter {
  readonly from: string;
  readonly to: string;
  readonly from_time: string;
  readonly to_time: string;
  readonly site_ids: readonly string[] | null;
  readonly resource_ids: readonly string[] | null;
  readonly service_ids: readonly string[] | null;
  readonly support: "supported" | "conflict" | null;
  /** One of these; absent in operations that an earlier version made. */
  readonly statuses?: readonly VisitStatus[] | null;
  readonly channels: readonly Channel[] | null;
  readonly languages: readonly Language[] | null;
}

/** Where and until when moved appointments may come to be: dates on the wall clock of the site they come to. */
export interface MoveRule {
  /** Sites in order of preference; null: each stays on its own. */
  readonly site_ids: readonly string[] | null;
  readonly from: string;
  readonly to: string;
}

/**
 * How those whose visits are cancelled may choose another time before others: for so many minutes they may take what is
 * kept back, such as the free places of these days, twice as many as they are, the earliest first.
 */
export interface Rebooking {
  readonly minutes: number;
  readonly reserve: { readonly from: string; readonly to: string } | null;
  /**
   * Instead of some places these days as a whole, with the operation's sites and services: others neither see nor get
   * them before the time is over. Absent in operations that an earlier version made.
   */
  readonly early?: { readonly from: string; readonly to: string } | null;
}

/** People of an operation that are reached in the same way. */
export interface PeopleGroup {
  /** The first service of the visit. */
  readonly service_id: string;
  readonly language: Language;
  readonly has_email: boolean;
  readonly has_phone: boolean;
  readonly count: number;
}

/** What a preview counted, when it froze the items. */
export interface BulkCounts {
  readonly by_day: readonly {
    readonly site_id: string;
    readonly date: string;
    readonly count: number;
  }[];
  readonly by_channel: readonly { readonly channel: Channel; readonly count: number }[];
  readonly people: readonly PeopleGroup[];
}

/** An operation as it is kept. */
export interface OperationRow {
  readonly id: string;
  readonly kind: BulkKind;
  readonly status: BulkStatus;
  readonly filter: BulkFilter;
  readonly reason: BulkReason | null;
  readonly is_urgent: boolean;
  readonly move_rule: MoveRule | null;
  readonly rebooking: Rebooking | null;
  readonly items: number;
  readonly counts: BulkCounts;
  readonly digest: string;
  readonly freed_capacity: FreedCapacity | null;
  readonly waitlist_minutes: number | null;
  readonly created_by: string | null;
  readonly started_by: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly started_at: Date | null;
  readonly slots_closed_at: Date | null;
  readonly places_reserved_at: Date | null;
  readonly rebook_until: Date | null;
  readonly ended_at: Date | null;
  readonly version: number;
  /** By the database's clock, read with the row. */
  readonly is_expired: boolean;
}

/** How far an operation is. */
export interface BulkProgress {
  readonly settled: number;
  readonly done: number;
  /** Left as they are, by why. */
  readonly left: Readonly<Partial<Record<Exclude<ItemOutcome, "done">, number>>>;
  /** Items whose messages are planned. */
  readonly told: number;
  /** Items settled in the last ten seconds. */
  readonly recent: number;
}

/** Items dealt with in one transaction. Each move looks for a free time of its own and is a transaction of its own. */
export function partSizeOf(kind: BulkKind): number {
  return kind === "move" ? 1 : 500;
}

/** Whether closing the very slots of a filter is possible: it must not name people but places and times only. */
export function isClosable(filter: BulkFilter): boolean {
  const { service_ids: services, channels, languages, support, statuses } = filter;
  const namesPeople = services ?? channels ?? languages ?? support ?? narrowing(statuses);
  return namesPeople === null;
}

/** Statuses that leave some out; null when all are meant. */
function narrowing(statuses: BulkFilter["statuses"]): readonly VisitStatus[] | null {
  return statuses && !statuses.includes("booked") ? statuses : null;
}

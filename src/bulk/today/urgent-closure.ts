import type { Language, LocalizedText } from "../../context.ts";

export const urgentStatuses = ["previewed", "active", "lifted"] as const;
export type UrgentStatus = (typeof urgentStatuses)[number];

/** How an urgent closure changes; a test compares this with the database's list. That its time is over is no change. */
export const urgentTransitions = [
  ["previewed", "active"],
  ["active", "lifted"],
] as const;

/**
 * What became of a visit's place. `kept`: served after it opens again, beyond capacity; `moved`: at an equivalent resource
 * at the same time; `lost`: its people have to choose.
 */
export const visitPlaces = ["kept", "moved", "lost"] as const;
export type VisitPlace = (typeof visitPlaces)[number];

/** Above so many people who are told something, their number has to be typed again. */
export const confirmAbove = 500;

/** How people can be told who lost their places or wait. */
export interface Reaches {
  readonly sms: number;
  readonly email: number;
  /** Only by a call: they go onto the phone list. */
  readonly phone: number;
  /** Not at all; they are on the phone list too, so that somebody looks for them. */
  readonly nobody: number;
}

/** What an urgent closure does, in numbers. */
export interface UrgentNumbers {
  readonly kept: number;
  readonly moved: number;
  readonly lost: number;
  /** Of those kept and lost, who are told. */
  readonly reach: Reaches;
  readonly holds_released: number;
}

/** What is closed, and until when; enough to do it. Instants in epoch ms. */
export interface UrgentPlan {
  readonly id: string;
  readonly siteId: string;
  readonly timeZone: string;
  /** Null: the whole site, or one service at it. */
  readonly resourceIds: readonly string[] | null;
  /** The service that is suspended at the site; null: a place is closed. */
  readonly serviceId: string | null;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Whether it opens again today. */
  readonly isSuspension: boolean;
  readonly onTheWayMinutes: number;
  readonly reason: LocalizedText;
}

/** An urgent closure as it is kept. */
export interface UrgentRow {
  readonly id: string;
  readonly status: UrgentStatus;
  readonly site_id: string;
  readonly time_zone: string;
  readonly resource_ids: readonly string[] | null;
  readonly service_id: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly is_suspension: boolean;
  readonly on_the_way_minutes: number;
  readonly reason: LocalizedText;
  readonly numbers: UrgentNumbers;
  readonly digest: string;
  readonly closure_ids: readonly string[];
  /** Of those who have to choose, who wait, and who were told that it is open again. */
  readonly operation_ids: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly started_at: Date | null;
  readonly lifted_at: Date | null;
  readonly version: number;
  /** Of a preview: whether it is too old. By the database's clock. */
  readonly is_expired: boolean;
  /** Whether its time is over. */
  readonly is_over: boolean;
}

/** How far those concerned are. */
export interface UrgentProgress {
  readonly waiting: number;
  /** Have another time, or another place. */
  readonly moved_away: number;
  readonly cancelled: number;
  readonly undecided: number;
}

/** Texts of a notice by language. */
export type NoticeTexts = Readonly<Partial<Record<Language, string>>>;

/** What a kept row says to be done. */
export function planOf(row: UrgentRow): UrgentPlan {
  return {
    id: row.id,
    siteId: row.site_id,
    timeZone: row.time_zone,
    resourceIds: row.resource_ids,
    serviceId: row.service_id,
    startsAt: row.starts_at.getTime(),
    endsAt: row.ends_at.getTime(),
    isSuspension: row.is_suspension,
    onTheWayMinutes: row.on_the_way_minutes,
    reason: row.reason,
  };
}

/** Why a visit is kept beyond capacity, as its record says it. */
export function keptReason(closureId: string): string {
  return `Waits out the suspension ${closureId}`;
}

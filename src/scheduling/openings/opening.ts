import type { Channel } from "../../context.ts";
import { toLocalDate } from "../../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../../time/local-time.ts";
import type { OpeningMode, OpeningRule } from "../schedule.ts";

/** At most so many units of a cell or a day for one channel or one service. */
export interface CeilingFacts {
  readonly scope: "cell" | "day";
  readonly channel: Channel | null;
  readonly service_id: string | null;
  readonly capacity: number;
  /** From when the unused share flows back to all: so many days before, at this time on the site's clock. */
  readonly lifted: { readonly days_before: number; readonly time: string } | null;
}

/** What an administration states about an opening; dates and times are those of the site's calendar and clock. */
export interface OpeningFacts {
  /** RFC 5545 rule of a recurring opening; null for an extra one, which is open every day of its range. */
  readonly rrule: string | null;
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly start_time: string;
  /** Up to `24:00`; the next day when not after `start_time`. */
  readonly end_time: string;
  readonly start_step_minutes: number;
  readonly capacity: number;
  readonly mode: OpeningMode;
  readonly runs_on_holidays: boolean;
  readonly overrides_closures: boolean;
  /** Only these of the resource's services; empty means all. */
  readonly service_ids: readonly string[];
  readonly ceilings: readonly CeilingFacts[];
}

/** Availability of a resource. */
export interface Opening extends OpeningFacts {
  readonly id: string;
  readonly resource_id: string;
  readonly code: string;
  readonly kind: "recurring" | "extra";
  readonly version: number;
  readonly is_retired: boolean;
}

/** The facts of an opening without what names it. */
export function factsOfOpening(opening: Opening): OpeningFacts {
  const {
    id: _id,
    resource_id: _resourceId,
    code: _code,
    kind: _kind,
    version: _version,
    is_retired: _isRetired,
    ...facts
  } = opening;
  return facts;
}

/** The opening as the pure rules see it. Throws RangeError for dates or times that do not exist. */
export function toOpeningRule(opening: OpeningFacts & Pick<Opening, "id" | "kind">): OpeningRule {
  return {
    id: opening.id,
    kind: opening.kind,
    rrule: opening.rrule,
    startsOn: toLocalDate(opening.starts_on),
    endsOn: opening.ends_on === null ? null : toLocalDate(opening.ends_on),
    startTime: toLocalTime(opening.start_time),
    endTime: toLocalEndTime(opening.end_time),
    startStepMinutes: opening.start_step_minutes,
    capacity: opening.capacity,
    mode: opening.mode,
    runsOnHolidays: opening.runs_on_holidays,
    overridesClosures: opening.overrides_closures,
  };
}

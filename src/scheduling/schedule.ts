/** What decides when a resource is open, as the pure rules see it. Ids are UUIDs of version 7: they ascend with age. */
import type { LocalDate } from "../time/local-date.ts";
import type { LocalEndTime, LocalTime } from "../time/local-time.ts";

/** How places are given out: by booking, to whoever comes, or not yet. */
export const openingModes = ["bookable", "walk_in", "undecided"] as const;
export type OpeningMode = (typeof openingModes)[number];

/** Availability in wall time: by a rule, or daily from `startsOn` to `endsOn` when extra. Ends the next day when `endTime` is not after `startTime`. */
export type OpeningRule = {
  readonly id: string;
  readonly kind: "recurring" | "extra";
  readonly rrule: string | null;
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate | null;
  readonly startTime: LocalTime;
  readonly endTime: LocalEndTime;
  readonly startStepMinutes: number;
  readonly capacity: number;
  readonly mode: OpeningMode;
  readonly runsOnHolidays: boolean;
  readonly overridesClosures: boolean;
};

/** Absence from a wall time on one date to a wall time on another. */
export type ClosureSpan = {
  readonly id: string;
  readonly startsOn: LocalDate;
  readonly startTime: LocalTime;
  readonly endsOn: LocalDate;
  readonly endTime: LocalEndTime;
};

/** Days, both included, on which another mode applies. */
export type DayMarkSpan = {
  readonly id: string;
  readonly scope: "resource" | "site" | "tenant";
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate;
  readonly mode: OpeningMode;
};

/** Everything that concerns one resource. */
export type ResourceSchedule = {
  readonly resourceId: string;
  readonly zone: string;
  readonly cellMinutes: number;
  readonly openings: readonly OpeningRule[];
  readonly closures: readonly ClosureSpan[];
  readonly dayMarks: readonly DayMarkSpan[];
};

/** Local dates, both included. */
export type DateRange = { readonly from: LocalDate; readonly to: LocalDate };

import { createHash } from "node:crypto";
import type { Trx } from "../db/database.ts";
import { addDays, type LocalDate, toLocalDate } from "../time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../time/local-time.ts";
import { localDateOf } from "../time/wall-clock.ts";
import { type HolidayCalendar, holidaysEdition } from "./holidays.ts";
import { listScheduleRows, type ScheduleRow } from "./queries.ts";
import type { ResourceSchedule } from "./schedule.ts";

/** Raise when the same openings must give other slots than before. */
const EXPANSION_EDITION = 1;

/** Slots exist at most so many days ahead, whatever the horizons say. */
const DAYS_AHEAD_MAX = 731;

/** What one resource's slots are made from, and how far they were made. */
export type LoadedSchedule = {
  readonly schedule: ResourceSchedule;
  readonly calendar: HolidayCalendar;
  /** Hash of everything that decides about the slots, time-zone data and holiday package included. */
  readonly digest: Buffer;
  readonly today: LocalDate;
  /** Last local date on which slots are needed: the longest horizon and one day more. */
  readonly neededTo: LocalDate;
  /** Last local date for which there are slots; may lie behind a horizon that was shortened. */
  readonly lastSlotOn: LocalDate;
  readonly generated: { readonly digest: Buffer; readonly to: LocalDate } | undefined;
};

/** Loads the schedules of resources as they are committed now, by resource id. Foreign and missing ids give nothing. */
export async function loadSchedules(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<LoadedSchedule[]> {
  return (await listScheduleRows(trx, tenantId, resourceIds)).map(toLoadedSchedule);
}

function toLoadedSchedule(row: ScheduleRow): LoadedSchedule {
  const today = localDateOf(row.now.getTime(), row.time_zone);
  const daysAhead = Math.min((row.horizon_days ?? 0) + 1, DAYS_AHEAD_MAX);
  const { inputs_digest: digest, generated_to: to } = row;
  return {
    schedule: toResourceSchedule(row),
    calendar: {
      place: { country: row.holiday_country, region: row.holiday_region },
      localHolidays: row.local_holidays,
    },
    digest: digestOf(row),
    today,
    neededTo: addDays(today, daysAhead),
    lastSlotOn: row.last_slot_on === null ? today : toLocalDate(row.last_slot_on),
    generated: digest === null || to === null ? undefined : { digest, to: toLocalDate(to) },
  };
}

function toResourceSchedule(row: ScheduleRow): ResourceSchedule {
  return {
    resourceId: row.resource_id,
    zone: row.time_zone,
    cellMinutes: row.cell_minutes,
    openings: row.openings.map((opening) => ({
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
    })),
    closures: row.closures.map((closure) => ({
      id: closure.id,
      startsOn: toLocalDate(closure.starts_on),
      startTime: toLocalTime(closure.start_time),
      endsOn: toLocalDate(closure.ends_on),
      endTime: toLocalEndTime(closure.end_time),
    })),
    dayMarks: row.day_marks.map((mark) => ({
      id: mark.id,
      scope: mark.scope,
      startsOn: toLocalDate(mark.starts_on),
      endsOn: toLocalDate(mark.ends_on),
      mode: mark.mode,
    })),
  };
}

function digestOf(row: ScheduleRow): Buffer {
  const inputs = [
    EXPANSION_EDITION,
    holidaysEdition,
    process.versions["tz"] ?? "",
    row.cell_minutes,
    row.time_zone,
    row.holiday_country,
    row.holiday_region,
    row.openings,
    row.closures,
    row.day_marks,
    row.local_holidays.map(({ month, day }) => [month, day]),
  ];
  return createHash("sha256").update(JSON.stringify(inputs)).digest();
}

import { conflictingChange, DomainError } from "../errors.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { notBookedAnyMore, tooLateToChange } from "./errors.ts";
import type { AppointmentRow } from "./queries.ts";

/** Checks the version a caller decided on. Throws `conflicting-change`. */
export function checkVersion(row: AppointmentRow, version: number | undefined): void {
  if (version !== undefined && version !== row.version) {
    throw new DomainError(conflictingChange, "The appointment was changed meanwhile.", {
      facts: { version: row.version },
    });
  }
}

/** Throws `not-booked-any-more` for a closed or cancelled appointment. */
export function checkBooked(row: AppointmentRow): void {
  if (row.status !== "booked") {
    throw new DomainError(notBookedAnyMore, "The appointment is closed or cancelled.", {
      facts: { status: row.status },
    });
  }
}

/** Checks a citizen's time limit: until `limitMinutes` before the start. `now` is epoch ms. Throws `too-late-to-change`. */
export function checkInTime(row: AppointmentRow, limitMinutes: number, now: number): void {
  const until = row.starts_at.getTime() - limitMinutes * 60_000;
  if (now <= until && now < row.starts_at.getTime()) return;
  throw new DomainError(
    tooLateToChange,
    "It is too late to do this online; please call the office.",
    {
      facts: { until: dateFromEpochMs(until).toISOString() },
    },
  );
}

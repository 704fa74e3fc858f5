import { conflictingChange, DomainError } from "../errors.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { toLocalDate } from "../time/local-date.ts";
import { localDay } from "../time/wall-clock.ts";
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

/**
 * Until when a citizen may change something (epoch ms): `limitMinutes` before the start. Whose time the office took away
 * may answer to that until the end of that day at the site, whatever the limit. Pure.
 */
export function changeableUntil(
  row: Pick<AppointmentRow, "starts_at" | "status" | "support" | "local_date" | "site">,
  limitMinutes: number,
): number {
  if (row.status === "booked" && row.support === "conflict")
    return localDay(toLocalDate(row.local_date), row.site.time_zone).end - 1;
  return row.starts_at.getTime() - limitMinutes * 60_000;
}

/** Checks a citizen's time limit; see `changeableUntil`. `now` is epoch ms. Throws `too-late-to-change`. */
export function checkInTime(row: AppointmentRow, limitMinutes: number, now: number): void {
  const until = changeableUntil(row, limitMinutes);
  const hasBegun = now >= row.starts_at.getTime() && row.support === "supported";
  if (now <= until && !hasBegun) return;
  throw new DomainError(
    tooLateToChange,
    "It is too late to do this online; please call the office.",
    {
      facts: { until: dateFromEpochMs(until).toISOString() },
    },
  );
}

import { refusal } from "../catalog/errors.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { StaleRead } from "../db/faults.ts";
import { DomainError } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { readClock } from "../slots/claim/queries.ts";
import { localDateOf } from "../time/wall-clock.ts";
import { appointmentView, loadAppointment, loadForChange } from "./appointment-view.ts";
import { checkMayTouch } from "./may-touch.ts";
import { notBegunYet, notBookedAnyMore } from "./errors.ts";
import {
  type AppointmentRow,
  type AttendanceChange,
  updateAfterVisit,
  updateAttendance,
} from "./queries.ts";
import type { AppointmentView } from "./schema.ts";

export interface RecordAttendance {
  readonly id: string;
  readonly changes: readonly AttendanceChange[];
  /** Whether the visit is over; an appointment once closed stays closed, and can be corrected. */
  readonly isClosed: boolean;
}

/**
 * Records who came and what came of it, per person; a repetition corrects, on record. Attendance from the start of the
 * day of the visit on, absence from its start on. Throws `not-begun-yet`, `not-booked-any-more` for a cancelled one,
 * `invalid-request` for people who are not of the visit.
 */
export async function recordAttendance(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: RecordAttendance,
): Promise<AppointmentView> {
  checkMayTouch(context, wish.id);
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const { row } = await loadForChange(trx, deps, { tenantId, id: wish.id });
      if (row.status === "cancelled") {
        throw new DomainError(notBookedAnyMore, "The appointment is cancelled.", {
          facts: { status: row.status },
        });
      }
      checkBegun(row, wish.changes, await readClock(trx));
      await writeAttendance(trx, { context, row, wish });
      return appointmentView(await loadAppointment(trx, deps, { tenantId, id: wish.id }));
    },
    { signal: context.signal },
  );
}

function checkBegun(row: AppointmentRow, changes: readonly AttendanceChange[], now: number): void {
  const today = localDateOf(now, row.site.time_zone);
  const hasBegun = now >= row.starts_at.getTime();
  const isTooEarly =
    today < row.local_date || (!hasBegun && changes.some((one) => one.attendance === "absent"));
  if (isTooEarly) {
    throw new DomainError(notBegunYet, "The visit has not begun yet.", {
      facts: { starts_at: row.starts_at.toISOString() },
    });
  }
}

async function writeAttendance(
  trx: Trx,
  { context, row, wish }: { context: RequestContext; row: AppointmentRow; wish: RecordAttendance },
): Promise<void> {
  const tenantId = context.tenant.id;
  const changed = await updateAttendance(trx, tenantId, {
    appointmentId: row.id,
    changes: wish.changes,
  });
  if (changed.length !== new Set(wish.changes.map((one) => one.id)).size) {
    throw refusal([{ path: "participants", message: "Not all of these people are of the visit." }]);
  }
  if (
    !(await updateAfterVisit(trx, tenantId, {
      id: row.id,
      version: row.version,
      isClosed: wish.isClosed,
    }))
  ) {
    throw new StaleRead("The appointment changed meanwhile");
  }
  const isClosing = wish.isClosed && row.status === "booked";
  await recordEvents(trx, context, [
    {
      kind: isClosing ? "appointment.closed" : "appointment.attendance_recorded",
      subjectKind: "appointment",
      subjectId: row.id,
      subjectVersion: row.version + 1,
      isRelayed: true,
      body: {
        participants: wish.changes.map(({ id, attendance, outcome }) => ({
          id,
          attendance,
          outcome,
        })),
      },
    },
  ]);
}

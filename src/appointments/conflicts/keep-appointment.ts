import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { dropTasks } from "../../messages/phone-tasks/queries.ts";
import { lockOwned } from "../../slots/claim/release-places.ts";
import { appointmentView, loadAppointment, loadForChange } from "../appointment-view.ts";
import { checkBooked, checkVersion } from "../check-changeable.ts";
import { notInConflict } from "../errors.ts";
import type { AppointmentView } from "../schema.ts";
import { conflictCallKind } from "./call-about-conflict.ts";
import { updateKept } from "./queries.ts";

/** Which appointment is kept, and why. */
export interface KeepAppointment {
  readonly id: string;
  /** Goes onto the record; no citizen sees it. */
  readonly reason: string;
  readonly version?: number | undefined;
}

/**
 * Keeps an appointment in conflict at its time as an overbooking: it is no longer to be decided about and still takes
 * no places. Should its time be closed once more, it comes into conflict again. Kept twice with the same reason it
 * happens once. Throws `not-found`, `not-booked-any-more`, `conflicting-change` and `not-in-conflict`.
 */
export async function keepAppointment(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: KeepAppointment,
): Promise<AppointmentView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      await keepIn(trx, deps, { context, wish });
      return appointmentView(await loadAppointment(trx, deps, { tenantId, id: wish.id }));
    },
    { signal: context.signal },
  );
}

async function keepIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { readonly context: RequestContext; readonly wish: KeepAppointment },
): Promise<void> {
  const tenantId = context.tenant.id;
  const { row } = await loadForChange(trx, deps, { tenantId, id: wish.id });
  checkBooked(row);
  if (row.support === "supported" && row.overbooking_reason === wish.reason) return;
  checkVersion(row, wish.version);
  if (row.support !== "conflict") {
    throw new DomainError(notInConflict, "The appointment has its place.");
  }
  // Whoever counts its places again holds their locks first, so that it is either kept or back, not both.
  await lockOwned(trx, tenantId, [wish.id]);
  if (!(await updateKept(trx, tenantId, { ...wish, version: row.version }))) {
    throw new StaleRead("The appointment changed before its slots were locked");
  }
  await dropTasks(trx, tenantId, { appointmentIds: [wish.id], kinds: [conflictCallKind] });
  await recordEvents(trx, context, [
    {
      kind: "appointment.kept",
      subjectKind: "appointment",
      subjectId: wish.id,
      subjectVersion: row.version + 1,
      reason: wish.reason,
      isRelayed: true,
    },
  ]);
}

import { checkMayTouch } from "../../appointments/may-touch.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findRebooking, type RebookingRow } from "./queries.ts";

/** `open`: before others; `late`: like everybody else; `done`: a time was chosen. */
export type RebookingState = "open" | "late" | "done";

/** Where the rebooking of a cancelled visit stands. */
export interface RebookingView {
  readonly state: RebookingState;
  readonly until: Date;
  readonly newAppointmentId: string | null;
}

/** What a row says. */
export function rebookingView(row: RebookingRow): RebookingView {
  const open = row.has_priority ? "open" : "late";
  return {
    state: row.new_appointment_id === null ? open : "done",
    until: row.rebook_until,
    newAppointmentId: row.new_appointment_id,
  };
}

/**
 * Whether somebody may choose another time for a visit that an operation cancelled, and until when before others.
 * Throws `not-found` where there is nothing to choose.
 */
export async function getRebooking(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<RebookingView> {
  checkMayTouch(context, id);
  const tenantId = context.tenant.id;
  const row = await db.inTenant(tenantId, (trx) => findRebooking(trx, tenantId, id), {
    isReadOnly: true,
    signal: context.signal,
  });
  if (!row) throw new DomainError(notFound, "No other time is offered for this appointment.");
  return rebookingView(row);
}

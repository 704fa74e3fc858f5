import { loadAppointment } from "../../appointments/appointment-view.ts";
import { checkBooked } from "../../appointments/check-changeable.ts";
import { checkMayTouch } from "../../appointments/may-touch.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { dropTasks } from "../../messages/phone-tasks/queries.ts";
import { confirmPresence as writePresence } from "./queries.ts";

/**
 * Notes that the citizen comes to the time he is booked for: he is not asked again, and keeps his place. Throws
 * `not-signed-in`, `not-found` and `not-booked-any-more`. May be repeated.
 */
export async function confirmPresence(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<void> {
  checkMayTouch(context, id);
  await deps.db.inTenant(
    context.tenant.id,
    (trx) => confirmPresenceIn(trx, deps, { context, id }),
    { signal: context.signal },
  );
}

/** The same in the caller's transaction. */
export async function confirmPresenceIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, id }: { readonly context: RequestContext; readonly id: string },
): Promise<void> {
  const tenantId = context.tenant.id;
  const { row } = await loadAppointment(trx, deps, { tenantId, id });
  checkBooked(row);
  await writePresence(trx, tenantId, { appointmentId: id, startsAt: row.starts_at });
  await dropTasks(trx, tenantId, { appointmentIds: [id], kinds: ["please_confirm"] });
  await recordEvents(trx, context, [
    {
      kind: "appointment.presence_confirmed",
      subjectKind: "appointment",
      subjectId: id,
      subjectVersion: row.version,
      isRelayed: false,
    },
  ]);
}

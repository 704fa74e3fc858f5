import type { Deps, RequestContext } from "../context.ts";
import { appointmentView, loadAppointment } from "./appointment-view.ts";
import { checkMayTouch } from "./may-touch.ts";
import type { AppointmentView } from "./schema.ts";

/** Reads an appointment for its holder or for staff. Throws `not-signed-in` and `not-found`. */
export async function getAppointment(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<AppointmentView> {
  checkMayTouch(context, id);
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => appointmentView(await loadAppointment(trx, deps, { tenantId, id })),
    { isReadOnly: true, signal: context.signal },
  );
}

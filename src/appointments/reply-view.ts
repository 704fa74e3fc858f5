import { z } from "zod";
import type { Deps } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { appointmentView, loadAppointment } from "./appointment-view.ts";
import { type AppointmentView, appointmentSchema } from "./schema.ts";

const anyVersion = z.object({ id: z.string() });

/**
 * The appointment of a reply, stored or fresh, to the byte as it was first answered. A reply that a version of another
 * shape stored is answered as the appointment is now: a repetition must never fail because the service was upgraded.
 */
export async function viewOfReply(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, body }: { readonly tenantId: string; readonly body: unknown },
): Promise<AppointmentView> {
  const { data } = appointmentSchema.safeParse(body);
  if (data) return data;
  const { id } = anyVersion.parse(body);
  return appointmentView(await loadAppointment(trx, deps, { tenantId, id }));
}

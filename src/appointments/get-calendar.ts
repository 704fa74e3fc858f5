import type { Deps, RequestContext } from "../context.ts";
import { calendarOf } from "./calendar.ts";
import { getAppointment } from "./get-appointment.ts";

/** An appointment's iCalendar file, for its holder or staff. Throws `not-signed-in` and `not-found`. */
export async function getCalendar(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<string> {
  return calendarOf(await getAppointment(deps, context, id), context.tenant);
}

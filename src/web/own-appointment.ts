/** The appointment whose manage token this browser has. */
import type { AppointmentView } from "../appointments/schema.ts";
import { getAppointment } from "../appointments/get-appointment.ts";
import type { RequestContext } from "../context.ts";
import { DomainError } from "../errors.ts";
import { readManageToken } from "./cookies.ts";
import type { Page } from "./page.ts";
import type { WebContext } from "./web-env.ts";

/** The appointment and the context in which its citizen acts on it. */
export interface OwnAppointment {
  readonly appointment: AppointmentView;
  readonly context: RequestContext;
}

/** Finds it by the cookie; undefined without one, or when the token is of another administration or was revoked. */
export async function findOwnAppointment(c: WebContext): Promise<OwnAppointment | undefined> {
  const page = c.get("page");
  const token = readManageToken(c);
  if (!token) return undefined;
  try {
    const actor = await c.get("web").authenticate(page.tenant, `Bearer ${token}`);
    if (actor.kind !== "citizen") return undefined;
    const context = { ...page.context, actor };
    return { context, appointment: await getAppointment(page.deps, context, actor.appointmentId) };
  } catch (error) {
    if (
      error instanceof DomainError &&
      (error.problem.status === 401 || error.problem.status === 404)
    )
      return undefined;
    throw error;
  }
}

/** The link that opens this appointment on any device. It is a secret. */
export function manageLink(page: Pick<Page, "origin">, token: string): string {
  return `${page.origin}/m/${token}`;
}

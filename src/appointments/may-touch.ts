import type { Actor, RequestContext } from "../context.ts";
import { DomainError, notFound, notSignedIn } from "../errors.ts";
import { isClerk } from "../slots/is-clerk.ts";

/**
 * Lets staff with the `appointments` scope and the holder of this appointment's manage token through.
 * Throws `not-signed-in` without key or token; for everybody else the appointment is `not-found`, as a missing one is.
 */
export function checkMayTouch(
  { actor }: Pick<RequestContext, "actor">,
  appointmentId: string,
): void {
  if (actor.kind === "anonymous")
    throw new DomainError(notSignedIn, "A manage token or an API key is needed.");
  if (!mayTouch(actor, appointmentId))
    throw new DomainError(notFound, "There is no such appointment.");
}

function mayTouch(actor: Actor, appointmentId: string): boolean {
  return isClerk(actor) || (actor.kind === "citizen" && actor.appointmentId === appointmentId);
}

/** Staff and the system are not bound by the limits that are stated for citizens. */
export function isOffice({ actor }: Pick<RequestContext, "actor">): boolean {
  return isClerk(actor);
}

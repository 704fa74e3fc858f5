import type { RequestContext } from "../context.ts";
import { DomainError, notFound, notSignedIn } from "../errors.ts";
import { isClerk } from "../slots/is-clerk.ts";

/**
 * Lets staff with the `appointments` scope and the holder of this wish's token through. Throws `not-signed-in` without
 * key or token; for everybody else the wish is `not-found`, as a missing one is.
 */
export function checkMayTouchEntry(
  { actor }: Pick<RequestContext, "actor">,
  entryId: string,
): void {
  if (actor.kind === "anonymous")
    throw new DomainError(notSignedIn, "The wish's token or an API key is needed.");
  const isOwn = actor.kind === "waiting" && actor.entryId === entryId;
  if (!isOwn && !isClerk(actor)) throw new DomainError(notFound, "There is no such wish.");
}

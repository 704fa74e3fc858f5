import type { RequestContext } from "../../context.ts";
import { DomainError, notAllowed } from "../../errors.ts";

/** Who makes a call: the key of a member of staff. Throws `not-allowed` for everybody else. */
export function operatorOf({ actor }: Pick<RequestContext, "actor">): string {
  if (actor.kind === "staff") return actor.keyId;
  throw new DomainError(notAllowed, "Only staff make calls.", { facts: { scope: "appointments" } });
}

import { invitationNotValid } from "../../catalog/errors.ts";
import { DomainError } from "../../errors.ts";
import type { ServiceRule } from "./booking-rules.ts";

/**
 * The service of a visit that is by invitation only, if any. One code opens one service, so that a visit with two of
 * them is refused: throws `invitation-not-valid`.
 */
export function invitedServiceOf<T extends Pick<ServiceRule, "id" | "visibility">>(
  services: readonly T[],
): T | undefined {
  const [invited, ...others] = services.filter((one) => one.visibility === "invitation");
  if (others.length > 0) {
    throw new DomainError(
      invitationNotValid,
      "Services by invitation are booked one at a time, each with its own code.",
    );
  }
  return invited;
}

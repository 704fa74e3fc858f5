import type { Actor, Channel } from "../context.ts";
import { DomainError, notAllowed } from "../errors.ts";
import { isClerk } from "./is-clerk.ts";

/**
 * The channel a booking counts under: the office states it (`counter` when it does not), all others are `web`.
 * Throws `not-allowed` when somebody else states another one.
 */
export function channelOf(actor: Actor, stated: Channel | undefined): Channel {
  if (isClerk(actor)) return stated ?? "counter";
  if (stated === undefined || stated === "web") return "web";
  throw new DomainError(notAllowed, "Only staff can book for this channel.", {
    facts: { scope: "appointments" },
  });
}

import type { Actor, Channel } from "../context.ts";
import { DomainError, notAllowed } from "../errors.ts";

/**
 * The channel a booking counts under: staff state it (`counter` when they do not), all others are `web`.
 * Throws `not-allowed` when somebody without a secret key states another one.
 */
export function channelOf(actor: Actor, stated: Channel | undefined): Channel {
  if (actor.kind === "staff") return stated ?? "counter";
  if (stated === undefined || stated === "web") return "web";
  throw new DomainError(notAllowed, "Only staff can book for this channel.", {
    facts: { scope: "appointments" },
  });
}

import { createMiddleware } from "hono/factory";
import type { Actor, Scope } from "../context.ts";
import { DomainError, notAllowed, notSignedIn } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";

/** `security` of an operation that needs a key or token. */
export const bearer: { bearer: string[] }[] = [{ bearer: [] }];

/** `security` of an operation that anybody may call; a key or token says more about the caller. */
export const openToAll: { bearer?: string[] }[] = [{}, { bearer: [] }];

/**
 * Lets only secret keys with this scope (or `admin`) through, before the request's fields are looked at.
 * Throws `not-signed-in` without a key and `not-allowed` with any other.
 */
export function requireScope(scope: Scope) {
  return admit(scope, (actor) => hasScope(actor, scope));
}

/**
 * As `requireScope`, and lets citizens with a manage token through as well. Whether it is the token of the very
 * appointment asked for is the verb's to judge.
 */
export function requireTokenOrScope(scope: Scope) {
  return admit(scope, (actor) => actor.kind === "citizen" || hasScope(actor, scope));
}

/** As `requireScope`, and lets the holders of a wish's token through; which wish it is, is the verb's to judge. */
export function requireWaitingOrScope(scope: Scope) {
  return admit(scope, (actor) => actor.kind === "waiting" || hasScope(actor, scope));
}

function admit(scope: Scope, isAllowed: (actor: Actor) => boolean) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { actor } = c.get("context");
    if (actor.kind === "anonymous") throw new DomainError(notSignedIn, "A key or token is needed.");
    if (!isAllowed(actor)) {
      throw new DomainError(notAllowed, "This key or token may not do that.", { facts: { scope } });
    }
    await next();
  });
}

function hasScope(actor: Actor, scope: Scope): boolean {
  return actor.kind === "staff" && (actor.scopes.includes(scope) || actor.scopes.includes("admin"));
}

import { createMiddleware } from "hono/factory";
import type { Scope } from "../context.ts";
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
  return createMiddleware<AppEnv>(async (c, next) => {
    const { actor } = c.get("context");
    if (actor.kind === "anonymous") throw new DomainError(notSignedIn, "An API key is needed.");
    const isAllowed =
      actor.kind === "staff" && (actor.scopes.includes(scope) || actor.scopes.includes("admin"));
    if (!isAllowed)
      throw new DomainError(notAllowed, "This key may not do that.", { facts: { scope } });
    await next();
  });
}

import { createMiddleware } from "hono/factory";
import { DomainError, tryAgainLater } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";

/**
 * Works on at most `max` requests at once and refuses the rest at once with `try-again-later`, so that those let in
 * still find a database connection in time.
 */
export function limitInFlight(max: number) {
  let inFlight = 0;
  return createMiddleware<AppEnv>(async (_c, next) => {
    if (inFlight >= max)
      throw new DomainError(tryAgainLater, "Too many requests at once. Please try again shortly.");
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
    }
  });
}

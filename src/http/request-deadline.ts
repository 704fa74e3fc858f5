import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";

/**
 * Gives each request a signal that aborts when the client has gone or `deadlineMs` have passed. Transactions check it
 * before they commit, so nothing is booked for somebody who was told "try again" or is no longer there.
 */
export function requestDeadline(deadlineMs: number) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const controller = new AbortController();
    const client = c.req.raw.signal;
    const onGone = (): void =>
      controller.abort(new DOMException("The client is gone", "AbortError"));
    const timer = setTimeout(
      () => controller.abort(new DOMException("The request's time is over", "TimeoutError")),
      deadlineMs,
    );
    client.addEventListener("abort", onGone, { once: true });
    c.set("signal", controller.signal);
    try {
      await next();
    } finally {
      clearTimeout(timer);
      client.removeEventListener("abort", onGone);
    }
  });
}

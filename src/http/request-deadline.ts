import { createMiddleware } from "hono/factory";
import type { AppContext, AppEnv } from "./app-env.ts";

/**
 * Gives each request a signal that aborts when the client has gone or `deadlineMs` have passed. Transactions check it
 * before they commit, so nothing is booked for somebody who was told "try again" or is no longer there.
 */
export function requestDeadline(deadlineMs: number) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const controller = new AbortController();
    const forget = whenGone(c, () =>
      controller.abort(new DOMException("The client is gone", "AbortError")),
    );
    const timer = setTimeout(
      () => controller.abort(new DOMException("The request's time is over", "TimeoutError")),
      deadlineMs,
    );
    c.set("signal", controller.signal);
    try {
      await next();
    } finally {
      clearTimeout(timer);
      forget();
    }
  });
}

/**
 * Calls back when the client has gone before it was answered, until it is forgotten. Node's response tells it: asking the
 * request for its signal would make a whole second request object each time.
 */
function whenGone(c: AppContext, onGone: () => void): () => void {
  const { outgoing } = c.env;
  if (!outgoing) {
    const { signal } = c.req.raw;
    signal.addEventListener("abort", onGone, { once: true });
    return () => signal.removeEventListener("abort", onGone);
  }
  const onClose = (): void => {
    if (!outgoing.writableFinished) onGone();
  };
  outgoing.once("close", onClose);
  return () => outgoing.off("close", onClose);
}

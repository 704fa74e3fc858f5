import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { monotonicMs } from "../time/clock.ts";
import type { AppEnv } from "./app-env.ts";

/** Counts and logs each request by its route's template, never by its address: addresses carry ids and tokens. */
export function observeRequest({
  log,
  metrics,
}: {
  log: Pick<Logger, "debug">;
  metrics: Pick<Metrics, "httpRequestFinished">;
}) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const startedMs = monotonicMs();
    await next();
    const durationMs = monotonicMs() - startedMs;
    const { method } = c.req;
    const { status } = c.res;
    const matched = matchedRoutes(c).at(-1);
    // Middleware is registered for all methods; where nothing else matched, no route did.
    const route = matched === undefined || matched.method === "ALL" ? "unmatched" : matched.path;
    metrics.httpRequestFinished({ route, method, status, seconds: durationMs / 1000 });
    const fields = {
      request_id: c.get("requestId"),
      route,
      method,
      status,
      duration_ms: Math.round(durationMs),
    };
    log.debug(fields, "Request answered");
  });
}

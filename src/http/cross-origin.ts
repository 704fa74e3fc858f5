import { createMiddleware } from "hono/factory";
import { cors } from "hono/cors";
import type { AppEnv } from "./app-env.ts";
import { stateHeader } from "./state-header.ts";

const exposedHeaders = ["ETag", "Location", "Retry-After", "X-Request-Id"];

/** Makes answers readable by browsers of every site, because keys are sent as headers and never as cookies. */
export function crossOrigin() {
  const preflight = cors({
    origin: "*",
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-None-Match",
      "X-Request-Id",
    ],
    maxAge: 86_400,
  });
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method === "OPTIONS") return preflight(c, next);
    stateHeader(c, "Access-Control-Allow-Origin", "*");
    stateHeader(c, "Access-Control-Expose-Headers", exposedHeaders.join(","));
    return next();
  });
}

import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { stateHeader } from "./state-header.ts";

/** What every answer says unless its handler said otherwise: pages set a policy of their own that allows their style. */
const defaults: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Adds the security headers; HSTS only where the public address is https, one year. */
export function securityHeaders({ isHttps }: { isHttps: boolean }) {
  const headers = Object.entries({
    ...defaults,
    ...(isHttps ? { "Strict-Transport-Security": "max-age=31536000" } : {}),
  });
  return createMiddleware<AppEnv>(async (c, next) => {
    for (const [name, value] of headers) stateHeader(c, name, value);
    await next();
  });
}

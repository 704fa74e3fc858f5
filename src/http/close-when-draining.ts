import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";

/** Tells keep-alive clients to come back on a new connection, which a process that still runs will take. */
export function closeWhenDraining(isDraining: () => boolean) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (isDraining()) c.header("Connection", "close");
    await next();
    if (isDraining()) c.header("Connection", "close");
  });
}

import { randomUUID } from "node:crypto";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";
import { stateHeader } from "./state-header.ts";

const saneId = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** Gives each request an id: the caller's `X-Request-Id` when it is 8 to 64 plain characters, else a new one. */
export function requestId() {
  return createMiddleware<AppEnv>(async (c, next) => {
    const given = c.req.header("x-request-id");
    const id = given !== undefined && saneId.test(given) ? given : newRequestId();
    c.set("requestId", id);
    stateHeader(c, "X-Request-Id", id);
    await next();
  });
}

/** A name for a request: random, since nothing is sorted by it. Costs a tenth of an id that is. */
export function newRequestId(): string {
  return randomUUID();
}

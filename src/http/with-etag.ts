import type { MiddlewareHandler } from "hono";
import { etag } from "hono/etag";
import type { AppEnv } from "./app-env.ts";

/** Gives a reading an ETag, a hash of its body, and answers 304 to whoever has that body already. */
export const withEtag: MiddlewareHandler<AppEnv> = etag();

import { createMiddleware } from "hono/factory";
import { DomainError } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";
import { malformedRequest } from "./problem-types.ts";

/** Refuses addresses that cannot be read as text, and requests that name two hosts, keys or body types. */
export function checkTarget() {
  return createMiddleware<AppEnv>(async (c, next) => {
    const { url } = c.req;
    const query = url.indexOf("?");
    const search = query === -1 ? "" : url.slice(query).replaceAll("+", " ");
    if (!isReadable(c.req.path) || !isReadable(search)) {
      throw new DomainError(
        malformedRequest,
        "The request's address contains characters that are not allowed.",
      );
    }
    if (findRepeatedHeader(c.env.incoming?.rawHeaders ?? [])) {
      throw new DomainError(
        malformedRequest,
        "The request repeats a header that may be sent once.",
      );
    }
    await next();
  });
}

/** Whether percent-encoding stands for UTF-8 without NUL and other control characters. */
function isReadable(encoded: string): boolean {
  try {
    return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/.test(decodeURIComponent(encoded));
  } catch {
    return false;
  }
}

const singleHeaders = new Set([
  "host",
  "authorization",
  "content-type",
  "content-length",
  "idempotency-key",
]);

/** Finds a header that may be sent once and was sent twice. Raw headers are names and values in turn. Node keeps the first of these and proxies may keep the last. */
export function findRepeatedHeader(rawHeaders: readonly string[]): string | undefined {
  let seen = "";
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? "";
    if (!singleHeaders.has(name)) continue;
    if (seen.includes(`${name}\n`)) return name;
    seen += `${name}\n`;
  }
  return undefined;
}

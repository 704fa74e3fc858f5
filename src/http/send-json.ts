import type { AppContext } from "./app-env.ts";

/** JSON that is written already, and its strong validator, quoted. */
export interface WrittenJson {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/**
 * Sends written JSON with its ETag, or 304 to whoever has that body already (RFC 9110, 13.1.2). The result's type is that
 * of Hono's own `c.json`, whose body it replaces.
 */
export function sendJson(
  c: AppContext,
  { body, etag }: WrittenJson,
  headers: Readonly<Record<string, string>>,
) {
  const known = c.req.header("if-none-match");
  if (known !== undefined && isAmong(etag, known)) {
    return c.body(null, 304, { ...headers, ETag: etag });
  }
  return c.body(body, 200, { ...headers, "Content-Type": "application/json", ETag: etag });
}

/** Whether a validator is one of an `If-None-Match`. Weak comparison: what a cache made weak on its way still names the same body. */
export function isAmong(etag: string, list: string): boolean {
  return list
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((one) => one === "*" || one === etag);
}

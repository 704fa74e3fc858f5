/** What protects the pages in the browser: a strict content policy and a check where forms come from. */
import { createMiddleware } from "hono/factory";
import type { WebContext, WebEnv } from "./web-env.ts";

const contentPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** Sets the headers of every page. Nothing of a page is kept by caches, because most hold personal data. */
export const pageHeaders = createMiddleware<WebEnv>(async (c, next) => {
  await next();
  c.header("Content-Security-Policy", contentPolicy);
  c.header("Cache-Control", "no-store");
  // Forms need their Origin header, which `no-referrer` would empty; the link with the token keeps its own policy.
  if (!c.res.headers.has("Referrer-Policy")) c.header("Referrer-Policy", "same-origin");
});

/**
 * Whether a form was sent by one of our own pages. Browsers state it (`Sec-Fetch-Site`); older ones and those on plain
 * http are asked for the Origin, which must name the host they talk to. SameSite cookies are the second fence.
 */
export function isFromOurPages(c: WebContext, publicUrl: string): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const sender = c.req.header("origin");
  if (sender === undefined) return true;
  if (!URL.canParse(sender)) return false;
  const { host } = new URL(sender);
  return host === c.req.header("host") || host === new URL(publicUrl).host;
}

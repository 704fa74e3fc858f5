/** The way to the waitlist. */
import { html } from "hono/html";
import { type Html, nothing } from "./markup.ts";
import type { Page } from "./page.ts";

/** The way to the waitlist from where no time suits; nothing where the service has none. */
export function waitlistLink(page: Page, href: string | undefined): Html | string {
  if (href === undefined) return nothing;
  return html`<div class="hint-box"><p><strong>${page.t("waitlist_none_suits")}</strong></p>
        <p>${page.t("waitlist_join_text")}</p>
        <p><a class="button button--quiet" href="${href}">${page.t("waitlist_join_title")}</a></p></div>`;
}

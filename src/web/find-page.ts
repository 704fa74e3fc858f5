/** Finding a booked appointment again: by its link, or by telephone. A reference alone opens nothing. */
import { html } from "hono/html";
import { contactLines, layout, type Notice, phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo } from "./page.ts";

/** Renders how to get to one's appointment. */
export function findPage(page: Page, notice?: Notice): Html {
  const { t } = page;
  const { phone } = page.tenant.contact;
  return layout(page, {
    title: t("find_title"),
    back: { href: pathTo(page, "/"), text: t("back_to_start") },
    notice,
    content: html`<p class="lead">${t("find_link_text")}</p>
      <h2>${t("find_lost_title")}</h2>
      <p>${t("find_lost_text")}</p>
      ${phone ? html`<p class="lead">${phoneLink(phone)}</p>` : nothing}
      <p class="muted">${t("find_why")}</p>
      ${phone ? nothing : contactLines(page)}`,
  });
}

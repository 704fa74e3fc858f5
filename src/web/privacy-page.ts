/** What is kept, why and for how long. */
import { html } from "hono/html";
import { contactLines, layout } from "./layout.ts";
import type { Html } from "./markup.ts";
import { type Page, pathTo, sayPlain } from "./page.ts";

/** Renders the short privacy notice of the pages. */
export function privacyPage(page: Page): Html {
  const { t } = page;
  const name = sayPlain(page, page.tenant.name);
  return layout(page, {
    title: t("privacy_title"),
    back: { href: pathTo(page, "/"), text: t("back_to_start") },
    content: html`<p class="lead">${t("privacy_intro", { name })}</p>
      <h2>${t("privacy_what_title")}</h2>
      <p>${t("privacy_what")}</p>
      <h2>${t("privacy_long_title")}</h2>
      <ul><li>${t("privacy_long_contact")}</li><li>${t("privacy_long_rest")}</li></ul>
      <h2>${t("privacy_cookies_title")}</h2>
      <p>${t("privacy_cookies")}</p>
      <h2>${t("privacy_rights_title")}</h2>
      <p>${t("privacy_rights")}</p>
      ${contactLines(page)}`,
  });
}

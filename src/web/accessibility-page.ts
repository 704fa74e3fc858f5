/** The accessibility statement, made from what the pages do and how the administration is reached. */
import { html } from "hono/html";
import { contactLines, layout } from "./layout.ts";
import type { Html } from "./markup.ts";
import { type Page, pathTo, sayPlain } from "./page.ts";

/** Renders the statement with the ways to give feedback. */
export function accessibilityPage(page: Page): Html {
  const { t } = page;
  const name = sayPlain(page, page.tenant.name);
  return layout(page, {
    title: t("accessibility_title"),
    back: { href: pathTo(page, "/"), text: t("back_to_start") },
    content: html`<p class="lead">${t("accessibility_intro", { name })}</p>
      <h2>${t("accessibility_status_title")}</h2>
      <p>${t("accessibility_status")}</p>
      <h2>${t("accessibility_how_title")}</h2>
      <p>${t("accessibility_how")}</p>
      <h2>${t("accessibility_other_title")}</h2>
      <p>${t("accessibility_other")}</p>
      <h2>${t("accessibility_feedback_title")}</h2>
      <p>${t("accessibility_feedback")}</p>
      ${contactLines(page)}`,
  });
}

/** The confirmation: the reference in large type, how to say it, the calendar file and the link. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import { layout } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { nounOf, visitOf } from "./manage-page.ts";
import { type Page, pathTo } from "./page.ts";
import { spellReference } from "./spelling.ts";
import { bringAndPayOf } from "./manage-page.ts";
import { visitLines } from "./visit-facts.ts";

/** Renders the confirmation; `link` is the manage link, shown because not everybody gets an e-mail. */
export function bookedPage(page: Page, appointment: AppointmentView, link: string): Html {
  const { t } = page;
  const noun = nounOf(appointment);
  return layout(page, {
    title: t("booked_title", { noun }),
    content: html`<div class="receipt">
        <p class="receipt__label" id="reference-label">${t("reference_label", { noun })}</p>
        <p><strong class="reference">${appointment.reference}</strong></p>
        <p class="muted">${t("reference_spelled")} ${spellReference(appointment.reference, page.language)}</p>
      </div>
      <dl class="facts">${visitLines(page, visitOf(appointment))}</dl>
      ${bringAndPayOf(page, appointment)}
      <div class="actions no-print">
        <a class="button" href="${pathTo(page, "/manage/calendar.ics")}">${t("calendar_button")}</a>
        <a class="button button--quiet" href="${pathTo(page, "/manage")}">${t("manage_button", { noun })}</a>
      </div>
      <h2>${t("link_title")}</h2>
      <p>${t("link_text", { noun })}</p>
      <p><a class="link-box" href="${link}">${link}</a></p>
      ${appointment.booker?.email ? nothing : html`<p>${t("link_no_email")}</p>`}`,
  });
}

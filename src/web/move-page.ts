/** Moving an appointment: the last look before it is done. Until then the old time stays. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import type { Site } from "../catalog/sites/site.ts";
import { hiddenControl } from "./controls.ts";
import { formatLongDay, formatTime } from "./format-time.ts";
import { instantOf } from "./instants.ts";
import { layout } from "./layout.ts";
import type { Html } from "./markup.ts";
import { nounOf } from "./manage-page.ts";
import { type Page, pathTo, say, timeStyle } from "./page.ts";
import { factLine } from "./visit-facts.ts";

/** The time that was chosen, and the key that makes a second click harmless. */
export interface Move {
  readonly site: Site;
  readonly startsAt: Date;
  readonly key: string;
}

/** Renders the old and the new time with the button that moves. */
export function movePage(page: Page, appointment: AppointmentView, move: Move): Html {
  const { t } = page;
  return layout(page, {
    title: t("move_confirm_title", { noun: nounOf(appointment) }),
    back: { href: pathTo(page, "/manage/move"), text: t("back_to_times") },
    content: html`<dl class="facts">
        ${factLine(t("move_from"), [when(page, instantOf(appointment.starts_at), appointment.site.time_zone)])}
        ${factLine(t("move_to"), [html`<strong>${when(page, move.startsAt, move.site.time_zone)}</strong>`, say(page, move.site.name)])}
      </dl>
      <p>${t("move_kept")}</p>
      <form method="post" action="${pathTo(page, "/manage/move")}">
        ${hiddenControl("start", `${move.startsAt.toISOString()}/${move.site.code}`)}
        ${hiddenControl("key", move.key)}
        <div class="actions">
          <button class="button" type="submit">${t("move_confirm_button")}</button>
          <a href="${pathTo(page, "/manage")}">${t("keep_time")}</a>
        </div>
      </form>`,
  });
}

/** The current time of the appointment, above the choice of a new one. */
export function currentTime(page: Page, appointment: AppointmentView): Html {
  return html`<p class="card">${page.t("move_current")}<br><strong>${when(page, instantOf(appointment.starts_at), appointment.site.time_zone)}</strong><br>${page.t("move_kept")}</p>`;
}

function when(page: Page, at: Date, timeZone: string): Html {
  const style = timeStyle(page, timeZone);
  return html`<span class="sentence">${formatLongDay(at, style)}, ${page.t("at_time", { time: formatTime(at, style) })}</span>`;
}

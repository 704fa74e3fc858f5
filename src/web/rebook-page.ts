/** Another time for a visit that the administration cancelled: the last look before it is booked. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import type { RebookingView } from "../bulk/rebooking/get-rebooking.ts";
import type { Site } from "../catalog/sites/site.ts";
import { hiddenControl } from "./controls.ts";
import { formatLongDay, formatTime } from "./format-time.ts";
import { instantOf } from "./instants.ts";
import { layout } from "./layout.ts";
import type { Html } from "./markup.ts";
import { type Page, pathTo, say, timeStyle } from "./page.ts";
import { factLine } from "./visit-facts.ts";

/** The time that was chosen, and the key that makes a second click harmless. */
export interface ChosenTime {
  readonly site: Site;
  readonly startsAt: Date;
  readonly key: string;
}

/** Renders the cancelled and the chosen time with the button that books. */
export function rebookPage(page: Page, appointment: AppointmentView, chosen: ChosenTime): Html {
  const { t } = page;
  return layout(page, {
    title: t("rebook_confirm_title"),
    back: { href: pathTo(page, "/manage/rebook"), text: t("back_to_times") },
    content: html`<dl class="facts">
        ${factLine(t("rebook_was"), [when(page, instantOf(appointment.starts_at), appointment.site.time_zone)])}
        ${factLine(t("move_to"), [html`<strong>${when(page, chosen.startsAt, chosen.site.time_zone)}</strong>`, say(page, chosen.site.name)])}
      </dl>
      <p>${t("rebook_once")}</p>
      <form method="post" action="${pathTo(page, "/manage/rebook")}">
        ${hiddenControl("start", `${chosen.startsAt.toISOString()}/${chosen.site.code}`)}
        ${hiddenControl("key", chosen.key)}
        <div class="actions">
          <button class="button" type="submit">${t("rebook_confirm_button")}</button>
        </div>
      </form>`,
  });
}

/** What was cancelled and until when one chooses before others, above the choice. */
export function cancelledTime(
  page: Page,
  appointment: AppointmentView,
  { state, until }: RebookingView,
): Html {
  const { t } = page;
  const zone = appointment.site.time_zone;
  const style = timeStyle(page, zone);
  const terms =
    state === "open"
      ? t("rebook_until", { day: formatLongDay(until, style), time: formatTime(until, style) })
      : t("rebook_late");
  return html`<p class="card">${t("rebook_was")}<br><strong>${when(page, instantOf(appointment.starts_at), zone)}</strong><br>${terms}</p>`;
}

function when(page: Page, at: Date, timeZone: string): Html {
  const style = timeStyle(page, timeZone);
  return html`<span class="sentence">${formatLongDay(at, style)}, ${page.t("at_time", { time: formatTime(at, style) })}</span>`;
}

/** Saying that one comes, after a message asked for it: one button, because mail scanners follow links. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import type { Presence } from "../reminders/presence/get-presence.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { formatLongDay, formatTime } from "./format-time.ts";
import { layout } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { nounOf, visitOf } from "./manage-page.ts";
import { type Page, pathTo, timeStyle } from "./page.ts";
import { visitLines } from "./visit-facts.ts";

/** Renders the question; also for who was not asked, since a link may be older than a change. */
export function presencePage(
  page: Page,
  appointment: AppointmentView,
  presence: Presence | undefined,
): Html {
  const { t } = page;
  const isConfirmed = presence !== undefined && presence.confirmedAt !== null;
  return layout(page, {
    title: t("presence_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: t("back_to_manage", { noun: nounOf(appointment) }),
    },
    notice: isConfirmed ? { kind: "status", title: t("presence_confirmed") } : undefined,
    content: html`<dl class="facts">${visitLines(page, visitOf(appointment))}</dl>
      ${isConfirmed ? nothing : question(page, appointment, presence)}`,
  });
}

function question(page: Page, appointment: AppointmentView, presence: Presence | undefined): Html {
  const { t } = page;
  return html`<p>${t("presence_text")} ${presence ? untilText(page, appointment, presence) : nothing}</p>
      <form method="post" action="${pathTo(page, "/manage/confirm")}">
        <div class="actions">
          <button class="button" type="submit">${t("presence_button")}</button>
          <a href="${pathTo(page, "/manage")}">${t("presence_not")}</a>
        </div>
      </form>`;
}

function untilText(
  page: Page,
  appointment: AppointmentView,
  { answerBy, isReleased }: Presence,
): string {
  const { t } = page;
  const at = dateFromEpochMs(answerBy);
  const style = timeStyle(page, appointment.site.time_zone);
  const until = t("presence_until", { day: formatLongDay(at, style), time: formatTime(at, style) });
  return isReleased ? `${until} ${t("presence_released")}` : until;
}

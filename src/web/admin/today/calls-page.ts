/** Whom operators have to call about an urgent closure. */
import { html } from "hono/html";
import type { TaskRow } from "../../../messages/phone-tasks/queries.ts";
import { formatTime } from "../../format-time.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";

/** Renders the calls; each leads to the appointment, with whom to call and what can be done. */
export function callsPage(
  page: AdminPage,
  {
    id,
    tasks,
    timeZone,
  }: { readonly id: string; readonly tasks: readonly TaskRow[]; readonly timeZone: string },
): Html {
  const style = timeStyle(page, timeZone);
  return adminLayout(page, {
    title: page.tell("today_calls"),
    back: { href: pathTo(page, `/admin/today/${id}`), text: page.tell("today_title") },
    content: html`${tasks.length === 0 ? html`<p>${page.tell("today_no_calls")}</p>` : nothing}
      <ul class="choices">${tasks.map(
        (task) => html`<li>
          <a class="choice" href="${pathTo(page, `/admin/conflicts/${task.appointment_id}`)}">
            <span class="choice__name">${formatTime(task.visit_at, style)} · ${task.reference}</span>
          </a>
        </li>`,
      )}</ul>`,
  });
}

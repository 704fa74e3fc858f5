/** Whom operators have to call about an urgent closure. */
import { html } from "hono/html";
import type { TaskRow } from "../../../messages/phone-tasks/queries.ts";
import { formatTime, type TimeStyle } from "../../format-time.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";

/** Renders the calls; each is taken by its button, which leads to whom to call and what can be done. */
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
      <ul class="rows">${tasks.map((task) => callRow(page, task, style))}</ul>`,
  });
}

function callRow(page: AdminPage, task: TaskRow, style: TimeStyle): Html {
  const name = `${formatTime(task.visit_at, style)} · ${task.reference}`;
  const path = `/admin/calls/task/${task.id}/take`;
  return html`<li>
      <h3>${name}</h3>
      ${
        task.is_free
          ? html`<form method="post" action="${pathTo(page, path)}">
          <button class="button button--quiet button--small" type="submit">${page.tell("calls_take")}<span class="unseen">: ${name}</span></button>
        </form>`
          : html`<p class="muted">${page.tell("calls_taken")}</p>`
      }
    </li>`;
}

import { html } from "hono/html";
import type { WaitlistSummary } from "../../../waitlist/seen/queries.ts";
import { formatDay } from "../../format-time.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";

/** Renders the waitlist of every service, with the order that holds for all. */
export function waitlistsPage(page: AdminPage, summaries: readonly WaitlistSummary[]): Html {
  return adminLayout(page, {
    title: page.tell("wait_title"),
    content: html`<p class="lead">${page.tell("wait_about")}</p>
      <p>${page.tell("wait_order")}</p>
      ${summaries.length === 0 ? html`<p>${page.tell("wait_no_services")}</p>` : nothing}
      <ul class="choices">${summaries.map((one) => entry(page, one))}</ul>`,
  });
}

function entry(page: AdminPage, summary: WaitlistSummary): Html {
  return html`<li>
      <a class="choice" href="${pathTo(page, `/admin/waitlist/${summary.service_id}`)}">
        <span class="choice__name">${say(page, summary.name)}</span>
        <span class="choice__text">${wayInWords(page, summary)}</span>
        ${summary.waiting + summary.offered > 0 ? html`<span class="choice__facts">${figures(page, summary)}</span>` : nothing}
      </a>
    </li>`;
}

/** How places are offered, in a line. */
export function wayInWords(
  page: AdminPage,
  { is_on: isOn, people_per_place: count }: WaitlistSummary,
): string {
  if (!isOn) return page.tell("wait_off");
  return count === 1 ? page.tell("wait_one") : page.tell("wait_shared", { count });
}

function figures(page: AdminPage, summary: WaitlistSummary): string {
  const { waiting, offered, oldest_since: oldest } = summary;
  const style = timeStyle(page, page.tenant.timeZone);
  return [
    page.tell("wait_waiting_count", { count: waiting }),
    ...(offered > 0 ? [page.tell("wait_offered_count", { count: offered })] : []),
    ...(oldest ? [page.tell("wait_oldest", { day: formatDay(oldest, style) })] : []),
  ].join(" · ");
}

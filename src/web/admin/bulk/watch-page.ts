import { html } from "hono/html";
import { itemOutcomes, type ItemOutcome } from "../../../bulk/operation.ts";
import { progressView } from "../../../bulk/seen/follow-operation.ts";
import type { OperationView } from "../../../bulk/seen/get-operation.ts";
import type { ItemRow } from "../../../bulk/seen/queries.ts";
import { formatDay, formatTime } from "../../format-time.ts";
import type { Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import type { AdminMessageKey } from "../translate.ts";
import { bulkStatusNames } from "./list-page.ts";
import { kindTexts } from "./new-page.ts";

const outcomeTexts: Readonly<Record<ItemOutcome, AdminMessageKey>> = {
  done: "bulk_outcome_done",
  changed: "bulk_outcome_changed",
  ended: "bulk_outcome_ended",
  begun: "bulk_outcome_begun",
  no_time: "bulk_outcome_no_time",
  refused: "bulk_outcome_refused",
};

/** Renders how far an operation is, with the ways to stop it, and its report. */
export function watchPage(
  page: AdminPage,
  { operation, progress }: OperationView,
  { notice, isLive }: { readonly notice: Notice | undefined; readonly isLive: boolean },
): Html {
  const own = `/admin/bulk/${operation.id}`;
  const view = progressView(operation, progress);
  return adminLayout(page, {
    title: page.tell(kindTexts[operation.kind].name),
    back: { href: pathTo(page, "/admin/bulk"), text: page.tell("bulk_title") },
    notice,
    content: html`<p class="lead"><strong>${page.tell(bulkStatusNames[operation.status])}</strong> – ${page.tell("bulk_progress", { settled: view.settled, items: view.items })}</p>
      <p><progress max="100" value="${view.percent}" aria-label="${page.tell("bulk_progress_label")}">${view.percent} %</progress> ${view.percent} %</p>
      ${outcomes(page, view, own)}
      ${operation.status === "running" ? liveLink(page, own, isLive) : nothing}
      <div class="actions">${controls(page, operation.status, own)}</div>
      <p><a href="${pathTo(page, `${own}/report.csv`)}">${page.tell("bulk_report")}</a></p>
      <p>${page.tell("bulk_calls_where")}</p>`,
  });
}

type View = ReturnType<typeof progressView>;

function outcomes(page: AdminPage, view: View, own: string): Html {
  const counts = { ...view.left, done: view.done };
  return html`<dl class="facts">
      ${itemOutcomes.map((outcome) => {
        const count = counts[outcome] ?? 0;
        if (count === 0 && outcome !== "done") return nothing;
        const listed = html`<a href="${pathTo(page, `${own}/items?outcome=${outcome}`)}">${page.tell("count_listed", { count })}</a>`;
        return html`<div><dt>${page.tell(outcomeTexts[outcome])}</dt><dd>${count === 0 ? 0 : listed}</dd></div>`;
      })}
      <div><dt>${page.tell("bulk_told")}</dt><dd>${view.told}</dd></div>
      <div><dt>${page.tell("bulk_remaining")}</dt><dd>${page.tell("bulk_rate", { remaining: view.remaining, rate: Math.round(view.rate) })}</dd></div>
    </dl>`;
}

function liveLink(page: AdminPage, own: string, isLive: boolean): Html {
  return isLive
    ? html`<p>${page.tell("bulk_live")} <a href="${pathTo(page, own)}">${page.tell("bulk_live_stop")}</a></p>`
    : html`<p><a href="${pathTo(page, `${own}?live=1`)}">${page.tell("bulk_live_start")}</a></p>`;
}

function controls(
  page: AdminPage,
  status: OperationView["operation"]["status"],
  own: string,
): Html {
  const button = (control: string, label: AdminMessageKey, isQuiet: boolean): Html =>
    html`<form method="post" action="${pathTo(page, `${own}/${control}`)}">
        <button class="${isQuiet ? "button button--quiet" : "button"}" type="submit">${page.tell(label)}</button>
      </form>`;
  if (status === "running")
    return html`${button("pause", "bulk_pause", false)}${button("abort", "bulk_abort", true)}`;
  if (status === "paused")
    return html`${button("resume", "bulk_resume", false)}${button("abort", "bulk_abort", true)}`;
  return html``;
}

/** What a page of an operation's appointments shows. */
export interface ItemsPage {
  readonly id: string;
  readonly outcome: ItemOutcome;
  readonly items: readonly ItemRow[];
  readonly nextCursor: string | null;
}

/** Renders the appointments of one outcome, with how their people were told. */
export function itemsPage(page: AdminPage, { id, outcome, items, nextCursor }: ItemsPage): Html {
  const own = `/admin/bulk/${id}`;
  const more = `${own}/items?outcome=${outcome}&cursor=${nextCursor ?? ""}`;
  return adminLayout(page, {
    title: page.tell(outcomeTexts[outcome]),
    back: { href: pathTo(page, own), text: page.tell("bulk_one") },
    content: html`${items.length === 0 ? html`<p>${page.tell("nobody")}</p>` : nothing}
      <ul class="rows">${items.map((item) => itemEntry(page, item))}</ul>
      ${nextCursor === null ? nothing : html`<p class="pager"><a href="${pathTo(page, more)}">${page.tell("next_page")}</a></p>`}`,
  });
}

function itemEntry(page: AdminPage, item: ItemRow): Html {
  const style = timeStyle(page, item.time_zone);
  const ways = [
    ...item.messages.map(({ channel }) => (channel === "email" ? page.tell("email_label") : "SMS")),
    ...(item.call ? [page.tell("to_be_called")] : []),
  ];
  return html`<li>
      <h3>${formatDay(item.starts_at, style)}, ${formatTime(item.starts_at, style)} <span class="rows__where">${item.site_code}</span></h3>
      <p>${page.tell("reference_label")}: ${item.reference}${ways.length > 0 ? html` – ${ways.join(", ")}` : nothing}</p>
    </li>`;
}

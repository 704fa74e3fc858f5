import { html } from "hono/html";
import type { Concerned, Proposal } from "../../../scheduling/proposals/proposal-view.ts";
import { dateFromEpochMs } from "../../../time/clock.ts";
import { hiddenControl } from "../../controls.ts";
import { formatDay, formatTime } from "../../format-time.ts";
import type { Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, sayPlain, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { type Places, siteName } from "../places.ts";
import type { AdminMessageKey } from "../translate.ts";
import { changeInWords, type ChangeWords, dateInWords } from "./change-words.ts";
import { statusNames } from "./list-page.ts";

/** Days that are listed; a longer proposal says how many there are besides. */
const daysShownMax = 100;

/** Renders what a proposal would do, or did, with the ways to apply or drop it. */
export function proposalPage(
  page: AdminPage,
  proposal: Proposal,
  { words, notice }: { readonly words: ChangeWords; readonly notice: Notice | undefined },
): Html {
  const { places } = words;
  const own = `/admin/proposals/${proposal.id}`;
  return adminLayout(page, {
    title: page.tell("proposal_title"),
    back: { href: pathTo(page, "/admin/proposals"), text: page.tell("proposals_title") },
    notice,
    content: html`<ul>${proposal.changes.map((change) => html`<li>${changeInWords(page, words, change)}</li>`)}</ul>
      <p><strong>${page.tell(statusNames[proposal.status])}</strong>${proposal.status === "applying" ? html` – ${page.tell("parts_line", { done: proposal.parts_done, total: proposal.parts })}` : nothing}</p>
      ${totals(page, proposal, own)}
      ${proposal.status === "computed" ? decision(page, proposal, own) : nothing}
      ${proposal.sample.length > 0 ? html`<h2>${page.tell("sample_title")}</h2>${concernedList(page, proposal.sample)}` : nothing}
      ${days(page, proposal, places)}`,
  });
}

function totals(page: AdminPage, { totals: sums }: Proposal, own: string): Html {
  const row = (label: AdminMessageKey, value: Html | string | number): Html =>
    html`<div><dt>${page.tell(label)}</dt><dd>${value}</dd></div>`;
  const listed = (count: number, query: string): Html | number =>
    count === 0
      ? 0
      : html`<a href="${pathTo(page, `${own}/appointments?${query}`)}">${page.tell("count_listed", { count })}</a>`;
  return html`<dl class="facts">
      ${row("places_lost", numberInWords(page, sums.places_lost))}
      ${row("places_gained", numberInWords(page, sums.places_gained))}
      ${row("outcome_stays", listed(sums.stays, "outcome=stays"))}
      ${row("outcome_moves", listed(sums.moves, "outcome=moves"))}
      ${row("outcome_conflict", listed(sums.conflicts, "outcome=conflict"))}
      ${row("without_contact", listed(sums.conflicts_without_contact, "outcome=conflict&contact=no"))}
      ${row("outcome_returns", listed(sums.returns, "outcome=returns"))}
    </dl>`;
}

function numberInWords({ locale }: AdminPage, count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}

function decision(page: AdminPage, proposal: Proposal, own: string): Html {
  const { conflicts } = proposal.totals;
  return html`<div class="card">
      <p>${page.tell("apply_text", { conflicts })}</p>
      <div class="actions">
        <form method="post" action="${pathTo(page, `${own}/apply`)}">
          ${hiddenControl("snapshot", proposal.snapshot)}
          <button class="button" type="submit">${page.tell("apply_button")}</button>
        </form>
        <form method="post" action="${pathTo(page, `${own}/drop`)}">
          <button class="button button--quiet" type="submit">${page.tell("drop_button")}</button>
        </form>
      </div>
    </div>`;
}

function days(page: AdminPage, proposal: Proposal, places: Places): Html {
  if (proposal.days.length === 0) return html`<p>${page.tell("no_days")}</p>`;
  const shown = proposal.days.slice(0, daysShownMax);
  const left = proposal.days.length - shown.length;
  return html`<h2>${page.tell("days_title")}</h2>
      <ul class="rows">${shown.map(
        (day) => html`<li>
          <h3>${dateInWords(page, day.date)} <span class="rows__where">${siteName(page, places, day.site_id)}</span></h3>
          <p>${dayInWords(page, day)}</p>
        </li>`,
      )}</ul>
      ${left > 0 ? html`<p>${page.tell("days_left", { count: left })}</p>` : nothing}`;
}

/** What happens on a day, without what does not. */
function dayInWords(page: AdminPage, day: Proposal["days"][number]): string {
  const parts: readonly (readonly [AdminMessageKey, number])[] = [
    ["day_lost", day.places_lost],
    ["day_gained", day.places_gained],
    ["day_conflicts", day.conflicts],
    ["day_silent", day.conflicts_without_contact],
    ["day_moves", day.moves],
    ["day_returns", day.returns],
  ];
  return parts
    .filter(([, count]) => count > 0)
    .map(([key, count]) => page.tell(key, { count }))
    .join(" · ");
}

/** Renders appointments that a proposal concerns. */
function concernedList(page: AdminPage, items: readonly Concerned[]): Html {
  return html`<ul class="rows">${items.map((one) => {
    const at = dateFromEpochMs(Date.parse(one.starts_at));
    const style = timeStyle(page, one.site.time_zone);
    const hasContact = one.has_email || one.has_phone;
    return html`<li>
        <h3>${formatDay(at, style)}, ${formatTime(at, style)} <span class="rows__where">${sayPlain(page, one.site.name)}</span></h3>
        <p>${page.tell("reference_line", { reference: one.reference, persons: one.party_size })}${hasContact ? nothing : html` – <strong>${page.tell("no_contact")}</strong>`}</p>
      </li>`;
  })}</ul>`;
}

const outcomeTitles: Readonly<Record<Concerned["outcome"], AdminMessageKey>> = {
  stays: "outcome_stays",
  moves: "outcome_moves",
  conflict: "outcome_conflict",
  returns: "outcome_returns",
};

/** What a page of a proposal's appointments shows. */
export interface ConcernedPage {
  readonly id: string;
  readonly outcome: Concerned["outcome"];
  readonly isWithoutContact: boolean;
  readonly items: readonly Concerned[];
  readonly nextCursor: string | null;
}

/** Renders the appointments of one outcome. */
export function concernedPage(page: AdminPage, list: ConcernedPage): Html {
  const own = `/admin/proposals/${list.id}`;
  const contact = list.isWithoutContact ? "&contact=no" : nothing;
  const more = `${own}/appointments?outcome=${list.outcome}${contact}&cursor=${list.nextCursor ?? ""}`;
  return adminLayout(page, {
    title: page.tell(list.isWithoutContact ? "without_contact" : outcomeTitles[list.outcome]),
    back: { href: pathTo(page, own), text: page.tell("proposal_title") },
    content: html`${list.items.length === 0 ? html`<p>${page.tell("nobody")}</p>` : concernedList(page, list.items)}
      ${list.nextCursor === null ? nothing : html`<p class="pager"><a href="${pathTo(page, more)}">${page.tell("next_page")}</a></p>`}`,
  });
}

/** Where, when and for how long: the lines that the summary, the confirmation and the manage page share. */
import { html } from "hono/html";
import type { LocalizedText } from "../context.ts";
import { formatLongDay, formatMoney, formatTime } from "./format-time.ts";
import { phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, say, timeStyle } from "./page.ts";

/** A visit, whether held or booked. */
export interface Visit {
  readonly serviceNames: readonly LocalizedText[];
  readonly site: {
    readonly name: LocalizedText;
    readonly address: string;
    readonly phone?: string;
    readonly time_zone: string;
  };
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly partySize: number;
  /** The booking lapses when it is not used by then. */
  readonly validUntil?: Date | null;
}

/** One line of a list of facts, with an optional link to change it. */
export function factLine(label: string, values: readonly (Html | string)[]): Html {
  return html`<div><dt>${label}</dt>${values.map((value) => html`<dd>${value}</dd>`)}</div>`;
}

/** The lines of a visit; to be put into a `dl` of class `facts`. */
export function visitLines(page: Page, visit: Visit): Html {
  const { t } = page;
  const style = timeStyle(page, visit.site.time_zone);
  const times = t("from_to", {
    from: formatTime(visit.startsAt, style),
    to: formatTime(visit.endsAt, style),
  });
  return html`${factLine(
    t("service_label"),
    visit.serviceNames.map((name) => say(page, name)),
  )}
        ${factLine(t("when_label"), [html`<strong><span class="sentence">${formatLongDay(visit.startsAt, style)}</span></strong>`, html`<strong>${times}</strong>`])}
        ${visit.validUntil ? factLine(t("valid_until_label"), [t("valid_until", { time: formatTime(visit.validUntil, style) })]) : nothing}
        ${factLine(t("site_label"), siteValues(page, visit.site))}
        ${visit.partySize > 1 ? factLine(t("party_label"), [t("persons", { count: visit.partySize })]) : nothing}`;
}

function siteValues(page: Page, site: Visit["site"]): Html[] {
  return [
    say(page, site.name),
    ...(site.address ? [html`<span class="muted">${site.address}</span>`] : []),
    ...(site.phone ? [html`${page.t("phone_short")} ${phoneLink(site.phone)}`] : []),
  ];
}

/** Something to bring, and for whom when not for everybody. */
export interface Bring {
  readonly label: LocalizedText;
  readonly people: string | undefined;
}

/** What to bring, as a list; nothing when there is nothing. */
export function bringChecklist(page: Page, entries: readonly Bring[]): Html | string {
  if (entries.length === 0) return nothing;
  return html`<h2>${page.t("bring_title")}</h2>
      <ul class="checklist">${entries.map(
        ({ label, people }) =>
          html`<li>${say(page, label)}${people ? html` <span class="muted">(${people})</span>` : nothing}</li>`,
      )}</ul>`;
}

/** Something to pay on the spot. */
export interface Pay {
  readonly label: LocalizedText;
  readonly amountCents: number;
  readonly currency: string;
  readonly quantity: number;
}

/** What to pay, as a list with its total; nothing when nothing is due. */
export function payList(page: Page, entries: readonly Pay[]): Html | string {
  if (entries.length === 0) return nothing;
  const money = (amountCents: number, currency: string): Html =>
    html`<strong>${formatMoney(amountCents, currency, page.locale)}</strong>`;
  return html`<h2>${page.t("fees_title")}</h2>
      <ul class="checklist">${entries.map(
        ({ label, amountCents, currency, quantity }) =>
          html`<li>${say(page, label)}${quantity > 1 ? html` × ${quantity}` : nothing}: ${money(amountCents * quantity, currency)}</li>`,
      )}${totals(entries).map(([currency, cents]) => html`<li>${page.t("fees_total")}: ${money(cents, currency)}</li>`)}</ul>`;
}

/** The sum per currency, where there is something to add up. */
function totals(entries: readonly Pay[]): [string, number][] {
  return [...Map.groupBy(entries, ({ currency }) => currency)]
    .filter(([, due]) => due.length > 1)
    .map(([currency, due]) => [
      currency,
      due.reduce((sum, { amountCents, quantity }) => sum + amountCents * quantity, 0),
    ]);
}

import { html } from "hono/html";
import type { OfferOut, Standing, WaitlistSeen } from "../../../waitlist/seen/get-waitlist.ts";
import type { OfferWay } from "../../../waitlist/offers/offer.ts";
import { toLocalDate } from "../../../time/local-date.ts";
import { dateAtNoon, dateStyle, formatDay, formatTime } from "../../format-time.ts";
import { type FieldError, languageNames, type Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say, sayPlain, timeStyle } from "../../page.ts";
import { type AdminPage, mayDo } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import type { AdminMessageKey } from "../translate.ts";
import { wayInWords } from "./list-page.ts";
import { type SettingsForm, settingsForm } from "./settings-form.ts";

/** What the page shows besides the list. */
export interface WaitlistShown {
  readonly form: SettingsForm;
  readonly errors: readonly FieldError[];
  readonly notice: Notice | undefined;
  /** The position after which the list starts. */
  readonly after: number;
}

const wayNames: Readonly<Record<OfferWay, AdminMessageKey>> = {
  email: "wait_by_email",
  sms: "wait_by_sms",
  phone: "wait_by_phone",
};

/** Renders one service's waitlist: offers that are out, who waits in the order, and how it works. */
export function waitlistOfServicePage(
  page: AdminPage,
  seen: WaitlistSeen,
  shown: WaitlistShown,
): Html {
  const { summary } = seen;
  const own = pathTo(page, `/admin/waitlist/${summary.service_id}`);
  const { form, errors, notice } = shown;
  return adminLayout(page, {
    title: `${page.tell("wait_title")}: ${sayPlain(page, summary.name)}`,
    back: { href: pathTo(page, "/admin/waitlist"), text: page.tell("wait_title") },
    errors,
    notice,
    content: html`<p class="lead">${wayInWords(page, summary)}</p>
      ${summary.is_on ? html`<p><a class="button" href="${own}/new">${page.tell("wait_add")}</a></p>` : nothing}
      ${figures(page, seen)}
      <h2>${page.tell("wait_offers_title")}</h2>
      ${seen.offers.length === 0 ? html`<p>${page.tell("wait_no_offers")}</p>` : nothing}
      <ul class="rows">${seen.offers.map((offer) => offerRow(page, offer, own))}</ul>
      <h2>${page.tell("wait_standing_title")}</h2>
      <p>${page.tell("wait_order")}</p>
      ${seen.standing.length === 0 ? html`<p>${page.tell("nobody")}</p>` : nothing}
      <ol class="rows" start="${shown.after + 1}">${seen.standing.map((one) => standingRow(page, one, own))}</ol>
      ${seen.nextAfter === null ? nothing : html`<p class="pager"><a href="${own}?after=${seen.nextAfter}">${page.tell("next_page")}</a></p>`}
      ${mayDo(page, "admin") ? html`<h2>${page.tell("wait_settings_title")}</h2>${settingsForm(page, { serviceId: summary.service_id, form, errors })}` : nothing}`,
  });
}

function figures(page: AdminPage, { summary }: WaitlistSeen): Html {
  const row = (label: AdminMessageKey, value: string | number): Html =>
    html`<div><dt>${page.tell(label)}</dt><dd>${value}</dd></div>`;
  const { oldest_since: oldest } = summary;
  const style = timeStyle(page, page.tenant.timeZone);
  return html`<dl class="facts">
      ${row("wait_waiting_label", summary.waiting)}
      ${oldest ? row("wait_oldest_label", `${formatDay(oldest, style)}, ${formatTime(oldest, style)}`) : nothing}
      ${row("wait_offered_label", summary.offered)}
      ${row("wait_held_label", summary.held)}
    </dl>`;
}

function offerRow(page: AdminPage, offer: OfferOut, own: string): Html {
  const style = timeStyle(page, offer.time_zone);
  const { starts_at: at, answer_by: until } = offer;
  const notes = [
    page.tell("wait_until", { day: formatDay(until, style), time: formatTime(until, style) }),
    page.tell(wayNames[offer.way]),
    ...(offer.calls > 0 ? [page.tell("wait_calls_count", { count: offer.calls })] : []),
    ...(offer.asked > 1 ? [page.tell("wait_asked_count", { count: offer.asked })] : []),
  ];
  return html`<li>
      <h3>${offer.name ?? page.tell("erased")} <span class="rows__where">${formatDay(at, style)}, ${formatTime(at, style)} – ${say(page, offer.site_name)}</span></h3>
      <p>${notes.join(" · ")}</p>
      ${withdrawForm(page, { own, entryId: offer.entry_id, name: offer.name })}
    </li>`;
}

function standingRow(page: AdminPage, one: Standing, own: string): Html {
  const since = timeStyle(page, page.tenant.timeZone);
  const days = dateStyle(timeStyle(page, "UTC"));
  const day = (date: string): string => formatDay(dateAtNoon(toLocalDate(date)), days);
  const isWholeDay = one.from_time === "00:00" && one.to_time === "24:00";
  const wants = [
    page.t("waitlist_days", { from: day(one.from_on), to: day(one.to_on) }),
    ...(isWholeDay ? [] : [page.t("waitlist_hours", { from: one.from_time, to: one.to_time })]),
    ...(one.party_size > 1 ? [page.t("persons", { count: one.party_size })] : []),
    ...(one.is_exchange ? [page.tell("wait_exchange")] : []),
  ];
  const facts = [
    page.tell("wait_since", { day: formatDay(one.waiting_since, since) }),
    ...(one.has_priority ? [page.tell("wait_priority")] : []),
    languageNames[one.language],
    ...(one.has_email || one.has_phone ? [] : [page.tell("no_contact")]),
  ];
  return html`<li>
      <h3>${one.position}. ${one.name ?? page.tell("erased")}</h3>
      <p>${wants.join(" · ")}</p>
      <p class="muted">${facts.join(" · ")}</p>
      ${withdrawForm(page, { own, entryId: one.id, name: one.name })}
    </li>`;
}

/** Two presses, because a wish that was taken off the list loses its place. */
function withdrawForm(
  page: AdminPage,
  given: { readonly own: string; readonly entryId: string; readonly name: string | null },
): Html {
  const { own, entryId, name } = given;
  return html`<details>
        <summary>${page.tell("wait_withdraw")}<span class="unseen"> ${name ?? nothing}</span></summary>
        <form method="post" action="${own}/entries/${entryId}/withdraw">
          <p>${page.tell("wait_withdraw_text")}</p>
          <button class="button button--bad button--small" type="submit">${page.tell("wait_withdraw_button")}</button>
        </form>
      </details>`;
}

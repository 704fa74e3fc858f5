/** One's own wish on the waitlist: where it stands, the offered place with its two answers, and the way out. */
import { html } from "hono/html";
import type { EntryView } from "../waitlist/schema.ts";
import { systemNow } from "../time/clock.ts";
import { toLocalDate } from "../time/local-date.ts";
import { hiddenControl } from "./controls.ts";
import { dateAtNoon, dateStyle, formatLongDay, formatTime } from "./format-time.ts";
import { instantOf } from "./instants.ts";
import { layout, type Notice } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo, say, timeStyle } from "./page.ts";
import type { MessageKey } from "./translate.ts";
import { factLine, visitLines } from "./visit-facts.ts";

type EntryOffer = NonNullable<EntryView["offer"]>;

const stateKeys: Readonly<Record<EntryView["status"], MessageKey>> = {
  waiting: "waitlist_state_waiting",
  offered: "waitlist_state_offered",
  fulfilled: "waitlist_state_fulfilled",
  withdrawn: "waitlist_state_withdrawn",
  lapsed: "waitlist_state_lapsed",
  expired: "waitlist_state_expired",
};

/** Renders the wish; `link` opens it on any device and is a secret. */
export function waitlistPage(
  page: Page,
  entry: EntryView,
  { notice, link }: { readonly notice: Notice | undefined; readonly link: string },
): Html {
  const { t } = page;
  const isOpen = entry.status === "waiting" || entry.status === "offered";
  return layout(page, {
    title: t("waitlist_title"),
    notice,
    content: html`${offerPart(page, entry)}
      <h2>${t("waitlist_wish_title")}</h2>
      <dl class="facts">${wishLines(page, entry)}</dl>
      ${isOpen ? openParts(page, link) : endedPart(page, entry)}`,
  });
}

/** Accepting again leads to the appointment: its link is derived for whoever took it. */
function endedPart(page: Page, { offer, services }: EntryView): Html {
  const { t } = page;
  if (offer?.status !== "accepted")
    return html`<p><a class="button" href="${pathTo(page, "/")}">${t("book_again")}</a></p>`;
  return html`<form method="post" action="${pathTo(page, "/waitlist/accept")}">
        ${hiddenControl("offer", offer.id)}
        <div class="actions"><button class="button" type="submit">${t("manage_button", { noun: services[0]?.noun ?? "appointment" })}</button></div>
      </form>`;
}

function wishLines(page: Page, entry: EntryView): Html {
  const { t } = page;
  const style = dateStyle(timeStyle(page, "UTC"));
  const day = (date: string): string => formatLongDay(dateAtNoon(toLocalDate(date)), style);
  return html`${factLine(t("status_label"), [html`<strong>${t(stateKeys[entry.status])}</strong>`])}
        ${factLine(
          t("service_label"),
          entry.services.map((service) => say(page, service.name)),
        )}
        ${factLine(
          t("site_label"),
          entry.sites.map((site) => say(page, site.name)),
        )}
        ${factLine(t("when_label"), [t("waitlist_days", { from: day(entry.from), to: day(entry.to) }), hoursText(page, entry)])}
        ${entry.party_size > 1 ? factLine(t("party_label"), [t("persons", { count: entry.party_size })]) : nothing}
        ${entry.booker ? factLine(t("booker_label"), [entry.booker.name]) : nothing}`;
}

function hoursText({ t }: Page, { from_time: from, to_time: to }: EntryView): string {
  const isWholeDay = from === "00:00" && to === "24:00";
  return isWholeDay ? t("waitlist_any_time") : t("waitlist_hours", { from, to });
}

/** The place that is kept at this moment; answers are forms, because mail scanners follow links. */
function offerPart(page: Page, entry: EntryView): Html | string {
  const { t } = page;
  const { offer } = entry;
  const site = entry.sites.find((one) => one.id === offer?.site_id);
  if (!offer || !site) return nothing;
  if (entry.status === "waiting") return lostPart(page, offer, site);
  if (offer.status !== "offered") return nothing;
  const until = instantOf(offer.answer_by);
  if (until <= systemNow()) return nothing;
  const style = timeStyle(page, site.time_zone);
  const visit = {
    serviceNames: entry.services.map((service) => service.name),
    site,
    startsAt: instantOf(offer.starts_at),
    endsAt: instantOf(offer.ends_at),
    partySize: entry.party_size,
  };
  return html`<h2>${t("waitlist_offer_title")}</h2>
      <dl class="facts">${visitLines(page, visit)}</dl>
      <p>${t("waitlist_offer_until", { day: formatLongDay(until, style), time: formatTime(until, style) })}${
        offer.is_shared ? html` ${t("waitlist_offer_shared")}` : nothing
      }${entry.appointment_id ? html` ${t("waitlist_offer_exchange")}` : nothing}</p>
      <form method="post" action="${pathTo(page, "/waitlist/accept")}">
        ${hiddenControl("offer", offer.id)}
        <div class="actions"><button class="button" type="submit">${t("waitlist_accept_button")}</button></div>
      </form>
      <form method="post" action="${pathTo(page, "/waitlist/decline")}">
        ${hiddenControl("offer", offer.id)}
        <div class="actions"><button class="button button--quiet" type="submit">${t("waitlist_decline_button")}</button></div>
        <p class="muted">${t("waitlist_decline_text")}</p>
      </form>`;
}

/** What became of the latest offer, for whoever follows its link too late. */
function lostPart(page: Page, offer: EntryOffer, site: EntryView["sites"][number]): Html | string {
  const key = lostKey(offer);
  if (key === undefined) return nothing;
  const style = timeStyle(page, site.time_zone);
  const at = instantOf(offer.starts_at);
  const text = page.t(key, { day: formatLongDay(at, style), time: formatTime(at, style) });
  return html`<div class="hint-box"><p>${text}</p></div>`;
}

function lostKey({ status, is_taken: isTaken }: EntryOffer): MessageKey | undefined {
  if (isTaken) return "waitlist_lost_taken";
  if (status === "superseded") return "waitlist_lost_closed";
  return status === "expired" ? "waitlist_lost_expired" : undefined;
}

function openParts(page: Page, link: string): Html {
  const { t } = page;
  return html`<h2>${t("link_title")}</h2>
      <p>${t("waitlist_link_text")}</p>
      <p><a class="link-box" href="${link}">${link}</a></p>
      <h2>${t("waitlist_withdraw_title")}</h2>
      <form method="post" action="${pathTo(page, "/waitlist/withdraw")}">
        <button class="button button--bad" type="submit">${t("waitlist_withdraw_button")}</button>
      </form>`;
}

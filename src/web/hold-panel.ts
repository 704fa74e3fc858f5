/** What is held, until when, and the button that extends it. */
import { html } from "hono/html";
import { systemNow } from "../time/clock.ts";
import type { Draft } from "./draft.ts";
import { formatLongDay, formatTime } from "./format-time.ts";
import { instantOf } from "./instants.ts";
import type { Html } from "./markup.ts";
import { type Page, pathTo, say, timeStyle } from "./page.ts";
import type { Site } from "../catalog/sites/site.ts";
import type { Service } from "../catalog/services/service.ts";

/** A draft with the things it names. */
export interface OpenBooking {
  readonly draft: Draft;
  readonly service: Service;
  readonly site: Site;
}

/** The start of the visit. */
export function startOf({ draft }: OpenBooking): Date {
  return instantOf(draft.starts_at);
}

/** The end of the hold. */
export function expiryOf({ draft }: OpenBooking): Date {
  return instantOf(draft.expires_at);
}

/** Service, day, time, place and number of people in a few lines. */
export function visitCard(page: Page, booking: OpenBooking): Html {
  const { service, site, draft } = booking;
  const style = timeStyle(page, site.time_zone);
  const start = startOf(booking);
  return html`<p class="card"><span class="card__when"><span class="sentence">${formatLongDay(start, style)}, ${page.t("at_time", { time: formatTime(start, style) })}</span></span>
        ${say(page, service.name)} · ${say(page, site.name)}${
          draft.party_size > 1 ? html` · ${page.t("persons", { count: draft.party_size })}` : html``
        }<br><a href="${pathTo(page, `/times?${searchOf(draft)}`)}">${page.t("choose_other_time")}</a></p>`;
}

/** The query that searches again for what the draft is about. */
export function searchOf(draft: Draft): string {
  const query = new URLSearchParams({ service: draft.service });
  if (draft.chosen_site) query.set("site", draft.chosen_site);
  if (draft.party_size > 1) query.set("persons", String(draft.party_size));
  if (draft.invitation) query.set("invitation", draft.invitation);
  return query.toString();
}

/**
 * The hold's end on the wall clock. The button stands inside the data form and sends it along, so that nothing typed
 * is lost; `formId` names that form.
 */
export function holdPanel(page: Page, booking: OpenBooking, formId: string): Html {
  const { t } = page;
  const expiry = expiryOf(booking);
  const seconds = Math.max(0, Math.round((expiry.getTime() - systemNow().getTime()) / 1000));
  const time = formatTime(expiry, timeStyle(page, booking.site.time_zone));
  return html`<section class="hold" id="hold" aria-label="${t("hold_label")}" data-hold-seconds="${seconds}"
        data-hold-text60="${t("hold_warning", { seconds: 60 })}" data-hold-text20="${t("hold_warning", { seconds: 20 })}" data-hold-text-over="${t("hold_over_short")}">
        <p>${t("hold_until", { time })} <span class="muted">${t("hold_explained")}</span></p>
        <p role="status" data-hold-announcement></p>
        <button class="button button--quiet button--small" type="submit" form="${formId}" formaction="${pathTo(page, "/hold/extend")}" formnovalidate>${t("hold_extend")}</button>
      </section>`;
}

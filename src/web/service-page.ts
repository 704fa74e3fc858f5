/** One service: how long it takes, what to bring and to pay, where, and for how many people. */
import { html } from "hono/html";
import type { Service } from "../catalog/services/service.ts";
import type { Site } from "../catalog/sites/site.ts";
import { hiddenControl, radioControl, selectControl, textControl } from "./controls.ts";
import { formatMoney } from "./format-time.ts";
import { layout } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { addressOf, type Offer } from "./offers.ts";
import { type Page, pathTo, say, sayPlain } from "./page.ts";
import { callInstead, durationText } from "./start-page.ts";

/** What the form was opened with. */
export interface ServiceFormState {
  /** Code of the invitation, as far as the link or an earlier try had one. */
  readonly invitation: string;
  readonly isInvitationRefused: boolean;
  /** What is closed at this moment. */
  readonly notices: Html | string;
}

/** Renders the service with the choice of site and party; the form leads to the times. */
export function servicePage(page: Page, offer: Offer, state: ServiceFormState): Html {
  const { service, sites } = offer;
  return layout(page, {
    title: sayPlain(page, service.name),
    step: "service",
    back: { href: pathTo(page, "/"), text: page.t("back_to_services") },
    errors: state.isInvitationRefused ? [{ field: "invitation", text: page.t("fault_code") }] : [],
    content: html`${state.notices}${sayPlain(page, service.description) ? html`<p class="lead">${say(page, service.description)}</p>` : nothing}
      ${serviceFacts(page, offer)}
      ${bringList(page, service)}
      ${feeList(page, service)}
      ${sites.length > 0 ? chooseForm(page, offer, state) : html`<div class="hint-box"><p>${page.t("service_nowhere")}</p></div>`}
      ${callInstead(page)}`,
  });
}

function serviceFacts(page: Page, { service, sites }: Offer): Html {
  const { t } = page;
  const [only] = sites;
  return html`<dl class="facts">
        <div><dt>${t("duration_label")}</dt><dd>${durationText(page, service, 1)}</dd>${
          service.extra_minutes_per_person > 0
            ? html`<dd class="muted">${t("duration_extra", { minutes: service.extra_minutes_per_person })}</dd>`
            : nothing
        }</div>
        ${sites.length === 1 && only ? html`<div><dt>${t("site_label")}</dt>${siteLines(page, only)}</div>` : nothing}
        ${cancelRule(page, service)}
        ${sayPlain(page, service.late_note) ? html`<div><dt>${t("late_label")}</dt><dd>${say(page, service.late_note)}</dd></div>` : nothing}
      </dl>`;
}

function siteLines(page: Page, site: Site): Html {
  return html`<dd>${say(page, site.name)}</dd>
          ${site.address ? html`<dd class="muted">${site.address}</dd>` : nothing}
          ${sayPlain(page, site.directions) ? html`<dd class="muted">${say(page, site.directions)}</dd>` : nothing}`;
}

function cancelRule(page: Page, service: Service): Html | string {
  if (service.cancel_limit_minutes === 0) return nothing;
  const values = limitValues(service.cancel_limit_minutes);
  return html`<div><dt>${page.t("cancel_rule_label")}</dt><dd>${page.t("cancel_rule", values)}</dd></div>`;
}

/** Minutes as whole days, else whole hours, else minutes; the others are 0. */
function limitValues(minutes: number): { days: number; hours: number; minutes: number } {
  if (minutes % 1440 === 0) return { days: minutes / 1440, hours: 0, minutes: 0 };
  if (minutes % 60 === 0) return { days: 0, hours: minutes / 60, minutes: 0 };
  return { days: 0, hours: 0, minutes };
}

function bringList(page: Page, service: Service): Html | string {
  if (service.documents.length === 0) return nothing;
  return html`<h2>${page.t("bring_title")}</h2>
      <ul class="checklist">${service.documents.map(
        (document) =>
          html`<li>${say(page, document.label)}${document.when ? html` <span class="muted">${page.t("bring_if_applies")}</span>` : nothing}</li>`,
      )}</ul>`;
}

function feeList(page: Page, service: Service): Html | string {
  if (service.fees.length === 0) return nothing;
  return html`<h2>${page.t("fees_title")}</h2>
      <ul class="checklist">${service.fees.map(
        (fee) =>
          html`<li>${say(page, fee.label)}: <strong>${formatMoney(fee.amount_cents, fee.currency, page.locale)}</strong></li>`,
      )}</ul>`;
}

function chooseForm(page: Page, { service, sites }: Offer, state: ServiceFormState): Html {
  const { t } = page;
  return html`<form method="get" action="${pathTo(page, "/times")}">
        ${hiddenControl("service", addressOf(service))}
        ${sites.length > 1 ? siteChoice(page, sites) : nothing}
        ${service.party_size_max > 1 ? partyChoice(page, service) : nothing}
        ${service.visibility === "invitation" ? invitationControl(page, state) : nothing}
        <div class="actions"><button class="button" type="submit">${t("choose_time_button")}</button></div>
      </form>`;
}

function siteChoice(page: Page, sites: readonly Site[]): Html {
  return radioControl(page, {
    name: "site",
    label: page.t("site_question"),
    isLarge: true,
    isRequired: true,
    value: "",
    options: [
      { value: "", label: page.t("site_any"), help: page.t("site_any_help") },
      ...sites.map((site) => ({
        value: site.code,
        label: say(page, site.name),
        help: site.address || undefined,
      })),
    ],
  });
}

function partyChoice(page: Page, service: Service): Html {
  return selectControl(page, {
    name: "persons",
    label: page.t("party_question"),
    hint: service.extra_minutes_per_person > 0 ? page.t("party_hint") : undefined,
    isRequired: true,
    value: "1",
    size: "short",
    options: Array.from({ length: service.party_size_max }, (_, i) => ({
      value: String(i + 1),
      label: String(i + 1),
    })),
  });
}

function invitationControl(
  page: Page,
  { invitation, isInvitationRefused }: ServiceFormState,
): Html {
  return textControl(page, {
    name: "invitation",
    label: page.t("invitation_label"),
    hint: page.t("invitation_hint"),
    value: invitation,
    error: isInvitationRefused ? page.t("fault_code") : undefined,
    isRequired: true,
    size: "medium",
    maxLength: 100,
  });
}

/** Where a booking begins: what one can come for. */
import { html } from "hono/html";
import type { Service } from "../catalog/services/service.ts";
import { type Html, nothing } from "./markup.ts";
import type { Offer } from "./offers.ts";
import { contactLines, layout, phoneLink } from "./layout.ts";
import { type Page, pathTo, say, sayPlain } from "./page.ts";

/** Above so many services, a list is read faster under the names of the places. */
const ungroupedMax = 8;

/** Renders the services that anybody may book, in the order of their names; many are grouped by place. Above them what is closed. */
export function startPage(page: Page, offers: readonly Offer[], notices: Html | string): Html {
  const sorted = offers.toSorted((a, b) =>
    sayPlain(page, a.service.name).localeCompare(sayPlain(page, b.service.name), page.locale),
  );
  return layout(page, {
    title: page.t("start_title"),
    step: "service",
    content: html`${notices}<p class="lead">${page.t("start_intro")}</p>
      ${sorted.length > 0 ? offersByPlace(page, sorted) : noServices(page)}
      <h2>${page.t("start_manage_title")}</h2>
      <p>${page.t("start_manage_text")} <a href="${pathTo(page, "/find")}">${page.t("find_link")}</a></p>
      ${callInstead(page)}`,
  });
}

function offersByPlace(page: Page, sorted: readonly Offer[]): Html {
  const groups = [...Map.groupBy(sorted, placeOf)].map(([site, offers]) => ({
    title: site ? say(page, site.name) : page.t("start_group_several"),
    order: site ? sayPlain(page, site.name) : "",
    offers,
  }));
  if (sorted.length <= ungroupedMax || groups.length === 1) return serviceList(page, sorted);
  const ordered = groups.toSorted((a, b) => a.order.localeCompare(b.order, page.locale));
  return html`${ordered.map(
    ({ title, offers }) => html`<h2>${title}</h2>
      ${serviceList(page, offers)}`,
  )}`;
}

/** The only place of a service; undefined when there are several, or none at the moment. */
function placeOf({ sites: [first, ...others] }: Offer): Offer["sites"][number] | undefined {
  return others.length === 0 ? first : undefined;
}

function serviceList(page: Page, offers: readonly Offer[]): Html {
  return html`<ul class="choices">${offers.map(
    ({ service, sites }) => html`<li>
          <a class="choice" href="${pathTo(page, `/services/${service.code}`)}">
            <span class="choice__name">${say(page, service.name)}</span>
            ${sayPlain(page, service.description) ? html`<span class="choice__text">${say(page, service.description)}</span>` : nothing}
            <span class="choice__facts">${durationText(page, service, 1)}${
              sites.length === 1 && sites[0]
                ? html` · ${say(page, sites[0].name)}`
                : html` · ${page.t("site_count", { count: sites.length })}`
            }</span>
          </a>
        </li>`,
  )}</ul>`;
}

function noServices(page: Page): Html {
  return html`<div class="hint-box"><p>${page.t("start_empty")}</p></div>`;
}

/** That the telephone and the counter give the same appointments. */
export function callInstead(page: Page): Html {
  const { phone, email, address } = page.tenant.contact;
  if (!phone && !email && !address) return html``;
  return html`<h2>${page.t("call_title")}</h2>
      <p>${page.t("call_text")}</p>
      ${phone ? html`<p class="lead">${phoneLink(phone)}</p>` : contactLines(page)}`;
}

/** "About 15 minutes", for a party of that size. */
export function durationText(
  page: Page,
  service: Pick<Service, "duration_minutes" | "extra_minutes_per_person">,
  partySize: number,
): string {
  const minutes = service.duration_minutes + service.extra_minutes_per_person * (partySize - 1);
  return page.t("duration", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

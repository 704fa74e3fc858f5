import { html } from "hono/html";
import {
  type FreedCapacity,
  freedCapacities,
  isClosable,
  type VisitStatus,
} from "../../../bulk/operation.ts";
import type { BulkPreview } from "../../../bulk/preview/get-preview.ts";
import { hiddenControl, selectControl, textControl } from "../../controls.ts";
import { formatMoney } from "../../format-time.ts";
import { languageNames, type Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { type Places, siteName } from "../places.ts";
import { dateInWords } from "../proposals/change-words.ts";
import type { AdminMessageKey } from "../translate.ts";
import { kindTexts } from "./new-page.ts";

const daysShownMax = 100;

const freedTexts: Readonly<Record<FreedCapacity, AdminMessageKey>> = {
  close: "bulk_freed_close",
  waitlist: "bulk_freed_waitlist",
  sale: "bulk_freed_sale",
};

/** What the page of a preview shows besides it. */
export interface PreviewState {
  readonly places: Places;
  readonly notice: Notice | undefined;
  /** Makes a second click harmless. */
  readonly key: string;
}

/** Renders whom an operation concerns and what they would read, with the second confirmation. */
export function previewPage(page: AdminPage, preview: BulkPreview, state: PreviewState): Html {
  const { operation } = preview;
  return adminLayout(page, {
    title: page.tell(kindTexts[operation.kind].name),
    back: { href: pathTo(page, "/admin/bulk"), text: page.tell("bulk_title") },
    notice: state.notice,
    content: html`<p class="lead">${page.tell("bulk_concerns", { count: operation.items })}</p>
      ${reachFacts(page, preview)}
      ${operation.items === 0 ? nothing : startForm(page, preview, state.key)}
      ${samples(page, preview)}
      ${days(page, preview, state.places)}`,
  });
}

/** What each status is called. */
const statusTexts: Readonly<Record<VisitStatus, AdminMessageKey>> = {
  booked: "bulk_which_all",
  awaited: "bulk_status_awaited",
  confirmed: "bulk_status_confirmed",
};

function reachFacts(page: AdminPage, preview: BulkPreview): Html {
  const { operation, reach, smsPartsMax, costMicrosMax } = preview;
  const statuses = (operation.filter.statuses ?? []).map((one) => page.tell(statusTexts[one]));
  const row = (label: AdminMessageKey, value: string | number): Html =>
    html`<div><dt>${page.tell(label)}</dt><dd>${value}</dd></div>`;
  const cost = formatMoney(Math.ceil(costMicrosMax / 10_000), "EUR", page.language);
  return html`<dl class="facts">
      ${row("bulk_emails", reach.emails)}
      ${row("bulk_sms", page.tell("bulk_at_most", { count: reach.smsMax }))}
      ${row("bulk_sms_parts", page.tell("bulk_parts_cost", { parts: smsPartsMax, cost }))}
      ${row("bulk_calls", page.tell("bulk_at_most", { count: reach.callsMax }))}
      ${row("bulk_silent", reach.withoutContact)}
      ${rebookingRow(page, preview)}
      ${statuses.length === 0 ? nothing : row("bulk_status", statuses.join(" · "))}
    </dl>`;
}

/** How those who are cancelled come before others, and on which days. */
function rebookingRow(page: AdminPage, { operation: { rebooking } }: BulkPreview): Html | string {
  if (!rebooking) return nothing;
  const { early, reserve, minutes } = rebooking;
  const days = early ?? reserve;
  const hours = page.tell("bulk_rebook_hours", { hours: Math.ceil(minutes / 60) });
  const dates = days
    ? `${dateInWords(page, days.from)} – ${dateInWords(page, days.to)}: ${page.tell(early ? "bulk_way_early" : "bulk_way_held")}`
    : page.tell("bulk_rebook_none_kept");
  return html`<div><dt>${page.tell("bulk_rebook_label")}</dt><dd>${hours}</dd><dd>${dates}</dd></div>`;
}

function startForm(page: AdminPage, { operation }: BulkPreview, key: string): Html {
  const canClose = isClosable(operation.filter) || operation.filter.support === "conflict";
  const freed = freedCapacities.filter((one) => one !== "close" || canClose);
  return html`<form class="card" method="post" action="${pathTo(page, `/admin/bulk/${operation.id}/start`)}">
      <h2>${page.tell("bulk_start_title")}</h2>
      ${hiddenControl("digest", operation.digest)}
      ${hiddenControl("key", key)}
      ${
        operation.kind === "cancel"
          ? selectControl(page, {
              name: "freed",
              label: page.tell("bulk_freed_label"),
              value: freed[0] ?? "",
              isRequired: true,
              options: freed.map((value) => ({ value, label: page.tell(freedTexts[value]) })),
            })
          : nothing
      }
      ${textControl(page, {
        name: "count",
        label: page.tell("bulk_count_label"),
        hint: page.tell("bulk_count_hint"),
        value: "",
        isRequired: true,
        inputmode: "numeric",
        size: "short",
        autocomplete: "off",
      })}
      <div class="actions"><button class="button" type="submit">${page.tell("bulk_start_button")}</button></div>
    </form>`;
}

function samples(page: AdminPage, preview: BulkPreview): Html {
  if (preview.samples.length === 0) return html``;
  return html`<h2>${page.tell("bulk_samples")}</h2>
      ${preview.samples.map(
        (sample) => html`<details>
        <summary>${sample.channel === "email" ? page.tell("email_label") : "SMS"} · ${languageNames[sample.language]}${sample.parts === null ? nothing : html` · ${page.tell("bulk_parts", { parts: sample.parts })}`}</summary>
        ${sample.subject === null ? nothing : html`<p><strong lang="${sample.language}">${sample.subject}</strong></p>`}
        <pre class="said" lang="${sample.language}">${sample.text}</pre>
      </details>`,
      )}`;
}

function days(page: AdminPage, { operation }: BulkPreview, places: Places): Html {
  const all = operation.counts.by_day;
  const left = all.length - daysShownMax;
  return html`<h2>${page.tell("days_title")}</h2>
      <ul class="rows">${all.slice(0, daysShownMax).map(
        (day) => html`<li>
        <h3>${dateInWords(page, day.date)} <span class="rows__where">${siteName(page, places, day.site_id)}</span></h3>
        <p>${page.tell("bulk_count", { count: day.count })}</p>
      </li>`,
      )}</ul>
      ${left > 0 ? html`<p>${page.tell("days_left", { count: left })}</p>` : nothing}`;
}

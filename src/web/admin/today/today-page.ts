/** What is closed at this moment, and the form that closes something at once; made for a thumb. */
import { html } from "hono/html";
import type { UrgentRow } from "../../../bulk/today/urgent-closure.ts";
import { radioControl, selectControl, textControl } from "../../controls.ts";
import { formatTime } from "../../format-time.ts";
import type { FieldError, Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { type Places, resourceName, resourceOptions, siteName, siteOptions } from "../places.ts";
import type { CloseForm } from "./close-form.ts";
import type { Served } from "./served.ts";
import { readyReasons, reasonNames } from "./ready-reasons.ts";

/** What the page shows. */
export interface TodayState {
  readonly running: readonly UrgentRow[];
  readonly places: Places;
  readonly served: readonly Served[];
  readonly form: CloseForm;
  readonly errors: readonly FieldError[];
  readonly notice: Notice | undefined;
}

/** Renders it. */
export function todayPage(page: AdminPage, state: TodayState): Html {
  return adminLayout(page, {
    title: page.tell("today_title"),
    errors: state.errors,
    notice: state.notice,
    content: html`${runningList(page, state)}
      ${closeForm(page, state)}`,
  });
}

function runningList(page: AdminPage, { running, ...names }: TodayState): Html | string {
  if (running.length === 0) return nothing;
  return html`<h2>${page.tell("today_running")}</h2>
      <ul class="rows">${running.map(
        (row) => html`<li>
          <h3><a href="${pathTo(page, `/admin/today/${row.id}`)}">${closureTitle(page, names, row)}</a></h3>
          <p>${say(page, row.reason)}</p>
          ${liftForm(page, row)}
        </li>`,
      )}</ul>`;
}

/** The button that opens again. */
export function liftForm(page: AdminPage, { id }: UrgentRow): Html {
  return html`<form method="post" action="${pathTo(page, `/admin/today/${id}/lift`)}">
        <button class="button button--quiet" type="submit">${page.tell("today_lift")}</button>
      </form>`;
}

/** What is closed until when. */
export function closureTitle(page: AdminPage, names: PlaceNames, row: UrgentRow): string {
  const where = whereOf(page, names, row);
  if (!row.is_suspension) return page.tell("today_closed", { where });
  const time = formatTime(row.ends_at, timeStyle(page, row.time_zone));
  return page.tell("today_suspended", { where, time });
}

/** What sites, resources and services are called. */
export type PlaceNames = Pick<TodayState, "places" | "served">;

function whereOf(page: AdminPage, { places, served }: PlaceNames, row: UrgentRow): string {
  const [resourceId] = row.resource_ids ?? [];
  if (resourceId !== undefined) return resourceName(page, places, resourceId);
  const service = served.find(
    (one) => one.serviceId === row.service_id && one.siteId === row.site_id,
  );
  return service?.name ?? siteName(page, places, row.site_id);
}

function closeForm(page: AdminPage, { places, served, form, errors }: TodayState): Html {
  const errorOf = (field: string): string | undefined =>
    errors.find((error) => error.field === field)?.text;
  const options = [
    { value: "", label: page.tell("choose_place") },
    ...siteOptions(page, places).map((one) => ({ ...one, value: `site:${one.value}` })),
    ...resourceOptions(page, places).map((one) => ({ ...one, value: `resource:${one.value}` })),
    ...served.map((one) => ({
      value: `service:${one.siteId}:${one.serviceId}`,
      label: page.tell("only_service", { name: one.name }),
    })),
  ];
  return html`<h2>${page.tell("today_close")}</h2>
      <form method="post" action="${pathTo(page, "/admin/today")}">
        ${selectControl(page, {
          name: "where",
          label: page.tell("where_label"),
          value: form.where,
          error: errorOf("where"),
          isRequired: true,
          options,
        })}
        ${textControl(page, {
          name: "until",
          label: page.tell("until_when"),
          hint: page.tell("until_hint"),
          value: form.until,
          error: errorOf("until"),
          isRequired: false,
          type: "time",
          size: "short",
        })}
        ${radioControl(page, {
          name: "why",
          label: page.tell("why"),
          value: form.why,
          error: errorOf("why"),
          isRequired: true,
          options: readyReasons.map((value) => ({ value, label: page.tell(reasonNames[value]) })),
        })}
        ${textControl(page, {
          name: "text",
          label: page.tell("own_text"),
          hint: page.tell("own_text_hint"),
          value: form.text,
          error: errorOf("text"),
          isRequired: false,
          maxLength: 200,
        })}
        <button class="button" type="submit">${page.tell("today_see")}</button>
      </form>`;
}

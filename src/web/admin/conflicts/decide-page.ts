import { html } from "hono/html";
import type { AppointmentView } from "../../../appointments/schema.ts";
import type { NextStart } from "../../../slots/availability/availability.ts";
import { radioControl, textControl } from "../../controls.ts";
import { formatDay, formatLongDay, formatTime, type TimeStyle } from "../../format-time.ts";
import { instantOf } from "../../instants.ts";
import { type FieldError, phoneLink } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import type { AdminMessageKey } from "../translate.ts";

/** Reasons that an office has to cancel. */
export const officeReasons = ["office_closed", "staff_missing", "technical", "other"] as const;

const reasonNames: Readonly<Record<(typeof officeReasons)[number], AdminMessageKey>> = {
  office_closed: "cancel_office_closed",
  staff_missing: "cancel_staff_missing",
  technical: "cancel_technical",
  other: "cancel_other",
};

/** What the page shows besides the appointment. */
export interface Deciding {
  /** Free times at the same site, the next first. */
  readonly starts: readonly NextStart[];
  readonly errors: readonly FieldError[];
  /** Why something was refused. */
  readonly refusal: string | undefined;
}

/** Renders an appointment in conflict with everything that can be done about it. */
export function decidePage(
  page: AdminPage,
  appointment: AppointmentView,
  { starts, errors, refusal }: Deciding,
): Html {
  const { site } = appointment;
  const style = timeStyle(page, site.time_zone);
  const at = instantOf(appointment.starts_at);
  const own = pathTo(page, `/admin/conflicts/${appointment.id}`);
  return adminLayout(page, {
    title: `${formatLongDay(at, style)}, ${formatTime(at, style)}`,
    back: { href: pathTo(page, "/admin/conflicts"), text: page.tell("conflicts_title") },
    errors,
    notice: refusal === undefined ? undefined : { kind: "alert", title: refusal },
    content: html`${facts(page, appointment)}
      ${moveForm(page, own, { starts, style, error: errorOf(errors, "start") })}
      ${callForm(page, own)}
      ${keepForm(page, own, errorOf(errors, "keep_reason"))}
      ${cancelForm(page, own, errorOf(errors, "cancel_reason"))}`,
  });
}

/** Renders that nothing has to be decided any more. */
export function decidedPage(page: AdminPage): Html {
  return adminLayout(page, {
    title: page.tell("decided_title"),
    back: { href: pathTo(page, "/admin/conflicts"), text: page.tell("conflicts_title") },
    content: html`<p class="lead">${page.tell("decided_text")}</p>`,
  });
}

function facts(page: AdminPage, appointment: AppointmentView): Html {
  const { booker } = appointment;
  const row = (label: AdminMessageKey, value: Html | string | number): Html =>
    html`<div><dt>${page.tell(label)}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
      ${row("where_label", say(page, appointment.site.name))}
      ${row("service_label", html`${appointment.legs.map((leg, i) => html`${i > 0 ? ", " : nothing}${say(page, leg.service.name)}`)}`)}
      ${row("reference_label", appointment.reference)}
      ${row("persons_label", appointment.party_size)}
      ${row("name_label", booker?.name ?? page.tell("erased"))}
      ${booker?.phone ? row("phone_label", phoneLink(booker.phone)) : nothing}
      ${booker?.email ? row("email_label", html`<a href="mailto:${booker.email}">${booker.email}</a>`) : nothing}
      ${booker && !booker.phone && !booker.email ? row("contact_label", html`<strong>${page.tell("no_contact")}</strong>`) : nothing}
    </dl>`;
}

function moveForm(
  page: AdminPage,
  own: string,
  {
    starts,
    style,
    error,
  }: { starts: readonly NextStart[]; style: TimeStyle; error: string | undefined },
): Html {
  return html`<h2>${page.tell("move_title")}</h2>
      ${
        starts.length === 0
          ? html`<p>${page.tell("no_times")}</p>`
          : html`<form method="post" novalidate action="${own}/move">
        ${radioControl(page, {
          name: "start",
          label: page.tell("new_time_label"),
          value: nothing,
          isRequired: true,
          error,
          options: starts.map((start) => ({
            value: start.starts_at.toISOString(),
            label: `${formatDay(start.starts_at, style)}, ${formatTime(start.starts_at, style)}`,
          })),
        })}
        <div class="actions"><button class="button" type="submit">${page.tell("move_button")}</button></div>
      </form>`
      }`;
}

function callForm(page: AdminPage, own: string): Html {
  return html`<h2>${page.tell("call_title")}</h2>
      <form method="post" action="${own}/call">
        <p>${page.tell("call_text")}</p>
        <div class="actions"><button class="button button--quiet" type="submit">${page.tell("call_button")}</button></div>
      </form>`;
}

function keepForm(page: AdminPage, own: string, error: string | undefined): Html {
  return html`<h2>${page.tell("keep_title")}</h2>
      <form method="post" novalidate action="${own}/keep">
        ${textControl(page, {
          name: "keep_reason",
          label: page.tell("keep_reason_label"),
          hint: page.tell("keep_hint"),
          value: nothing,
          isRequired: true,
          error,
          maxLength: 300,
        })}
        <div class="actions"><button class="button button--quiet" type="submit">${page.tell("keep_button")}</button></div>
      </form>`;
}

function cancelForm(page: AdminPage, own: string, error: string | undefined): Html {
  return html`<h2>${page.tell("cancel_title")}</h2>
      <form method="post" novalidate action="${own}/cancel">
        ${radioControl(page, {
          name: "cancel_reason",
          label: page.tell("cancel_reason_label"),
          value: nothing,
          isRequired: true,
          error,
          options: officeReasons.map((reason) => ({
            value: reason,
            label: page.tell(reasonNames[reason]),
          })),
        })}
        <div class="actions"><button class="button button--bad" type="submit">${page.tell("cancel_button")}</button></div>
      </form>`;
}

function errorOf(errors: readonly FieldError[], field: string): string | undefined {
  return errors.find((error) => error.field === field)?.text;
}

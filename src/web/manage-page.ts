/** One's own appointment: what it is, and the ways to move or cancel it. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import type { OwnClosure } from "../bulk/today/own-closure.ts";
import type { Presence } from "../reminders/presence/get-presence.ts";
import { systemNow } from "../time/clock.ts";
import { formatLongDay, formatTime } from "./format-time.ts";
import { instantOf } from "./instants.ts";
import { layout, type Notice, phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo, say, sayPlain, timeStyle } from "./page.ts";
import { spellReference } from "./spelling.ts";
import { peopleText } from "./summary-page.ts";
import { bringChecklist, factLine, payList, type Visit, visitLines } from "./visit-facts.ts";

/** What a page about one's appointment knows besides the appointment. */
export interface ManageState {
  readonly notice: Notice | undefined;
  /** Whether the citizen is asked to say that he comes, and did. */
  readonly presence: Presence | undefined;
  /** Whether the citizen can wait for an earlier time. */
  readonly mayExchange: boolean;
  /** What was closed at once, so that something has to be chosen. */
  readonly closure: OwnClosure | undefined;
  /** The suspension that the citizen waits out, and keeps his place. */
  readonly wait: OwnClosure["closure"] | undefined;
}

/** Renders the appointment with what can still be done. */
export function managePage(page: Page, appointment: AppointmentView, state: ManageState): Html {
  const { t } = page;
  const { presence, mayExchange } = state;
  const noun = nounOf(appointment);
  return layout(page, {
    title: t("manage_title", { noun }),
    notice: noticeOf(page, appointment, state),
    content: html`<dl class="facts">
        ${factLine(t("reference_label", { noun }), [
          html`<strong>${appointment.reference}</strong>`,
          html`<span class="muted">${spellReference(appointment.reference, page.language)}</span>`,
        ])}
        ${factLine(t("status_label"), [statusText(page, appointment)])}
        ${visitLines(page, visitOf(appointment))}
        ${appointment.booker ? factLine(t("booker_label"), [appointment.booker.name]) : nothing}
      </dl>
      ${appointment.status === "booked" ? presenceNote(page, presence) : nothing}
      ${appointment.status === "booked" ? openParts(page, appointment) : closedParts(page)}
      ${mayExchange ? html`<p class="no-print"><a href="${pathTo(page, "/waitlist/exchange")}">${t("waitlist_exchange_title")}</a></p>` : nothing}
      <form class="no-print" method="post" action="${pathTo(page, "/manage/leave")}">
        <h2>${t("leave_title")}</h2>
        <p>${t("leave_text")}</p>
        <button class="button button--quiet" type="submit">${t("leave_button")}</button>
      </form>`,
  });
}

/** The appointment as the shared lines show it. */
export function visitOf(appointment: AppointmentView): Visit {
  return {
    serviceNames: appointment.legs.map((leg) => leg.service.name),
    site: appointment.site,
    startsAt: instantOf(appointment.starts_at),
    endsAt: instantOf(appointment.ends_at),
    partySize: appointment.participants.filter((person) => !person.cancelled_at).length,
    validUntil: appointment.valid_until === null ? null : instantOf(appointment.valid_until),
  };
}

/** What the visit is called: pools and landfills take bookings. */
export function nounOf(appointment: AppointmentView): string {
  return appointment.legs[0]?.service.noun ?? "appointment";
}

/** What to bring and what to pay, as they apply to this appointment. */
export function bringAndPayOf(page: Page, appointment: AppointmentView): Html {
  const partySize = appointment.participants.length;
  return html`${bringChecklist(
    page,
    appointment.documents.map(({ label, participants }) => ({
      label,
      people: peopleText(page, partySize, participants),
    })),
  )}
      ${payList(
        page,
        appointment.fees.map(({ label, amount_cents, currency, quantity }) => ({
          label,
          amountCents: amount_cents,
          currency,
          quantity,
        })),
      )}`;
}

/** Whether the citizen can still cancel online. */
export function canCancel(appointment: AppointmentView): boolean {
  return isOpenUntil(appointment, appointment.can_cancel_until);
}

/** Whether the citizen can still move it online. */
export function canMove(appointment: AppointmentView): boolean {
  return isOpenUntil(appointment, appointment.can_change_until);
}

function isOpenUntil(appointment: AppointmentView, until: string): boolean {
  return appointment.status === "booked" && systemNow() < instantOf(until);
}

function openParts(page: Page, appointment: AppointmentView): Html {
  const { t } = page;
  return html`${bringAndPayOf(page, appointment)}
      <div class="actions no-print">
        ${canMove(appointment) ? html`<a class="button" href="${pathTo(page, "/manage/move")}">${t("move_button")}</a>` : nothing}
        ${canCancel(appointment) ? html`<a class="button button--quiet" href="${pathTo(page, "/manage/cancel")}">${t("cancel_button")}</a>` : nothing}
        <a class="button button--quiet" href="${pathTo(page, "/manage/calendar.ics")}">${t("calendar_button")}</a>
      </div>
      <p class="no-print"><a href="${pathTo(page, "/manage/reminders")}">${t("reminders_title")}</a></p>
      ${limitNote(page, appointment)}
      ${peopleList(page, appointment)}`;
}

function presenceNote(page: Page, presence: Presence | undefined): Html | string {
  const { t } = page;
  if (!presence) return nothing;
  if (presence.confirmedAt !== null)
    return html`<div class="hint-box"><p>${t("presence_confirmed")}</p></div>`;
  return html`<div class="hint-box no-print"><p>${t("presence_text")}</p>
        <p><a class="button" href="${pathTo(page, "/manage/confirm")}">${t("presence_link")}</a></p></div>`;
}

function limitNote(page: Page, appointment: AppointmentView): Html {
  const { t } = page;
  const { phone } = page.tenant.contact;
  if (!canMove(appointment) && !canCancel(appointment)) {
    return html`<div class="hint-box"><p>${t("too_late_text")} ${phone ? phoneLink(phone) : nothing}</p></div>`;
  }
  if (!canCancel(appointment))
    return html`<p class="muted">${t("cancel_too_late_text")} ${phone ? phoneLink(phone) : nothing}</p>`;
  const until = instantOf(appointment.can_cancel_until);
  const style = timeStyle(page, appointment.site.time_zone);
  return html`<p class="muted">${t("cancel_until", { day: formatLongDay(until, style), time: formatTime(until, style) })}</p>`;
}

function peopleList(page: Page, appointment: AppointmentView): Html | string {
  const { t } = page;
  if (appointment.participants.length < 2) return nothing;
  const remaining = appointment.participants.filter((person) => !person.cancelled_at).length;
  return html`<h2>${t("people_title")}</h2>
      <dl class="facts">${appointment.participants.map((person) => {
        const canGo = !person.cancelled_at && remaining > 1 && canCancel(appointment);
        const cancelHref = pathTo(page, `/manage/cancel?participant=${person.id}`);
        return factLine(t("person_number", { number: person.position }), [
          person.name ?? t("name_not_given"),
          ...(person.cancelled_at
            ? [html`<span class="muted">${t("person_cancelled")}</span>`]
            : []),
          ...(canGo
            ? [html`<a href="${cancelHref}">${t("person_cancel", { number: person.position })}</a>`]
            : []),
        ]);
      })}</dl>`;
}

function closedParts(page: Page): Html {
  return html`<p class="no-print"><a class="button" href="${pathTo(page, "/")}">${page.t("book_again")}</a></p>`;
}

function statusText(page: Page, appointment: AppointmentView): Html | string {
  switch (appointment.status) {
    case "booked":
      return page.t(appointment.support === "conflict" ? "status_conflict" : "status_booked");
    case "closed":
      return page.t("status_closed");
    case "cancelled":
      return page.t(
        appointment.cancelled?.by === "citizen"
          ? "status_cancelled_citizen"
          : "status_cancelled_office",
      );
  }
}

function noticeOf(
  page: Page,
  appointment: AppointmentView,
  { notice, closure, wait }: ManageState,
): Notice | undefined {
  if (notice) return notice;
  if (closure) return closureNotice(page, appointment, closure);
  return wait ? waitNotice(page, wait) : stateNotice(page, appointment);
}

/** Above everything else: what is closed, why, and the way to the choice. */
function closureNotice(page: Page, appointment: AppointmentView, { closure }: OwnClosure): Notice {
  return {
    kind: "alert",
    title: closedTitle(page, appointment, closure),
    body: html`<p>${say(page, closure.reason)}</p>
        <p><a class="button" href="${pathTo(page, "/manage/urgent")}">${page.t("urgent_link")}</a></p>`,
  };
}

/** What is closed until when, by name where it is a service of the visit. */
export function closedTitle(
  page: Page,
  { legs }: Pick<AppointmentView, "legs">,
  closure: OwnClosure["closure"],
): string {
  const { t } = page;
  const time = formatTime(closure.ends_at, timeStyle(page, closure.time_zone));
  const leg = legs.find(({ service }) => service.id === closure.service_id);
  if (!leg) {
    return closure.is_suspension ? t("urgent_suspended", { time }) : t("urgent_closed");
  }
  const what = sayPlain(page, leg.service.name);
  return closure.is_suspension
    ? t("urgent_suspended_service", { what, time })
    : t("urgent_closed_service", { what });
}

/** From when on to come, for whoever keeps his place. */
function waitNotice(page: Page, wait: OwnClosure["closure"]): Notice {
  const time = formatTime(wait.ends_at, timeStyle(page, wait.time_zone));
  return {
    kind: "status",
    title: page.t("urgent_kept_title", { time }),
    body: html`<p>${say(page, wait.reason)}</p>
        <p>${page.t("urgent_kept_text", { time })}</p>`,
  };
}

function stateNotice(page: Page, appointment: AppointmentView): Notice | undefined {
  if (appointment.status !== "booked" || appointment.support !== "conflict") return undefined;
  return { kind: "alert", title: page.t("conflict_title"), body: page.t("conflict_text") };
}

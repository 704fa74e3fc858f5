/** What to do instead, when something was closed at once: wait, later today, another day, cancel. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import type { OwnClosure } from "../bulk/today/own-closure.ts";
import { hiddenControl, radioControl } from "./controls.ts";
import { formatTime } from "./format-time.ts";
import { type FieldError, layout, type Notice, phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { closedTitle, nounOf, visitOf } from "./manage-page.ts";
import { type Page, pathTo, say, timeStyle } from "./page.ts";
import { visitLines } from "./visit-facts.ts";

/** How the form was opened. */
export interface UrgentForm {
  /** Makes a second click harmless. */
  readonly key: string;
  /** Whether what was chosen before was gone. */
  readonly isRefused: boolean;
  /** Whether no time was chosen. */
  readonly isMissing: boolean;
}

/** Renders why the time is gone and what can be chosen instead. */
export function urgentPage(
  page: Page,
  appointment: AppointmentView,
  { own, form }: { readonly own: OwnClosure; readonly form: UrgentForm },
): Html {
  const { t } = page;
  const { phone } = page.tenant.contact;
  const errors: FieldError[] = form.isMissing
    ? [{ field: "start", text: t("urgent_missing") }]
    : [];
  return layout(page, {
    title: t("urgent_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: t("back_to_manage", { noun: nounOf(appointment) }),
    },
    errors,
    notice: noticeOf(page, appointment, { own, form }),
    content: html`<dl class="facts">${visitLines(page, visitOf(appointment))}</dl>
      ${own.canWait ? waitForm(page, own, form) : nothing}
      ${laterForm(page, own, form)}
      <h2>${t("urgent_other_title")}</h2>
      <p><a class="button" href="${pathTo(page, "/manage/move")}">${t("urgent_other_link")}</a></p>
      <h2>${t("urgent_cancel_title")}</h2>
      <p><a class="button button--quiet" href="${pathTo(page, "/manage/cancel")}">${t("urgent_cancel_link")}</a></p>
      ${phone ? html`<p class="muted">${t("problem_call")} ${phoneLink(phone)}</p>` : nothing}`,
  });
}

/** What is closed and why; above it, that what was chosen is gone. */
function noticeOf(
  page: Page,
  appointment: AppointmentView,
  { own, form: { isRefused } }: { readonly own: OwnClosure; readonly form: UrgentForm },
): Notice {
  const { t } = page;
  const why = html`<p>${say(page, own.closure.reason)}</p>`;
  if (!isRefused)
    return { kind: "alert", title: closedTitle(page, appointment, own.closure), body: why };
  return {
    kind: "alert",
    title: t("urgent_refused_title"),
    body: html`<p>${t("urgent_refused_text")}</p>`,
  };
}

function reopening(page: Page, closure: OwnClosure["closure"]): string {
  return formatTime(closure.ends_at, timeStyle(page, closure.time_zone));
}

function waitForm(page: Page, { closure }: OwnClosure, { key }: UrgentForm): Html {
  const { t } = page;
  return html`<h2>${t("urgent_wait_title")}</h2>
      <form method="post" action="${pathTo(page, "/manage/urgent")}">
        <p>${t("urgent_wait_text", { time: reopening(page, closure) })}</p>
        ${hiddenControl("choice", "wait")}
        ${hiddenControl("key", key)}
        <button class="button" type="submit">${t("urgent_wait_button")}</button>
      </form>`;
}

function laterForm(page: Page, { laterToday, closure }: OwnClosure, form: UrgentForm): Html {
  const { t } = page;
  const style = timeStyle(page, closure.time_zone);
  if (laterToday.length === 0) {
    return html`<h2>${t("urgent_later_title")}</h2>
      <p>${t("urgent_later_none")}</p>`;
  }
  return html`<h2>${t("urgent_later_title")}</h2>
      <form method="post" action="${pathTo(page, "/manage/urgent")}">
        ${hiddenControl("choice", "later_today")}
        ${hiddenControl("key", `later-${form.key}`)}
        ${radioControl(page, {
          name: "start",
          label: t("urgent_later_label"),
          value: "",
          error: form.isMissing ? t("urgent_missing") : undefined,
          isRequired: true,
          options: laterToday.map((start) => ({
            value: start.starts_at.toISOString(),
            label: t("at_time", { time: formatTime(start.starts_at, style) }),
          })),
        })}
        <button class="button" type="submit">${t("urgent_later_button")}</button>
      </form>`;
}

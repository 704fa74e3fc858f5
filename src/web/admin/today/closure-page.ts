/** One urgent closure: whom it hits before it starts, and how far those concerned are afterwards. */
import { html } from "hono/html";
import type { UrgentView } from "../../../bulk/today/get-urgent-closure.ts";
import { confirmAbove, type UrgentRow } from "../../../bulk/today/urgent-closure.ts";
import { hiddenControl, textControl } from "../../controls.ts";
import { formatTime } from "../../format-time.ts";
import type { Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say } from "../../page.ts";
import { factLine } from "../../visit-facts.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { closureTitle, liftForm, type PlaceNames } from "./today-page.ts";

/** What a page of one closure knows besides it. */
export interface ClosureState {
  readonly names: PlaceNames;
  readonly notice: Notice | undefined;
  /** What people who have to choose are told, in the language of the page. */
  readonly text: string;
}

/** Renders it. */
export function closurePage(
  page: AdminPage,
  { closure, progress }: UrgentView,
  { names, notice, text }: ClosureState,
): Html {
  const { tell } = page;
  const isPreview = closure.status === "previewed";
  return adminLayout(page, {
    title: closureTitle(page, names, closure),
    back: { href: pathTo(page, "/admin/today"), text: tell("today_title") },
    notice: notice ?? stateNotice(page, closure),
    content: html`<p class="lead">${say(page, closure.reason)}</p>
      <dl class="facts">${numberLines(page, closure)}</dl>
      ${isPreview ? html`<h2>${tell("today_told")}</h2><p class="card">${text}</p>` : nothing}
      ${isPreview && !closure.is_expired ? startForm(page, closure) : nothing}
      ${isPreview ? nothing : progressPart(page, { closure, progress })}
      ${closure.status === "active" && !closure.is_over ? liftForm(page, closure) : nothing}`,
  });
}

function stateNotice(page: AdminPage, closure: UrgentRow): Notice | undefined {
  if (closure.status === "previewed") {
    const title = closure.is_expired ? "today_too_old" : "today_not_yet";
    return { kind: "status", title: page.tell(title) };
  }
  if (closure.status === "lifted") return { kind: "status", title: page.tell("today_lifted") };
  return closure.is_over ? { kind: "status", title: page.tell("today_over") } : undefined;
}

function numberLines(page: AdminPage, { numbers, is_suspension: isSuspension }: UrgentRow): Html {
  const { tell } = page;
  const { reach } = numbers;
  const line = (name: string, count: number): Html =>
    factLine(name, [html`<strong>${count}</strong>`]);
  return html`${line(tell("today_lost"), numbers.lost)}
        ${isSuspension ? line(tell("today_kept"), numbers.kept) : nothing}
        ${numbers.moved > 0 ? line(tell("today_moved"), numbers.moved) : nothing}
        ${line(tell("today_by_sms"), reach.sms)}
        ${line(tell("today_by_email"), reach.email)}
        ${line(tell("today_by_phone"), reach.phone + reach.nobody)}`;
}

function lastsText(
  { tell, ...page }: AdminPage,
  { is_suspension: isSuspension, ends_at: endsAt, time_zone: zone }: UrgentRow,
): string {
  if (!isSuspension) return tell("today_start_hint_day");
  return tell("today_start_hint", {
    time: formatTime(endsAt, { locale: page.locale, timeZone: zone }),
  });
}

function startForm(page: AdminPage, closure: UrgentRow): Html {
  const { tell } = page;
  const { id, digest, numbers } = closure;
  const told = numbers.kept + numbers.lost;
  return html`<form method="post" action="${pathTo(page, `/admin/today/${id}/start`)}">
        ${hiddenControl("digest", digest)}
        ${
          told > confirmAbove
            ? textControl(page, {
                name: "count",
                label: tell("today_count", { count: told }),
                value: "",
                isRequired: true,
                inputmode: "numeric",
                size: "short",
              })
            : nothing
        }
        <p class="muted">${lastsText(page, closure)}</p>
        <button class="button button--bad" type="submit">${tell("today_start")}</button>
      </form>`;
}

function progressPart(page: AdminPage, { closure, progress }: UrgentView): Html {
  const { tell } = page;
  const line = (name: string, count: number): Html =>
    factLine(name, [html`<strong>${count}</strong>`]);
  const callsHref = pathTo(page, `/admin/today/${closure.id}/calls`);
  return html`<h2>${tell("today_progress")}</h2>
      <dl class="facts">
        ${line(tell("today_undecided"), progress.undecided)}
        ${line(tell("today_waiting"), progress.waiting)}
        ${line(tell("today_moved_away"), progress.moved_away)}
        ${line(tell("today_cancelled"), progress.cancelled)}
      </dl>
      <p><a href="${callsHref}">${tell("today_calls")}</a></p>`;
}

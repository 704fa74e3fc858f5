/** The calls to be made: how many, of which operation, and the button that gives an operator the next one. */
import { html } from "hono/html";
import type { TaskCount, TaskRow } from "../../../messages/phone-tasks/queries.ts";
import type { OfferCallRow } from "../../../waitlist/calls/queries.ts";
import { hiddenControl, selectControl } from "../../controls.ts";
import { formatDay, formatShortDay, formatTime } from "../../format-time.ts";
import { languageNames, type Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { kindTexts } from "../bulk/new-page.ts";
import { causeNames, kindNames } from "./words.ts";

/** What the page shows. */
export interface CallsShown {
  /** The operation that it is narrowed to; empty for none. */
  readonly operation: string;
  readonly counts: readonly TaskCount[];
  readonly tasks: readonly TaskRow[];
  readonly offers: readonly OfferCallRow[];
  readonly notice: Notice | undefined;
}

/** One line of the list. */
interface Entry {
  readonly path: string;
  readonly name: string;
  readonly facts: readonly string[];
  readonly state: "free" | "own" | "taken";
  readonly isUrgent: boolean;
  /** Epoch ms. */
  readonly by: number;
}

/** Renders it. */
export function callsPage(page: AdminPage, shown: CallsShown): Html {
  const { tell } = page;
  const { counts, operation, offers } = shown;
  const ofTasks = counts
    .filter((one) => operation === "" || one.operation_id === operation)
    .reduce((sum, one) => sum + one.calls, 0);
  const entries = entriesOf(page, shown);
  const own = entries.filter(({ state }) => state === "own");
  const others = entries.filter(({ state }) => state !== "own");
  const hasFree = entries.some(({ state }) => state === "free");
  return adminLayout(page, {
    title: tell("calls_title"),
    notice: shown.notice,
    content: html`<p class="lead">${tell("calls_about")}</p>
      <p><strong>${tell("calls_count", { count: ofTasks + offers.length })}</strong></p>
      ${hasFree ? nextForm(page, operation) : nothing}
      ${filterForm(page, shown)}
      ${entryList(page, operation, { title: tell("calls_your_own"), entries: own })}
      ${entryList(page, operation, { title: tell("calls_coming"), entries: others })}`,
  });
}

function nextForm(page: AdminPage, operation: string): Html {
  return html`<form class="call__form" method="post" action="${pathTo(page, "/admin/calls/next")}">
        ${hiddenControl("operation", operation)}
        <div class="actions"><button class="button" type="submit">${page.tell("calls_next")}</button></div>
      </form>`;
}

function filterForm(page: AdminPage, { counts, operation }: CallsShown): Html | string {
  const style = timeStyle(page, page.tenant.timeZone);
  const options = counts.flatMap(({ operation_id: id, kind, started_at: at, calls: count }) =>
    id && kind && at
      ? [
          {
            value: id,
            label: page.tell("calls_operation", {
              kind: page.tell(kindTexts[kind].name),
              when: `${formatShortDay(at, style)} ${formatTime(at, style)}`,
              count,
            }),
          },
        ]
      : [],
  );
  if (options.length === 0) return nothing;
  return html`<form class="call__form" method="get" action="${pathTo(page, "/admin/calls")}">
        ${selectControl(page, {
          name: "operation",
          label: page.tell("calls_filter"),
          value: operation,
          isRequired: true,
          options: [{ value: "", label: page.tell("calls_filter_all") }, ...options],
        })}
        <div class="actions"><button class="button button--quiet" type="submit">${page.tell("calls_filter_button")}</button></div>
      </form>`;
}

function entryList(
  page: AdminPage,
  operation: string,
  { title, entries }: { readonly title: string; readonly entries: readonly Entry[] },
): Html | string {
  if (entries.length === 0) return nothing;
  return html`<h2>${title}</h2>
      <ul class="rows">${entries.map(
        (entry) => html`<li>
          <h3>${entry.name}</h3>
          <p>${entry.isUrgent ? html`<strong>${page.tell("calls_urgent")}</strong> · ` : nothing}${entry.facts.join(" · ")}</p>
          ${entryAction(page, operation, entry)}
        </li>`,
      )}</ul>`;
}

function entryAction(page: AdminPage, operation: string, { path, name, state }: Entry): Html {
  const query = operation === "" ? "" : `?operation=${operation}`;
  switch (state) {
    case "own":
      return html`<p><a href="${pathTo(page, `${path}${query}`)}">${page.tell("calls_go_on")}<span class="unseen">: ${name}</span></a></p>`;
    case "taken":
      return html`<p class="muted">${page.tell("calls_taken")}</p>`;
    case "free":
      return html`<form method="post" action="${pathTo(page, `${path}/take`)}">
            ${hiddenControl("operation", operation)}
            <button class="button button--quiet button--small" type="submit">${page.tell("calls_take")}<span class="unseen">: ${name}</span></button>
          </form>`;
  }
}

/** Urgent ones first, then by the visit, or by when an offer must be answered. */
function entriesOf(page: AdminPage, shown: CallsShown): Entry[] {
  const all = [
    ...shown.tasks.map((task) => taskEntry(page, task)),
    ...shown.offers.map((offer) => offerEntry(page, offer)),
  ];
  return all.toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.by - b.by);
}

function taskEntry(page: AdminPage, task: TaskRow): Entry {
  const style = timeStyle(page, task.time_zone);
  const isOwn = task.leased_by === page.staff?.keyId;
  return {
    path: `/admin/calls/task/${task.id}`,
    name: `${formatDay(task.visit_at, style)}, ${formatTime(task.visit_at, style)} · ${task.reference}`,
    facts: [
      page.tell(kindNames[task.kind]),
      page.tell(causeNames[task.cause]),
      languageNames[task.language],
      ...triedText(page, task.calls),
    ],
    state: task.is_free ? "free" : isOwn ? "own" : "taken",
    isUrgent: task.is_urgent,
    by: task.visit_at.getTime(),
  };
}

function offerEntry(page: AdminPage, offer: OfferCallRow): Entry {
  const style = timeStyle(page, offer.time_zone);
  const { answer_by: answerBy } = offer;
  const until = `${formatDay(answerBy, style)}, ${formatTime(answerBy, style)}`;
  const isOwn = offer.called_by === page.staff?.keyId;
  return {
    path: `/admin/calls/offer/${offer.id}`,
    name: `${formatDay(offer.starts_at, style)}, ${formatTime(offer.starts_at, style)} · ${page.tell(kindNames.waitlist_offer)}`,
    facts: [
      page.tell("calls_answer_by", { when: until }),
      languageNames[offer.language],
      ...triedText(page, offer.calls),
    ],
    state: offer.is_free ? "free" : isOwn ? "own" : "taken",
    isUrgent: false,
    by: answerBy.getTime(),
  };
}

function triedText(page: AdminPage, count: number): string[] {
  return count === 0 ? [] : [page.tell("calls_tried", { count })];
}

/** One call that an operator has: whom to call, what to say, and what came of it. */
import { html } from "hono/html";
import type { Language } from "../../../context.ts";
import type { CallNote } from "../../../reminders/phone/call-notes.ts";
import type { SpokenText } from "../../../reminders/writing/spoken-text.ts";
import type { NextStart } from "../../../slots/availability/availability.ts";
import {
  hiddenControl,
  radioControl,
  selectControl,
  textareaControl,
  textControl,
} from "../../controls.ts";
import { formatDay, formatTime, type TimeStyle } from "../../format-time.ts";
import { type FieldError, languageNames, type Notice, phoneLink } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import { factLine } from "../../visit-facts.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { noteLengthMax } from "../../../reminders/phone/call-note.ts";
import { type Answer, answerNames } from "./answers.ts";
import type { CallForm } from "./call-form.ts";
import { outcomeNames } from "./words.ts";

/** A call, whatever it is about. */
export interface CallShown {
  /** Of the call's own page, below the administration's address. */
  readonly path: string;
  readonly operation: string;
  /** Null once erased. */
  readonly name: string | null;
  readonly phone: string | null;
  readonly language: Language;
  readonly zone: string;
  readonly leasedUntil: Date | null;
  /** Lines about the visit, in the language of the page. */
  readonly facts: Html;
  readonly spoken: SpokenText | undefined;
  readonly notes: readonly CallNote[];
  readonly allowed: readonly Answer[];
  /** Free times that the visit can have instead. */
  readonly starts: readonly NextStart[];
  /** First day of them, as it was asked for. */
  readonly from: string;
  /** When what was closed opens again; for who waits. */
  readonly opensAt: Date | undefined;
  /** Today on the site's calendar. */
  readonly today: string;
}

/** How the form stands. */
export interface CallFormState {
  readonly form: CallForm;
  readonly errors: readonly FieldError[];
  readonly notice: Notice | undefined;
}

/** Renders it. */
export function callPage(page: AdminPage, call: CallShown, state: CallFormState): Html {
  const { tell } = page;
  const style = timeStyle(page, call.zone);
  return adminLayout(page, {
    title: call.name ?? tell("erased"),
    back: {
      href: pathTo(page, `/admin/calls${operationQuery(call)}`),
      text: tell("calls_title"),
    },
    errors: state.errors,
    notice: state.notice,
    content: html`<p class="call__number">${call.phone ? phoneLink(call.phone) : tell("calls_no_phone")}</p>
      ${leaseLine(page, call, style)}
      <dl class="facts">
        ${factLine(tell("calls_language"), [html`<strong lang="${call.language}">${languageNames[call.language]}</strong>`])}
        ${call.facts}
      </dl>
      ${
        call.spoken
          ? html`<h2>${tell("calls_say")}</h2>
      <div class="card call__words" lang="${call.spoken.language}">${call.spoken.text}</div>`
          : nothing
      }
      ${notesPart(page, call, style)}
      ${call.allowed.includes("move") ? fromForm(page, call) : nothing}
      ${outcomeForm(page, call, state)}`,
  });
}

function operationQuery({ operation }: Pick<CallShown, "operation">): string {
  return operation === "" ? "" : `?operation=${operation}`;
}

function leaseLine(page: AdminPage, { path, leasedUntil, operation }: CallShown, style: TimeStyle) {
  const { tell } = page;
  const button = (action: string, text: string): Html => html`<form method="post" action="${pathTo(
    page,
    `${path}/${action}`,
  )}">${hiddenControl("operation", operation)}
          <button class="button button--quiet button--small" type="submit">${text}</button>
        </form>`;
  return html`${leasedUntil ? html`<p>${tell("calls_until", { time: formatTime(leasedUntil, style) })}</p>` : nothing}
      <div class="call__lease">
        ${button("take", tell("calls_longer"))}
        ${button("return", tell("calls_give_back"))}
      </div>`;
}

function notesPart(page: AdminPage, { notes }: CallShown, style: TimeStyle): Html | string {
  if (notes.length === 0) return nothing;
  return html`<h2>${page.tell("calls_notes")}</h2>
      <ul class="rows">${notes.map(
        ({ at, outcome, note }) => html`<li>
          <p>${formatDay(at, style)}, ${formatTime(at, style)}: ${page.tell(outcomeNames[outcome])}</p>
          <p>${note}</p>
        </li>`,
      )}</ul>`;
}

/** Looks for times from another day on; reads only. */
function fromForm(page: AdminPage, call: CallShown): Html {
  return html`<form class="call__form" method="get" action="${pathTo(page, call.path)}">
        ${call.operation === "" ? nothing : hiddenControl("operation", call.operation)}
        ${textControl(page, {
          name: "from",
          label: page.tell("calls_from_label"),
          value: call.from,
          isRequired: false,
          type: "date",
          size: "medium",
        })}
        <div class="actions"><button class="button button--quiet" type="submit">${page.tell("calls_from_button")}</button></div>
      </form>`;
}

function outcomeForm(page: AdminPage, call: CallShown, { form, errors }: CallFormState): Html {
  const { tell } = page;
  const style = timeStyle(page, call.zone);
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.text;
  const time = call.opensAt ? formatTime(call.opensAt, style) : "";
  const isAgain =
    call.path.startsWith("/admin/calls/task/") && call.allowed.includes("not_reached");
  return html`<form class="call__form" method="post" novalidate action="${pathTo(page, call.path)}">
        ${hiddenControl("operation", call.operation)}
        ${hiddenControl("from", call.from)}
        ${radioControl(page, {
          name: "answer",
          label: tell("calls_outcome"),
          value: form.answer,
          error: errorOf("answer"),
          isRequired: true,
          isLarge: true,
          options: call.allowed.map((value) => ({
            value,
            label: tell(answerNames[value], { time }),
          })),
        })}
        ${call.allowed.includes("move") ? startControl(page, call, { form, error: errorOf("start") }) : nothing}
        ${isAgain ? againControls(page, call, { form, error: errorOf("again_at") }) : nothing}
        ${textareaControl(page, {
          name: "note",
          label: tell("calls_note"),
          hint: tell("calls_note_hint"),
          value: form.note,
          error: errorOf("note"),
          isRequired: false,
          maxLength: noteLengthMax,
        })}
        <div class="actions"><button class="button" type="submit">${tell("calls_save")}</button></div>
      </form>`;
}

interface Shown {
  readonly form: CallForm;
  readonly error: string | undefined;
}

function startControl(page: AdminPage, { starts, zone }: CallShown, { form, error }: Shown): Html {
  const style = timeStyle(page, zone);
  return selectControl(page, {
    name: "start",
    label: page.tell("calls_new_time"),
    hint: page.tell("calls_new_time_hint"),
    value: form.start,
    error,
    isRequired: false,
    options: [
      { value: "", label: page.tell("choose") },
      ...starts.map(({ starts_at: at }) => ({
        value: at.toISOString(),
        label: `${formatDay(at, style)}, ${formatTime(at, style)}`,
      })),
    ],
  });
}

function againControls(page: AdminPage, { today }: CallShown, { form, error }: Shown): Html {
  const { tell } = page;
  return html`<div class="pair">
          ${textControl(page, {
            name: "again_on",
            label: tell("calls_again_on"),
            value: form.againOn === "" ? today : form.againOn,
            isRequired: false,
            type: "date",
            size: "medium",
          })}
          ${textControl(page, {
            name: "again_at",
            label: tell("calls_again_at"),
            value: form.againAt,
            error,
            isRequired: false,
            type: "time",
            size: "short",
          })}
        </div>
        <p class="hint pair__hint">${tell("calls_again_hint")}</p>`;
}

import { html } from "hono/html";
import type { Opening } from "../../../scheduling/openings/opening.ts";
import { hiddenControl, selectControl, textControl } from "../../controls.ts";
import type { FieldError } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { type Places, resourceName, resourceOptions, siteOptions } from "../places.ts";
import type { AdminMessageKey } from "../translate.ts";
import { openingName } from "./change-words.ts";
import { type ChangeForm, type FormKind, formKinds } from "./change-form.ts";

/** What each form is called and what it is for. */
const formTexts: Readonly<Record<FormKind, { name: AdminMessageKey; about: AdminMessageKey }>> = {
  close: { name: "form_close", about: "form_close_about" },
  lose: { name: "form_lose", about: "form_lose_about" },
  opening: { name: "form_opening", about: "form_opening_about" },
};

/** Renders the kinds of change to choose from. */
export function chooseFormPage(page: AdminPage): Html {
  return adminLayout(page, {
    title: page.tell("proposal_new"),
    back: { href: pathTo(page, "/admin/proposals"), text: page.tell("proposals_title") },
    content: html`<ul class="choices">${formKinds.map(
      (kind) => html`<li>
        <a class="choice" href="${pathTo(page, `/admin/proposals/new?kind=${kind}`)}">
          <span class="choice__name">${page.tell(formTexts[kind].name)}</span>
          <span class="choice__text">${page.tell(formTexts[kind].about)}</span>
        </a>
      </li>`,
    )}</ul>`,
  });
}

/** What a form shows besides what was typed. */
export interface FormState {
  readonly places: Places;
  readonly errors: readonly FieldError[];
  /** Why the change was refused when it was tried. */
  readonly refusal: string | undefined;
}

/** Renders the form of a closure or of a lost resource. */
export function closePage(page: AdminPage, form: ChangeForm, state: FormState): Html {
  const { places } = state;
  const options =
    form.kind === "lose"
      ? resourceOptions(page, places)
      : [
          { value: "all", label: page.tell("everywhere") },
          ...siteOptions(page, places).map((one) => ({ ...one, value: `site:${one.value}` })),
          ...resourceOptions(page, places).map((one) => ({
            ...one,
            value: `resource:${one.value}`,
          })),
        ];
  return formPage(page, form, {
    ...state,
    fields: html`${selectControl(page, {
      name: "where",
      label: page.tell(form.kind === "lose" ? "resource_label" : "where_label"),
      value: form.where,
      isRequired: true,
      error: errorOf(state, "where"),
      options: [{ value: "", label: page.tell("choose") }, ...options],
    })}
      <div class="pair">
        ${dateField(page, state, { name: "from", label: "first_day_label", value: form.from, isRequired: true })}
        ${dateField(page, state, { name: "to", label: "last_day_label", value: form.to, isRequired: false })}
      </div>
      <div class="pair">
        ${timeField(page, state, { name: "start", label: "from_time_label", value: form.start, isRequired: false })}
        ${timeField(page, state, { name: "end", label: "to_time_label", value: form.end, isRequired: false })}
      </div>
      <p class="hint pair__hint">${page.tell("times_hint")}</p>
      ${textControl(page, {
        name: "reason",
        label: page.tell("reason_label"),
        hint: page.tell("reason_hint"),
        value: form.reason,
        isRequired: false,
        maxLength: 500,
      })}`,
  });
}

/** Renders the choice of an opening. */
export function chooseOpeningPage(
  page: AdminPage,
  { openings, places }: { readonly openings: readonly Opening[]; readonly places: Places },
): Html {
  const known = openings.filter((one) => resourceName(page, places, one.resource_id) !== "");
  return adminLayout(page, {
    title: page.tell("form_opening"),
    back: { href: pathTo(page, "/admin/proposals/new"), text: page.tell("proposal_new") },
    content:
      known.length === 0
        ? html`<p>${page.tell("no_openings")}</p>`
        : html`<form method="get" action="${pathTo(page, "/admin/proposals/new")}">
        ${hiddenControl("kind", "opening")}
        ${selectControl(page, {
          name: "opening",
          label: page.tell("opening_label"),
          value: nothing,
          isRequired: true,
          options: known.map((opening) => ({
            value: opening.id,
            label: withHours(page, places, opening),
          })),
        })}
        <div class="actions"><button class="button" type="submit">${page.tell("next_step")}</button></div>
      </form>`,
  });
}

/** Renders the form of an opening's hours and places. */
export function openingPage(
  page: AdminPage,
  form: ChangeForm,
  state: FormState & { readonly opening: Opening },
): Html {
  const { opening, places } = state;
  return formPage(page, form, {
    ...state,
    fields: html`<p class="lead">${withHours(page, places, opening)}</p>
      ${hiddenControl("opening", opening.id)}
      ${hiddenControl("version", form.version || String(opening.version))}
      <div class="pair">
        ${timeField(page, state, { name: "start", label: "opens_label", value: form.start || opening.start_time, isRequired: true })}
        ${timeField(page, state, { name: "end", label: "closes_label", value: form.end || opening.end_time, isRequired: true })}
      </div>
      ${textControl(page, {
        name: "capacity",
        label: page.tell("capacity_label"),
        hint: page.tell("capacity_hint"),
        value: form.capacity || String(opening.capacity),
        isRequired: true,
        inputmode: "numeric",
        size: "short",
        error: errorOf(state, "capacity"),
      })}`,
  });
}

function withHours(page: AdminPage, places: Places, opening: Opening): string {
  return `${openingName(page, places, opening)} · ${opening.start_time}–${opening.end_time}`;
}

function formPage(
  page: AdminPage,
  form: ChangeForm,
  { fields, errors, refusal }: FormState & { readonly fields: Html },
): Html {
  return adminLayout(page, {
    title: page.tell(formTexts[form.kind].name),
    back: { href: pathTo(page, "/admin/proposals/new"), text: page.tell("proposal_new") },
    errors,
    notice: refusal === undefined ? undefined : { kind: "alert", title: refusal },
    content: html`<form method="post" novalidate action="${pathTo(page, "/admin/proposals")}">
        ${hiddenControl("kind", form.kind)}
        ${fields}
        <p>${page.tell("nothing_yet")}</p>
        <div class="actions"><button class="button" type="submit">${page.tell("compute_button")}</button></div>
      </form>`,
  });
}

interface Field {
  readonly name: "from" | "to" | "start" | "end";
  readonly label: AdminMessageKey;
  readonly value: string;
}

function dateField(
  page: AdminPage,
  state: FormState,
  { name, label, value, isRequired }: Field & { readonly isRequired: boolean },
): Html {
  const error = errorOf(state, name);
  return textControl(page, {
    name,
    label: page.tell(label),
    value,
    isRequired,
    error,
    type: "date",
    size: "medium",
  });
}

function timeField(
  page: AdminPage,
  state: FormState,
  { name, label, value, isRequired }: Field & { readonly isRequired: boolean },
): Html {
  const error = errorOf(state, name);
  return textControl(page, {
    name,
    label: page.tell(label),
    value,
    isRequired,
    error,
    // A control of type time cannot say 24:00.
    type: value === "24:00" ? "text" : "time",
    size: "medium",
  });
}

function errorOf({ errors }: FormState, field: string): string | undefined {
  return errors.find((error) => error.field === field)?.text;
}

import { html } from "hono/html";
import { type BulkKind, bulkKinds, bulkReasons } from "../../../bulk/operation.ts";
import { hiddenControl, selectControl, textareaControl, textControl } from "../../controls.ts";
import { type FieldError, languageNames } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import { type Places, resourceOptions, siteOptions } from "../places.ts";
import type { AdminMessageKey } from "../translate.ts";
import type { OperationForm } from "./operation-form.ts";

/** What each kind is called and what it is for. */
export const kindTexts: Readonly<
  Record<BulkKind, { name: AdminMessageKey; about: AdminMessageKey }>
> = {
  cancel: { name: "bulk_cancel", about: "bulk_cancel_about" },
  move: { name: "bulk_move", about: "bulk_move_about" },
  notify: { name: "bulk_notify", about: "bulk_notify_about" },
};

const reasonTexts: Readonly<Record<(typeof bulkReasons)[number], AdminMessageKey>> = {
  office_closed: "cancel_office_closed",
  staff_missing: "cancel_staff_missing",
  technical: "cancel_technical",
  other: "cancel_other",
};

const rebookMinutes = [120, 1_440, 4_320, 10_080];

/** Renders the kinds of operation to choose from. */
export function chooseKindPage(page: AdminPage): Html {
  return adminLayout(page, {
    title: page.tell("bulk_new"),
    back: { href: pathTo(page, "/admin/bulk"), text: page.tell("bulk_title") },
    content: html`<ul class="choices">${bulkKinds.map(
      (kind) => html`<li>
        <a class="choice" href="${pathTo(page, `/admin/bulk/new?kind=${kind}`)}">
          <span class="choice__name">${page.tell(kindTexts[kind].name)}</span>
          <span class="choice__text">${page.tell(kindTexts[kind].about)}</span>
        </a>
      </li>`,
    )}</ul>`,
  });
}

/** What the form shows besides what was typed. */
export interface OperationFormState {
  readonly places: Places;
  readonly errors: readonly FieldError[];
  /** Why it was refused when it was tried. */
  readonly refusal: string | undefined;
}

/** Renders the form of an operation. */
export function newOperationPage(
  page: AdminPage,
  form: OperationForm,
  state: OperationFormState,
): Html {
  const { errors, refusal } = state;
  return adminLayout(page, {
    title: page.tell(kindTexts[form.kind].name),
    back: { href: pathTo(page, "/admin/bulk/new"), text: page.tell("bulk_new") },
    errors,
    notice: refusal === undefined ? undefined : { kind: "alert", title: refusal },
    content: html`<form method="post" action="${pathTo(page, "/admin/bulk")}">
        ${hiddenControl("kind", form.kind)}
        <h2>${page.tell("bulk_whom")}</h2>
        ${filterFields(page, form, state)}
        ${form.kind === "move" ? moveFields(page, form, state) : nothing}
        <h2>${page.tell("bulk_what_said")}</h2>
        ${form.kind === "cancel" ? reasonField(page, form, state) : nothing}
        ${textFields(page, form, state)}
        ${yesNo(page, { name: "urgent", label: "bulk_urgent", hint: "bulk_urgent_hint", value: form.urgent })}
        ${form.kind === "cancel" ? rebookFields(page, form, state) : nothing}
        <p>${page.tell("nothing_yet")}</p>
        <div class="actions"><button class="button" type="submit">${page.tell("bulk_preview_button")}</button></div>
      </form>`,
  });
}

function filterFields(page: AdminPage, form: OperationForm, state: OperationFormState): Html {
  const { places } = state;
  return html`${selectControl(page, {
    name: "where",
    label: page.tell("where_label"),
    value: form.where,
    isRequired: true,
    error: errorOf(state, "where"),
    options: [
      { value: "", label: page.tell("choose") },
      { value: "all", label: page.tell("everywhere") },
      ...siteOptions(page, places).map((one) => ({ ...one, value: `site:${one.value}` })),
      ...resourceOptions(page, places).map((one) => ({ ...one, value: `resource:${one.value}` })),
    ],
  })}
      <div class="pair">
        ${lineField(page, state, { name: "from", label: "first_day_label", value: form.from, type: "date", isRequired: true })}
        ${lineField(page, state, { name: "to", label: "last_day_label", value: form.to, type: "date" })}
      </div>
      <div class="pair">
        ${lineField(page, state, { name: "start", label: "from_time_label", value: form.start, type: "time" })}
        ${lineField(page, state, { name: "end", label: "to_time_label", value: form.end, type: "time" })}
      </div>
      <p class="hint">${page.tell("times_hint")}</p>
      ${selectControl(page, {
        name: "support",
        label: page.tell("bulk_which"),
        value: form.support,
        isRequired: true,
        options: [
          { value: "", label: page.tell("bulk_which_all") },
          { value: "conflict", label: page.tell("bulk_which_conflict") },
        ],
      })}
      ${selectControl(page, {
        name: "status",
        label: page.tell("bulk_status"),
        value: form.status,
        isRequired: true,
        options: [
          { value: "", label: page.tell("bulk_which_all") },
          { value: "awaited", label: page.tell("bulk_status_awaited") },
          { value: "confirmed", label: page.tell("bulk_status_confirmed") },
        ],
      })}`;
}

function moveFields(page: AdminPage, form: OperationForm, state: OperationFormState): Html {
  return html`<h2>${page.tell("bulk_move_to")}</h2>
      <div class="pair">
        ${lineField(page, state, { name: "move_from", label: "first_day_label", value: form.move_from, type: "date", isRequired: true })}
        ${lineField(page, state, { name: "move_to", label: "last_day_label", value: form.move_to, type: "date" })}
      </div>`;
}

function reasonField(page: AdminPage, form: OperationForm, state: OperationFormState): Html {
  return selectControl(page, {
    name: "reason",
    label: page.tell("cancel_reason_label"),
    value: form.reason,
    isRequired: true,
    error: errorOf(state, "reason"),
    options: [
      { value: "", label: page.tell("choose") },
      ...bulkReasons.map((value) => ({ value, label: page.tell(reasonTexts[value]) })),
    ],
  });
}

function textFields(page: AdminPage, form: OperationForm, state: OperationFormState): Html {
  return html`${page.tenant.languages.map((language, index) =>
    textareaControl(page, {
      name: `text_${language}`,
      label: page.tell("bulk_text_label", { language: languageNames[language] }),
      hint: index === 0 ? page.tell("bulk_text_hint") : undefined,
      value: form.texts[language],
      isRequired: false,
      error: errorOf(state, `text_${language}`),
      maxLength: 2_000,
    }),
  )}`;
}

function rebookFields(page: AdminPage, form: OperationForm, state: OperationFormState): Html {
  return html`<h2>${page.tell("bulk_rebook_title")}</h2>
      ${selectControl(page, {
        name: "rebook",
        label: page.tell("bulk_rebook_label"),
        hint: page.tell("bulk_rebook_hint"),
        value: form.rebook,
        isRequired: true,
        options: [
          { value: "", label: page.tell("bulk_rebook_none") },
          ...rebookMinutes.map((minutes) => ({
            value: String(minutes),
            label: page.tell("bulk_rebook_hours", { hours: minutes / 60 }),
          })),
        ],
      })}
      ${selectControl(page, {
        name: "rebook_way",
        label: page.tell("bulk_way_label"),
        hint: page.tell("bulk_reserve_hint"),
        value: form.rebook_way,
        isRequired: true,
        options: [
          { value: "", label: page.tell("bulk_way_held") },
          { value: "early", label: page.tell("bulk_way_early") },
        ],
      })}
      <div class="pair">
        ${lineField(page, state, { name: "reserve_from", label: "first_day_label", value: form.reserve_from, type: "date" })}
        ${lineField(page, state, { name: "reserve_to", label: "last_day_label", value: form.reserve_to, type: "date" })}
      </div>`;
}

function yesNo(
  page: AdminPage,
  given: {
    readonly name: string;
    readonly label: AdminMessageKey;
    readonly hint: AdminMessageKey;
    readonly value: string;
  },
): Html {
  return selectControl(page, {
    name: given.name,
    label: page.tell(given.label),
    hint: page.tell(given.hint),
    value: given.value,
    isRequired: true,
    size: "short",
    options: [
      { value: "", label: page.t("no") },
      { value: "yes", label: page.t("yes") },
    ],
  });
}

function lineField(
  page: AdminPage,
  state: OperationFormState,
  given: {
    readonly name: string;
    readonly label: AdminMessageKey;
    readonly value: string;
    readonly type: "date" | "time";
    readonly isRequired?: boolean;
  },
): Html {
  const { name, value, type, isRequired = false } = given;
  const error = errorOf(state, name);
  return textControl(page, {
    name,
    label: page.tell(given.label),
    value,
    isRequired,
    error,
    type,
    size: "medium",
  });
}

function errorOf({ errors }: OperationFormState, field: string): string | undefined {
  return errors.find((error) => error.field === field)?.text;
}

/** The controls of the forms: each with its label, hint and error tied to it for screen readers. */
import { html } from "hono/html";
import { flag, type Html, nothing } from "./markup.ts";
import type { Page } from "./page.ts";

/** What every control of a form has. */
export interface Control {
  /** Both the control's name and its id. */
  readonly name: string;
  readonly label: Html | string;
  readonly hint?: Html | string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly isRequired: boolean;
}

/** A line of text and how the browser should help with it. */
export interface TextControl extends Control {
  readonly type?: "text" | "email" | "tel" | "date" | "time" | "password";
  readonly autocomplete?: "name" | "email" | "tel" | "off";
  readonly inputmode?: "decimal" | "numeric";
  readonly size?: "short" | "medium";
  readonly maxLength?: number;
  /** Latest date, `YYYY-MM-DD`. */
  readonly max?: string | undefined;
}

/** A labelled line of text. */
export function textControl(page: Page, control: TextControl): Html {
  const { name, type = "text", size } = control;
  const attributes = [
    control.autocomplete ? html` autocomplete="${control.autocomplete}"` : nothing,
    control.inputmode ? html` inputmode="${control.inputmode}"` : nothing,
    control.maxLength ? html` maxlength="${control.maxLength}"` : nothing,
    control.max ? html` max="${control.max}"` : nothing,
    describedBy(control),
  ];
  return html`<div class="${control.error ? "field field--wrong" : "field"}">
      <label for="${name}">${control.label}${optionalMark(page, control)}</label>
      ${hintAndError(page, control)}
      <input class="input${size ? ` input--${size}` : nothing}" id="${name}" name="${name}" type="${type}" value="${control.value}" ${flag("required", control.isRequired)}${attributes}>
    </div>`;
}

/** A labelled text of several lines. */
export function textareaControl(
  page: Page,
  control: Control & { readonly maxLength: number },
): Html {
  const { name } = control;
  return html`<div class="${control.error ? "field field--wrong" : "field"}">
      <label for="${name}">${control.label}${optionalMark(page, control)}</label>
      ${hintAndError(page, control)}
      <textarea class="input" id="${name}" name="${name}" rows="4" maxlength="${control.maxLength}"${describedBy(control)}>${control.value}</textarea>
    </div>`;
}

/** One of a few answers. */
export interface Option {
  readonly value: string;
  readonly label: Html | string;
  readonly help?: Html | string | undefined;
}

/** A group of radio buttons; the first has the group's name as its id, so that an error can lead to it. */
export function radioControl(
  page: Page,
  control: Control & { readonly options: readonly Option[]; readonly isLarge?: boolean },
): Html {
  return html`<fieldset class="${control.error ? "field field--wrong" : "field"}"${describedBy(control)}>
      <legend class="${control.isLarge ? "legend--large" : "legend"}">${control.label}${optionalMark(page, control)}</legend>
      ${hintAndError(page, control)}
      ${radioOptions(control)}
    </fieldset>`;
}

/** The radio buttons alone, for a group with further content. */
export function radioOptions(
  control: Pick<Control, "name" | "value"> & { readonly options: readonly Option[] },
): Html {
  return html`${control.options.map((option, i) => {
    const id = i === 0 ? control.name : `${control.name}-${i + 1}`;
    return html`<div class="option">
        <input type="radio" id="${id}" name="${control.name}" value="${option.value}" ${flag("checked", control.value === option.value)}>
        <label for="${id}">${option.label}${option.help ? html` <span class="option__help">${option.help}</span>` : nothing}</label>
      </div>`;
  })}`;
}

/** A list to choose one entry from, for more answers than radio buttons suit. */
export function selectControl(
  page: Page,
  control: Control & { readonly options: readonly Option[]; readonly size?: "short" | "medium" },
): Html {
  const { name, size } = control;
  return html`<div class="${control.error ? "field field--wrong" : "field"}">
      <label for="${name}">${control.label}${optionalMark(page, control)}</label>
      ${hintAndError(page, control)}
      <select class="select${size ? ` input--${size}` : nothing}" id="${name}" name="${name}"${describedBy(control)}>
        ${control.options.map(
          (option) =>
            html`<option value="${option.value}" ${flag("selected", option.value === control.value)}>${option.label}</option>`,
        )}
      </select>
    </div>`;
}

/** A value the form carries along. */
export function hiddenControl(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function optionalMark(page: Page, control: Control): Html | string {
  return control.isRequired ? nothing : html` <span class="optional">${page.t("optional")}</span>`;
}

function hintAndError(page: Page, { name, hint, error }: Control): Html {
  return html`${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing}
      ${error ? html`<p class="field__error" id="${name}-error"><span class="unseen">${page.t("error_prefix")}</span> ${error}</p>` : nothing}`;
}

function describedBy({ name, hint, error }: Control): Html | string {
  const ids = [hint ? `${name}-hint` : nothing, error ? `${name}-error` : nothing].filter(Boolean);
  const invalid = error ? html` aria-invalid="true"` : nothing;
  return ids.length > 0 ? html` aria-describedby="${ids.join(" ")}"${invalid}` : nothing;
}

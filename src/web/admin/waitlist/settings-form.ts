/** The form of a service's waitlist: what was typed, what is wrong with it, and the settings that it states. */
import { html } from "hono/html";
import { putSettingsBody } from "../../../waitlist/schema.ts";
import type { ServiceWaitlist, WaitlistSettings } from "../../../waitlist/settings/settings.ts";
import { hiddenControl, selectControl, textControl } from "../../controls.ts";
import type { FieldError } from "../../layout.ts";
import type { Html } from "../../markup.ts";
import { pathTo } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";

/** What was typed; what was not sent is empty. */
export interface SettingsForm {
  readonly is_on: string;
  readonly people_per_place: string;
  readonly answer_minutes: string;
  readonly lapses_max: string;
  readonly version: string;
}

/** The form as it stands when nothing was typed. */
export function formOfSettings(settings: ServiceWaitlist): SettingsForm {
  return {
    is_on: settings.is_on ? "yes" : "no",
    people_per_place: String(settings.people_per_place),
    answer_minutes: String(settings.answer_minutes),
    lapses_max: String(settings.lapses_max),
    version: String(settings.version),
  };
}

/** Reads what was sent. */
export function readSettingsForm(sent: URLSearchParams): SettingsForm {
  const value = (name: string): string => (sent.get(name) ?? "").trim().slice(0, 20);
  return {
    is_on: value("is_on"),
    people_per_place: value("people_per_place"),
    answer_minutes: value("answer_minutes"),
    lapses_max: value("lapses_max"),
    version: value("version"),
  };
}

const faultKeys = {
  people_per_place: "wait_people_wrong",
  answer_minutes: "wait_answer_wrong",
  lapses_max: "wait_lapses_wrong",
} as const;

/** The settings that a form states with the version seen, or what is wrong with it. */
export function settingsOfForm(
  page: AdminPage,
  form: SettingsForm,
):
  | { readonly version: number; readonly settings: WaitlistSettings }
  | { readonly errors: readonly FieldError[] } {
  const parsed = putSettingsBody.safeParse({
    is_on: form.is_on === "yes",
    people_per_place: numberOf(form.people_per_place),
    answer_minutes: numberOf(form.answer_minutes),
    lapses_max: numberOf(form.lapses_max),
    version: numberOf(form.version),
  });
  if (parsed.success) {
    const { version, ...settings } = parsed.data;
    return { version, settings };
  }
  const wrong = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  const errors = (["people_per_place", "answer_minutes", "lapses_max"] as const)
    .filter((field) => wrong.has(field))
    .map((field) => ({ field, text: page.tell(faultKeys[field]) }));
  return {
    errors: errors.length > 0 ? errors : [{ field: "is_on", text: page.tell("form_wrong") }],
  };
}

/** An empty field is not the number nought. */
function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

/** Renders the form. */
export function settingsForm(
  page: AdminPage,
  given: {
    readonly serviceId: string;
    readonly form: SettingsForm;
    readonly errors: readonly FieldError[];
  },
): Html {
  const { serviceId, form, errors } = given;
  const errorOf = (field: string): string | undefined =>
    errors.find((error) => error.field === field)?.text;
  const number = { isRequired: true, inputmode: "numeric", size: "short", maxLength: 6 } as const;
  return html`<form method="post" novalidate action="${pathTo(page, `/admin/waitlist/${serviceId}/settings`)}">
        ${hiddenControl("version", form.version)}
        ${selectControl(page, {
          name: "is_on",
          label: page.tell("wait_is_on_label"),
          value: form.is_on,
          isRequired: true,
          error: errorOf("is_on"),
          size: "short",
          options: [
            { value: "yes", label: page.t("yes") },
            { value: "no", label: page.t("no") },
          ],
        })}
        ${textControl(page, { ...number, name: "people_per_place", label: page.tell("wait_people_label"), hint: page.tell("wait_people_hint"), value: form.people_per_place, error: errorOf("people_per_place") })}
        ${textControl(page, { ...number, name: "answer_minutes", label: page.tell("wait_answer_label"), hint: page.tell("wait_answer_hint"), value: form.answer_minutes, error: errorOf("answer_minutes") })}
        ${textControl(page, { ...number, name: "lapses_max", label: page.tell("wait_lapses_label"), hint: page.tell("wait_lapses_hint"), value: form.lapses_max, error: errorOf("lapses_max") })}
        <div class="actions"><button class="button" type="submit">${page.tell("wait_save_button")}</button></div>
      </form>`;
}

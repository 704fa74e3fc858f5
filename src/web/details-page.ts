/** The third step: who comes, and what the office must know. Only a name is asked for. */
import { html } from "hono/html";
import { addDays } from "../time/local-date.ts";
import {
  hiddenControl,
  type Option,
  radioControl,
  radioOptions,
  selectControl,
  textControl,
} from "./controls.ts";
import {
  type FormFault,
  type FormSubject,
  nameMax,
  participantName,
  personalNames,
  type Question,
  questionsThatApply,
} from "./detail-form.ts";
import { type FormValues, formValueMax } from "./draft.ts";
import { faultText } from "./fault-texts.ts";
import { holdPanel, type OpenBooking, searchOf, visitCard } from "./hold-panel.ts";
import { layout, type Notice } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo, say, sayPlain } from "./page.ts";

const formId = "details";
/** More choices than these are a list instead of radio buttons. */
const radioOptionsMax = 6;

/** A form as it is shown again: what was typed and what is wrong with it. */
export interface FormState {
  readonly subject: FormSubject;
  readonly values: FormValues;
  readonly faults: readonly FormFault[];
}

/** Renders the data form with the hold above it. */
export function detailsPage(
  page: Page,
  booking: OpenBooking,
  { state, notice }: { readonly state: FormState; readonly notice?: Notice | undefined },
): Html {
  const errors = state.faults.map((fault) => ({
    field: fault.name,
    text: faultText(page, state, fault),
  }));
  const form = {
    page,
    state,
    errorOf: (name: string) => errors.find((error) => error.field === name)?.text,
  };
  return layout(page, {
    title: page.t("details_title"),
    step: "details",
    back: {
      href: pathTo(page, `/times?${searchOf(booking.draft)}`),
      text: page.t("back_to_times"),
    },
    errors,
    notice,
    hasHold: true,
    content: html`${visitCard(page, booking)}
      <form id="${formId}" method="post" action="${pathTo(page, "/details")}" novalidate>
        ${defaultButton(page)}
        ${hiddenControl("hold", booking.draft.hold_id)}
        ${hiddenControl("back", "details")}
        ${holdPanel(page, booking, formId)}
        ${nameControls(form)}
        ${questionControls(form, undefined)}
        ${peopleControls(form)}
        ${contactControls(form, bookingHints(page))}
        <div class="actions"><button class="button" type="submit">${page.t("continue")}</button></div>
      </form>`,
  });
}

/** The same questions without a hold, for whoever waits for a time. */
export function dataControls(
  page: Page,
  state: FormState,
  contactHints: ContactHints = bookingHints(page),
): Html {
  const errorOf = (name: string): string | undefined => {
    const fault = state.faults.find((one) => one.name === name);
    return fault && faultText(page, state, fault);
  };
  const form = { page, state, errorOf };
  return html`${nameControls(form)}
        ${questionControls(form, undefined)}
        ${peopleControls(form)}
        ${contactControls(form, contactHints)}`;
}

/** Enter in a text field presses the first button of its form, which must not be the one that extends the hold. */
function defaultButton(page: Page): Html {
  return html`<button class="unseen" type="submit" tabindex="-1" aria-hidden="true">${page.t("continue")}</button>`;
}

interface Form {
  readonly page: Page;
  readonly state: FormState;
  readonly errorOf: (name: string) => string | undefined;
}

function valueOf({ state }: Form, name: string): string {
  return state.values[name] ?? nothing;
}

function nameControls(form: Form): Html {
  const { page, errorOf, state } = form;
  const { booker, accompaniedBy } = personalNames;
  return html`${textControl(page, {
    name: booker,
    label: page.t("booker_label"),
    value: valueOf(form, booker),
    error: errorOf(booker),
    isRequired: true,
    autocomplete: "name",
    maxLength: nameMax,
  })}
        ${state.subject.partySize === 1 ? forWhomControls(form) : nothing}
        ${textControl(page, {
          name: accompaniedBy,
          label: page.t("accompanied_label"),
          hint: page.t("accompanied_hint"),
          value: valueOf(form, accompaniedBy),
          error: errorOf(accompaniedBy),
          isRequired: false,
          maxLength: nameMax,
        })}`;
}

function forWhomControls(form: Form): Html {
  const { page, errorOf } = form;
  const { forWhom, forName } = personalNames;
  const options = [
    { value: "self", label: page.t("for_self") },
    { value: "other", label: page.t("for_other") },
  ];
  return html`<fieldset class="for-whom">
          <legend>${page.t("for_whom_label")}</legend>
          ${radioOptions({ name: forWhom, value: valueOf(form, forWhom) || "self", options })}
          <div class="for-whom__name">${textControl(page, {
            name: forName,
            label: page.t("for_name_label"),
            hint: page.t("for_name_hint"),
            value: valueOf(form, forName),
            error: errorOf(forName),
            isRequired: true,
            maxLength: nameMax,
          })}</div>
        </fieldset>`;
}

function peopleControls(form: Form): Html | string {
  const { page, state, errorOf } = form;
  const { partySize } = state.subject;
  if (partySize === 1) return questionControls(form, 0);
  return html`<h2>${page.t("people_title")}</h2>
        <p>${page.t("people_hint")}</p>
        ${Array.from({ length: partySize }, (_, i) => {
          const name = participantName(i);
          return html`<fieldset class="person"><legend>${page.t("person_number", { number: i + 1 })}</legend>
            ${textControl(page, { name, label: page.t("person_name"), value: valueOf(form, name), error: errorOf(name), isRequired: false, maxLength: nameMax })}
            ${questionControls(form, i)}</fieldset>`;
        })}`;
}

/** What the contact is for, in words. */
interface ContactHints {
  readonly intro: string;
  readonly email: string;
}

function bookingHints({ t }: Page): ContactHints {
  return { intro: t("contact_hint"), email: t("email_hint") };
}

function contactControls(form: Form, hints: ContactHints): Html {
  const { page, errorOf } = form;
  const { email, phone } = personalNames;
  return html`<h2>${page.t("contact_title")}</h2>
        <p>${hints.intro}</p>
        ${textControl(page, { name: email, label: page.t("email_label"), hint: hints.email, value: valueOf(form, email), error: errorOf(email), isRequired: false, type: "email", autocomplete: "email", maxLength: 254 })}
        ${textControl(page, { name: phone, label: page.t("phone_label"), value: valueOf(form, phone), error: errorOf(phone), isRequired: false, type: "tel", autocomplete: "tel", size: "medium", maxLength: 40 })}`;
}

function questionControls(form: Form, position: number | undefined): Html {
  const questions = questionsThatApply(form.state.subject, form.state.values);
  return html`${questions.filter((question) => question.position === position).map((question) => questionControl(form, question))}`;
}

function questionControl(form: Form, { name, field }: Question): Html {
  const { page, state } = form;
  const control = {
    name,
    label: say(page, field.label),
    hint: field.help && sayPlain(page, field.help) ? say(page, field.help) : undefined,
    error: form.errorOf(name),
    value: valueOf(form, name),
    isRequired: field.is_required,
  };
  // Tells the next step that the question was seen, so that a question that applies only now is asked and not refused.
  const seen = hiddenControl("seen", name);
  switch (field.type) {
    case "text":
      return html`${textControl(page, { ...control, maxLength: Math.min(field.max_length ?? nameMax, formValueMax) })}${seen}`;
    case "number":
      return html`${textControl(page, { ...control, inputmode: "decimal", size: "short" })}${seen}`;
    case "date": {
      const days = field.days_after_visit_max;
      const max = days === undefined ? undefined : addDays(state.subject.visitDate, days);
      return html`${textControl(page, { ...control, type: "date", size: "medium", max })}${seen}`;
    }
    case "boolean":
      return html`${radioControl(page, { ...control, options: yesAndNo(page) })}${seen}`;
    case "choice":
      return html`${choiceControl(page, { ...control, options: (field.choices ?? []).map((choice) => ({ value: choice.code, label: say(page, choice.label) })) })}${seen}`;
  }
}

function choiceControl(page: Page, control: Parameters<typeof radioControl>[1]): Html {
  if (control.options.length <= radioOptionsMax) return radioControl(page, control);
  const options = [{ value: "", label: page.t("choose_entry") }, ...control.options];
  return selectControl(page, { ...control, options });
}

function yesAndNo(page: Page): Option[] {
  return [
    { value: "yes", label: page.t("yes") },
    { value: "no", label: page.t("no") },
  ];
}

/** What is wrong with a control, in words that say how to put it right. */
import { addDays } from "../time/local-date.ts";
import type { CustomField } from "../catalog/answers.ts";
import { type FormFault, type FormSubject, questionsThatApply } from "./detail-form.ts";
import type { FormValues } from "./draft.ts";
import { dateAtNoon, dateStyle, formatLongDay } from "./format-time.ts";
import { type Page, sayPlain, timeStyle } from "./page.ts";

/** The text for one fault of the form. */
export function faultText(
  page: Page,
  state: { readonly subject: FormSubject; readonly values: FormValues },
  fault: FormFault,
): string {
  switch (fault.reason) {
    case "name_missing":
      return page.t("fault_name");
    case "email":
      return page.t("fault_email");
    case "phone":
      return page.t("fault_phone");
    case "too_long":
      return page.t("fault_long");
    case "refused":
      return refusedText(page, state, fault);
    case "answer":
      return questionFault(page, state, fault);
  }
}

function refusedText(
  page: Page,
  { subject, values }: { readonly subject: FormSubject; readonly values: FormValues },
  fault: FormFault,
): string {
  const question = questionsThatApply(subject, values).find(({ name }) => name === fault.name);
  return question
    ? page.t("fault_refused", { label: sayPlain(page, question.field.label) })
    : page.t("fault_other");
}

function questionFault(
  page: Page,
  { subject, values }: { readonly subject: FormSubject; readonly values: FormValues },
  fault: FormFault,
): string {
  const question = questionsThatApply(subject, values).find(({ name }) => name === fault.name);
  if (!question) return page.t("fault_other");
  const { field, position } = question;
  const text = values[fault.name] ? wrongAnswer(page, field, subject) : missingAnswer(page, field);
  return position === undefined || subject.partySize === 1
    ? text
    : page.t("fault_of_person", { number: position + 1, text });
}

function missingAnswer(page: Page, field: CustomField): string {
  return page.t("fault_missing", { label: sayPlain(page, field.label) });
}

function wrongAnswer(page: Page, field: CustomField, subject: FormSubject): string {
  const label = sayPlain(page, field.label);
  switch (field.type) {
    case "number":
      return numberFault(page, field, label);
    case "date":
      return field.days_after_visit_max === undefined
        ? page.t("fault_date", { label })
        : page.t("fault_date_max", {
            label,
            date: formatLongDay(
              dateAtNoon(addDays(subject.visitDate, field.days_after_visit_max)),
              dateStyle(timeStyle(page, "UTC")),
            ),
          });
    case "text":
      return page.t("fault_text", { label, max: field.max_length ?? 200 });
    case "boolean":
    case "choice":
      return page.t("fault_missing", { label });
  }
}

function numberFault(page: Page, { min, max }: CustomField, label: string): string {
  if (min !== undefined && max !== undefined)
    return page.t("fault_number_between", { label, min, max });
  if (max !== undefined) return page.t("fault_number_max", { label, max });
  if (min !== undefined) return page.t("fault_number_min", { label, min });
  return page.t("fault_number", { label });
}

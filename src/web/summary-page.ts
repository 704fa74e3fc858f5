/** The fourth step: everything once more, then one button. */
import { html } from "hono/html";
import { documentsThatApply, feesThatApply, type FittingAnswers } from "../catalog/answers.ts";
import { answerText } from "./answer-text.ts";
import { hiddenControl } from "./controls.ts";
import {
  type FormSubject,
  isForSomebodyElse,
  participantName,
  personalNames,
  questionsThatApply,
} from "./detail-form.ts";
import type { FormValues } from "./draft.ts";
import { holdPanel, type OpenBooking, startOf } from "./hold-panel.ts";
import { instantOf } from "./instants.ts";
import { layout, type Notice } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo, say } from "./page.ts";
import { bringChecklist, factLine, payList, visitLines } from "./visit-facts.ts";

const formId = "confirm";

/** What the summary shows: the form as it fits. */
export interface SummaryState {
  readonly subject: FormSubject;
  readonly values: FormValues;
  readonly answers: FittingAnswers;
}

/** Renders the summary with the confirmation's button. */
export function summaryPage(
  page: Page,
  booking: OpenBooking,
  { state, notice }: { readonly state: SummaryState; readonly notice?: Notice | undefined },
): Html {
  const { t } = page;
  const { service, draft } = booking;
  return layout(page, {
    title: t("summary_title"),
    step: "summary",
    back: { href: pathTo(page, "/details"), text: t("back_to_details") },
    notice,
    hasHold: true,
    content: html`<form id="${formId}" method="post" action="${pathTo(page, "/confirm")}">
        ${hiddenControl("hold", draft.hold_id)}
        ${hiddenControl("key", draft.key)}
        ${hiddenControl("back", "summary")}
        ${holdPanel(page, booking, formId)}
        <h2>${t("summary_visit")}</h2>
        <dl class="facts">${visitLines(page, {
          serviceNames: [service.name],
          site: booking.site,
          startsAt: startOf(booking),
          endsAt: instantOf(draft.ends_at),
          partySize: draft.party_size,
        })}</dl>
        <h2>${t("summary_data")}</h2>
        <dl class="facts">${dataLines(page, state)}</dl>
        <p><a href="${pathTo(page, "/details")}">${t("change_data")}</a></p>
        ${bringAndPay(page, booking, state)}
        ${state.values[personalNames.email] || state.values[personalNames.phone] ? nothing : html`<div class="hint-box"><p>${t("summary_no_contact")}</p></div>`}
        <div class="actions"><button class="button" type="submit">${t("confirm_button", { noun: service.noun })}</button></div>
        <p class="muted">${t("summary_privacy")} <a href="${pathTo(page, "/privacy")}">${t("privacy_link")}</a></p>
      </form>`,
  });
}

function bringAndPay(page: Page, { service }: OpenBooking, { answers }: SummaryState): Html {
  const visit = { ...answers, fields: service.fields };
  const documents = documentsThatApply(service.documents, visit);
  return html`${bringChecklist(
    page,
    documents.map(({ entry, positions }) => ({
      label: entry.label,
      people: peopleText(page, answers.participants.length, positions),
    })),
  )}
        ${payList(
          page,
          feesThatApply(service.fees, visit).map(({ fee, quantity }) => ({
            label: fee.label,
            amountCents: fee.amount_cents,
            currency: fee.currency,
            quantity,
          })),
        )}`;
}

/** "Person 2, person 3", when something does not concern the whole party. */
export function peopleText(
  page: Page,
  partySize: number,
  positions: readonly number[] | null,
): string | undefined {
  if (positions === null || partySize === 1) return undefined;
  return positions.map((position) => page.t("person_number", { number: position })).join(", ");
}

function dataLines(page: Page, { subject, values }: SummaryState): Html {
  const { t } = page;
  const { booker, forName, accompaniedBy, email, phone } = personalNames;
  const isForOther = subject.partySize === 1 && isForSomebodyElse(values);
  const questions = questionsThatApply(subject, values);
  const people = Array.from({ length: subject.partySize }, (_, i) => i);
  const answersOf = (position: number | undefined): Html[] =>
    questions
      .filter((question) => question.position === position && values[question.name])
      .map(
        ({ field, name }) =>
          html`<div><dt>${say(page, field.label)}</dt><dd>${answerText(page, field, values[name])}</dd></div>`,
      );
  return html`${factLine(t("booker_label"), [values[booker] ?? nothing])}
          ${isForOther ? factLine(t("for_name_label"), [values[forName] ?? nothing]) : nothing}
          ${values[accompaniedBy] ? factLine(t("accompanied_label"), [values[accompaniedBy]]) : nothing}
          ${answersOf(undefined)}
          ${people.map((i) => html`${subject.partySize > 1 ? factLine(t("person_number", { number: i + 1 }), [values[participantName(i)] || t("name_not_given")]) : nothing}${answersOf(i)}`)}
          ${values[email] ? factLine(t("email_label"), [values[email]]) : nothing}
          ${values[phone] ? factLine(t("phone_label"), [values[phone]]) : nothing}`;
}

/** Cancelling an appointment, or one person of it: the reason, then one button. */
import { html } from "hono/html";
import { citizenCancelReasons } from "../appointments/appointment.ts";
import type { AppointmentView } from "../appointments/schema.ts";
import { hiddenControl, radioControl } from "./controls.ts";
import { layout } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { nounOf, visitOf } from "./manage-page.ts";
import { type Page, pathTo } from "./page.ts";
import type { MessageKey } from "./translate.ts";
import { visitLines } from "./visit-facts.ts";

/** A reason that a citizen can give. */
export type CitizenReason = (typeof citizenCancelReasons)[number];

const reasonKeys: Readonly<Record<CitizenReason, MessageKey>> = {
  not_needed: "reason_not_needed",
  cannot_come: "reason_cannot_come",
  found_elsewhere: "reason_found_elsewhere",
  booked_twice: "reason_booked_twice",
  other: "reason_other",
};

/** What is being cancelled, and the state of the form. */
export interface CancelForm {
  /** One person of the appointment; undefined for all of it. */
  readonly person: AppointmentView["participants"][number] | undefined;
  readonly hasError: boolean;
  readonly key: string;
}

/** Reads the reason of a form; undefined when none of them was chosen. */
export function readReason(text: unknown): CitizenReason | undefined {
  return citizenCancelReasons.find((reason) => reason === text);
}

/** Renders the question and the reasons; nothing is preselected. */
export function cancelPage(page: Page, appointment: AppointmentView, form: CancelForm): Html {
  const { t } = page;
  const noun = nounOf(appointment);
  const { person } = form;
  const error = form.hasError ? t("reason_missing") : undefined;
  return layout(page, {
    title: person
      ? t("person_cancel_title", { number: person.position })
      : t("cancel_title", { noun }),
    back: { href: pathTo(page, "/manage"), text: t("back_to_manage", { noun }) },
    errors: error ? [{ field: "reason", text: error }] : [],
    content: html`<dl class="facts">${visitLines(page, visitOf(appointment))}</dl>
      ${person ? html`<p>${t("person_cancel_text", { name: person.name ?? t("person_number", { number: person.position }) })}</p>` : nothing}
      <form method="post" action="${pathTo(page, "/manage/cancel")}">
        ${person ? hiddenControl("participant", person.id) : nothing}
        ${hiddenControl("key", form.key)}
        ${radioControl(page, {
          name: "reason",
          label: t("reason_label"),
          value: "",
          error,
          isRequired: true,
          options: citizenCancelReasons.map((reason) => ({
            value: reason,
            label: t(reasonKeys[reason]),
          })),
        })}
        <div class="actions">
          <button class="button button--bad" type="submit">${person ? t("person_cancel_button") : t("cancel_confirm_button", { noun })}</button>
          <a href="${pathTo(page, "/manage")}">${t("keep_it", { noun })}</a>
        </div>
      </form>`,
  });
}

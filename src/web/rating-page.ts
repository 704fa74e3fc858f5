/** The question how a visit was. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import { radioControl } from "./controls.ts";
import { layout, type Notice } from "./layout.ts";
import type { Html } from "./markup.ts";
import { nounOf } from "./manage-page.ts";
import { type Page, pathTo } from "./page.ts";
import type { MessageKey } from "./translate.ts";

/** From the best to the worst. */
const ratings: readonly (readonly [value: number, key: MessageKey])[] = [
  [5, "rating_5"],
  [4, "rating_4"],
  [3, "rating_3"],
  [2, "rating_2"],
  [1, "rating_1"],
];

/** The state of the question. */
export interface RatingForm {
  readonly rating: number | undefined;
  readonly hasError: boolean;
  readonly notice: Notice | undefined;
}

/** Reads the answer of a form; undefined when none was chosen. */
export function readRating(text: string | null): number | undefined {
  return ratings.find(([value]) => String(value) === text)?.[0];
}

/** Renders the five answers; the one given before is chosen. */
export function ratingPage(page: Page, appointment: AppointmentView, form: RatingForm): Html {
  const { t } = page;
  const error = form.hasError ? t("rating_missing") : undefined;
  return layout(page, {
    title: t("rating_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: t("back_to_manage", { noun: nounOf(appointment) }),
    },
    errors: error ? [{ field: "rating", text: error }] : [],
    notice: form.notice,
    content: html`<p>${t("rating_text")}</p>
      <form method="post" action="${pathTo(page, "/manage/feedback")}">
        ${radioControl(page, {
          name: "rating",
          label: t("rating_label"),
          value: form.rating === undefined ? "" : String(form.rating),
          error,
          isRequired: true,
          options: ratings.map(([value, key]) => ({ value: String(value), label: t(key) })),
        })}
        <button class="button" type="submit">${t("rating_button")}</button>
      </form>`,
  });
}

/** Whether there was a visit to be rated. */
export function canRate(appointment: AppointmentView): boolean {
  return (
    appointment.status === "closed" &&
    appointment.participants.some((person) => person.attendance === "attended")
  );
}

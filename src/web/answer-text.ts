/** An answer as its citizen reads it. */
import { html } from "hono/html";
import type { CustomField } from "../catalog/answers.ts";
import { readAnswer } from "./detail-form.ts";
import { dateAtNoon, dateStyle, formatLongDay } from "./format-time.ts";
import type { Html } from "./markup.ts";
import { type Page, say, timeStyle } from "./page.ts";
import { readDate } from "./time-search.ts";

/** Writes what was typed or chosen: the choice's label, yes or no, the date in words. */
export function answerText(
  page: Page,
  field: CustomField,
  typed: string | undefined,
): Html | string {
  const value = readAnswer(field, typed);
  switch (field.type) {
    case "boolean":
      return page.t(value === true ? "yes" : "no");
    case "date": {
      const date = readDate(typed);
      return date
        ? formatLongDay(dateAtNoon(date), dateStyle(timeStyle(page, "UTC")))
        : (typed ?? "");
    }
    case "choice": {
      const choice = field.choices?.find(({ code }) => code === value);
      return choice ? say(page, choice.label) : (typed ?? "");
    }
    case "number":
      return typeof value === "number"
        ? new Intl.NumberFormat(page.locale).format(value)
        : (typed ?? "");
    case "text":
      return html`${typed}`;
  }
}

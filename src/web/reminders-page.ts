/** Switching reminders off and on again. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import { hiddenControl } from "./controls.ts";
import { layout, type Notice } from "./layout.ts";
import type { Html } from "./markup.ts";
import { nounOf } from "./manage-page.ts";
import { type Page, pathTo } from "./page.ts";

/** Renders whether reminders are sent, with the button that changes it. */
export function remindersPage(
  page: Page,
  appointment: AppointmentView,
  { isWanted, notice }: { readonly isWanted: boolean; readonly notice: Notice | undefined },
): Html {
  const { t } = page;
  return layout(page, {
    title: t("reminders_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: t("back_to_manage", { noun: nounOf(appointment) }),
    },
    notice,
    content: html`<p class="lead">${t(isWanted ? "reminders_on_text" : "reminders_off_text")}</p>
      <p>${t("reminders_rest")}</p>
      <form method="post" action="${pathTo(page, "/manage/reminders")}">
        ${hiddenControl("wanted", isWanted ? "no" : "yes")}
        <button class="button button--quiet" type="submit">${t(isWanted ? "reminders_off_button" : "reminders_on_button")}</button>
      </form>`,
  });
}

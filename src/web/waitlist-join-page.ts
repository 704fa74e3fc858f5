/** Joining the waitlist: which days and hours, and who waits; or what is wanted in exchange for an appointment. */
import { html } from "hono/html";
import type { AppointmentView } from "../appointments/schema.ts";
import { checkboxControl, hiddenControl, radioControl, textControl } from "./controls.ts";
import { dataControls, type FormState } from "./details-page.ts";
import type { FormFault } from "./detail-form.ts";
import { faultText } from "./fault-texts.ts";
import { dateAtNoon, dateStyle, formatWeekday } from "./format-time.ts";
import { type FieldError, layout, type Notice } from "./layout.ts";
import type { Html } from "./markup.ts";
import { nounOf, visitOf } from "./manage-page.ts";
import { addressOf, type Offer } from "./offers.ts";
import { type Page, pathTo, timeStyle } from "./page.ts";
import { addDays } from "../time/local-date.ts";
import { mondayOf, type TimeWish, today } from "./time-search.ts";
import { wishSummary } from "./times-page.ts";
import type { DaysFaults, DaysForm } from "./waitlist-days.ts";
import { visitLines } from "./visit-facts.ts";

/** What the forms share. */
interface JoinState {
  readonly days: DaysForm;
  readonly faults: DaysFaults;
  /** Idempotency-Key of this form. */
  readonly key: string;
  readonly notice: Notice | undefined;
}

/** The form of somebody who has no appointment. */
export interface JoinForm extends JoinState {
  readonly offer: Offer;
  readonly wish: TimeWish;
  readonly siteCode: string;
  readonly people: FormState;
}

/** Renders the form with the days and the person's data; faults are named at their fields. */
export function joinPage(page: Page, form: JoinForm): Html {
  const { t } = page;
  const { people, offer, wish } = form;
  const errors = people.faults.map((fault: FormFault) => ({
    field: fault.name,
    text: faultText(page, people, fault),
  }));
  const serviceHref = pathTo(page, `/services/${addressOf(offer.service)}`);
  return layout(page, {
    title: t("waitlist_join_title"),
    back: { href: serviceHref, text: t("back_to_service") },
    notice: form.notice,
    errors: [...daysErrors(page, form.faults), ...errors],
    content: html`${wishSummary(page, wish, undefined)}
      <p>${t("waitlist_join_text")}</p>
      <form id="waitlist" method="post" action="${pathTo(page, `/waitlist/join?${searchOf(form)}`)}" novalidate>
        ${hiddenControl("key", form.key)}
        ${daysControls(page, form)}
        ${dataControls(page, people, { intro: t("waitlist_contact_hint"), email: t("waitlist_email_hint") })}
        <div class="actions"><button class="button" type="submit">${t("waitlist_join_button")}</button></div>
      </form>`,
  });
}

/** What the form is for, in its address, so that asking for it again shows it again. */
function searchOf({ offer, siteCode, wish }: JoinForm): string {
  return new URLSearchParams({
    service: addressOf(offer.service),
    ...(siteCode ? { site: siteCode } : {}),
    ...(wish.partySize > 1 ? { persons: String(wish.partySize) } : {}),
  }).toString();
}

/** Renders the form of somebody who has an appointment and would come earlier. */
export function exchangePage(page: Page, appointment: AppointmentView, form: JoinState): Html {
  const { t } = page;
  return layout(page, {
    title: t("waitlist_exchange_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: t("back_to_manage", { noun: nounOf(appointment) }),
    },
    notice: form.notice,
    errors: daysErrors(page, form.faults),
    content: html`<dl class="facts">${visitLines(page, visitOf(appointment))}</dl>
      <p>${t("waitlist_exchange_text")}</p>
      <form id="waitlist" method="post" action="${pathTo(page, "/waitlist/exchange")}" novalidate>
        ${hiddenControl("key", form.key)}
        ${daysControls(page, form)}
        <div class="actions"><button class="button" type="submit">${t("waitlist_join_button")}</button></div>
      </form>`,
  });
}

/** What is wrong with the days, for the summary of errors. */
export function daysErrors(page: Page, { hasBadDates, hasNoWeekday }: DaysFaults): FieldError[] {
  return [
    ...(hasBadDates ? [{ field: "from", text: page.t("waitlist_fault_dates") }] : []),
    ...(hasNoWeekday ? [{ field: "weekday", text: page.t("waitlist_fault_weekdays") }] : []),
  ];
}

/** The days and hours of a wish as controls. */
export function daysControls(
  page: Page,
  { days, faults }: Pick<JoinState, "days" | "faults">,
): Html {
  const { t } = page;
  const date = { type: "date", size: "medium", isRequired: true } as const;
  const datesError = faults.hasBadDates ? t("waitlist_fault_dates") : undefined;
  return html`${textControl(page, { ...date, name: "from", label: t("waitlist_from"), value: days.from, error: datesError })}
        ${textControl(page, { ...date, name: "to", label: t("waitlist_to"), value: days.to })}
        ${checkboxControl(page, {
          name: "weekday",
          label: t("waitlist_weekdays"),
          error: faults.hasNoWeekday ? t("waitlist_fault_weekdays") : undefined,
          values: days.weekdays,
          options: weekdayNames(page),
        })}
        ${radioControl(page, {
          name: "part",
          label: t("waitlist_part"),
          value: days.part,
          isRequired: true,
          options: [
            { value: "any", label: t("waitlist_any_time") },
            { value: "morning", label: t("morning") },
            { value: "afternoon", label: t("afternoon") },
          ],
        })}`;
}

function weekdayNames(page: Page): { readonly value: string; readonly label: string }[] {
  const monday = mondayOf(today(page));
  const style = dateStyle(timeStyle(page, "UTC"));
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    value: String(weekday),
    label: formatWeekday(dateAtNoon(addDays(monday, weekday - 1)), style),
  }));
}

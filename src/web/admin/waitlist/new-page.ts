import { html } from "hono/html";
import { type Language, languages } from "../../../context.ts";
import type { FormState } from "../../details-page.ts";
import { dataControls } from "../../details-page.ts";
import { faultText } from "../../fault-texts.ts";
import { checkboxControl, hiddenControl, radioControl, selectControl } from "../../controls.ts";
import { type FieldError, languageNames, type Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import type { Offer } from "../../offers.ts";
import { pathTo, sayPlain } from "../../page.ts";
import type { DaysFaults, DaysForm } from "../../waitlist-days.ts";
import { daysControls, daysErrors } from "../../waitlist-join-page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";

/** How somebody asked for a place when he did not ask by himself. */
export const officeChannels = ["phone", "counter"] as const;
export type OfficeChannel = (typeof officeChannels)[number];

/** Everything about a wish that is noted for somebody. */
export interface NewEntryForm {
  readonly offer: Offer;
  readonly people: FormState;
  readonly days: DaysForm;
  readonly faults: DaysFaults;
  readonly channel: OfficeChannel;
  readonly language: Language;
  /** Code of the only site that suits; empty when all do. */
  readonly site: string;
  readonly hasPriority: boolean;
  /** Idempotency-Key of this form. */
  readonly key: string;
  readonly notice: Notice | undefined;
}

/** Renders the form of a wish that a clerk notes for somebody on the telephone or at the counter. */
export function newEntryPage(page: AdminPage, form: NewEntryForm): Html {
  const { offer, people } = form;
  const own = pathTo(page, `/admin/waitlist/${offer.service.id}`);
  const persons = people.subject.partySize;
  return adminLayout(page, {
    title: page.tell("wait_add"),
    back: { href: own, text: sayPlain(page, offer.service.name) },
    notice: form.notice,
    errors: errorsOf(page, form),
    content: html`<p class="lead">${page.tell("wait_add_text")}</p>
      ${personsForm(page, form)}
      <form id="waitlist" method="post" novalidate action="${own}/new?persons=${persons}">
        ${hiddenControl("key", form.key)}
        ${officeControls(page, form)}
        ${daysControls(page, form)}
        ${dataControls(page, people, { intro: page.tell("wait_contact_hint"), email: page.tell("wait_email_hint") })}
        <div class="actions"><button class="button" type="submit">${page.tell("wait_add_button")}</button></div>
      </form>`,
  });
}

function errorsOf(page: AdminPage, { people, faults }: NewEntryForm): FieldError[] {
  return [
    ...daysErrors(page, faults),
    ...people.faults.map((fault) => ({ field: fault.name, text: faultText(page, people, fault) })),
  ];
}

/** How many they are decides what is asked, so it is chosen first. */
function personsForm(page: AdminPage, { offer, people }: NewEntryForm): Html | string {
  const most = offer.service.party_size_max;
  if (most === 1) return nothing;
  return html`<form method="get" action="${pathTo(page, `/admin/waitlist/${offer.service.id}/new`)}">
        ${selectControl(page, {
          name: "persons",
          label: page.tell("persons_label"),
          value: String(people.subject.partySize),
          isRequired: true,
          size: "short",
          options: Array.from({ length: most }, (_, i) => ({
            value: String(i + 1),
            label: String(i + 1),
          })),
        })}
        <div class="actions"><button class="button button--quiet button--small" type="submit">${page.tell("wait_persons_button")}</button></div>
      </form>`;
}

function officeControls(page: AdminPage, form: NewEntryForm): Html {
  const { offer } = form;
  return html`${radioControl(page, {
    name: "channel",
    label: page.tell("wait_channel_label"),
    value: form.channel,
    isRequired: true,
    options: [
      { value: "phone", label: page.tell("wait_channel_phone") },
      { value: "counter", label: page.tell("wait_channel_counter") },
    ],
  })}
        ${
          offer.sites.length > 1
            ? selectControl(page, {
                name: "site",
                label: page.tell("where_label"),
                value: form.site,
                isRequired: true,
                options: [
                  { value: "", label: page.tell("everywhere") },
                  ...offer.sites.map(({ code, name }) => ({
                    value: code,
                    label: sayPlain(page, name),
                  })),
                ],
              })
            : nothing
        }
        ${selectControl(page, {
          name: "language",
          label: page.tell("wait_language_label"),
          value: form.language,
          isRequired: true,
          size: "medium",
          options: languages
            .filter((language) => page.tenant.languages.includes(language))
            .map((language) => ({ value: language, label: languageNames[language] })),
        })}
        ${checkboxControl(page, {
          name: "priority",
          label: page.tell("wait_priority_label"),
          values: form.hasPriority ? ["yes"] : [],
          options: [{ value: "yes", label: page.tell("wait_priority_hint") }],
        })}`;
}

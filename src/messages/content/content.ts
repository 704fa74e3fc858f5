import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { cleanValue, onOneLine } from "./engine/clean-value.ts";
import { fillIn, plainOf } from "./engine/fill-in.ts";
import { footerOf } from "./email/footer.ts";
import { readBlocks, withTitle } from "./email/read-blocks.ts";
import { writeHtml } from "./email/write-html.ts";
import { writeText } from "./email/write-text.ts";
import type { MessageKind, TemplateChannel } from "./message-template.ts";
import { placeholders } from "./placeholders.ts";
import {
  type EmailTemplate,
  prepareTemplate,
  refuseWithoutNeeded,
  type SmsTemplate,
} from "./prepared-template.ts";
import { findContentInForce } from "./queries.ts";
import { shippedContent } from "./shipped/shipped.ts";
import { splitSms } from "./sms/split-sms.ts";
import { transliterate } from "./sms/transliterate.ts";

/**
 * Everything a template may say, by the names of the placeholders, as plain text already in the wanted language and on
 * the site's wall clock (`words.ts` makes the words). What is absent or empty is left out of the message.
 * `placeholders.ts` says what each is and where it may stand.
 */
export interface MessageData {
  readonly administration: string;
  readonly administration_phone?: string | undefined;
  readonly administration_email?: string | undefined;
  readonly administration_url?: string | undefined;
  /** Neutral: says nothing of the visit's reason. */
  readonly title: string;
  readonly noun: string;
  readonly is_booking: boolean;
  readonly site?: string | undefined;
  readonly site_address?: string | undefined;
  readonly site_phone?: string | undefined;
  readonly directions?: string | undefined;
  /** Only ever shown in the body of an e-mail. */
  readonly service?: string | undefined;
  readonly first_name?: string | undefined;
  readonly date?: string | undefined;
  readonly date_short?: string | undefined;
  readonly time?: string | undefined;
  readonly time_range?: string | undefined;
  readonly party?: string | undefined;
  readonly reference?: string | undefined;
  readonly documents?: readonly string[] | undefined;
  readonly fees?: readonly string[] | undefined;
  readonly fees_total?: string | undefined;
  readonly late_note?: string | undefined;
  readonly cancel_until?: string | undefined;
  readonly until?: string | undefined;
  readonly until_short?: string | undefined;
  readonly is_released_otherwise?: boolean | undefined;
  readonly is_by_citizen?: boolean | undefined;
  readonly old_date?: string | undefined;
  readonly old_date_short?: string | undefined;
  readonly old_time?: string | undefined;
  readonly old_site?: string | undefined;
  readonly reason_text?: string | undefined;
  readonly notice_text?: string | undefined;
  readonly manage_url?: string | undefined;
  readonly confirm_url?: string | undefined;
  readonly cancel_url?: string | undefined;
  readonly move_url?: string | undefined;
  readonly offer_url?: string | undefined;
  readonly feedback_url?: string | undefined;
  readonly booking_url?: string | undefined;
  readonly opt_out_url?: string | undefined;
}

/** An e-mail to be sent: the subject on one line, the same content as text and as HTML. */
export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** An SMS to be sent, and what it will be charged as. */
export interface RenderedSms {
  readonly text: string;
  readonly encoding: "gsm7" | "ucs2";
  readonly parts: number;
  /** Septets in `gsm7`, UTF-16 units in `ucs2`. */
  readonly units: number;
}

/** A template in force, where it was found and in which language. */
export type FoundTemplate = (EmailTemplate | SmsTemplate) & {
  readonly language: Language;
  readonly origin: TemplateOrigin;
};

/** Whose text it is: written for a service, for the whole administration, or shipped (version 0). */
export type TemplateOrigin =
  | { readonly kind: "service"; readonly serviceId: string; readonly version: number }
  | { readonly kind: "tenant"; readonly version: number }
  | { readonly kind: "shipped"; readonly version: 0 };

/** Renders an e-mail. Pure; throws RangeError when something is missing without which the message is of no use. */
export function renderEmail(
  template: EmailTemplate,
  data: MessageData,
  language: Language,
): RenderedEmail {
  refuseWithoutNeeded(template.kind, data);
  const subject = subjectOf(template, data);
  const body = fillIn(template.body, data, "email");
  const sender = cleanValue(data.administration, placeholders.administration.charsMax);
  const parts = {
    language,
    subject,
    sender,
    footer: footerOf(data, language),
    blocks: withTitle(readBlocks(body.marked), subject),
    values: body.values,
  };
  return { subject, text: writeText(parts), html: writeHtml(parts) };
}

/**
 * Renders what somebody says on the telephone instead of an e-mail: its words without sender, links and footer. Pure; what
 * is missing is left out.
 */
export function renderSpoken(
  template: EmailTemplate,
  data: MessageData,
  language: Language,
): string {
  const spoken = withoutLinks(data);
  const subject = subjectOf(template, spoken);
  const { marked, values } = fillIn(template.body, spoken, "email");
  const blocks = withTitle(readBlocks(marked), subject).filter(({ kind }) => kind !== "button");
  return writeText({ language, subject, sender: "", footer: [], blocks, values }).trim();
}

/** A link is a citizen's secret, and nobody dictates one. */
function withoutLinks(data: MessageData): MessageData {
  const none = undefined;
  return {
    ...data,
    manage_url: none,
    confirm_url: none,
    cancel_url: none,
    move_url: none,
    offer_url: none,
    feedback_url: none,
    booking_url: none,
    opt_out_url: none,
  };
}

/** The subject on one line; the neutral title where nothing of it is there. */
function subjectOf({ subject }: EmailTemplate, data: MessageData): string {
  const { marked, values } = fillIn(subject, data, "email");
  const written = onOneLine(plainOf(marked, values));
  return written === "" ? onOneLine(cleanValue(data.title, placeholders.title.charsMax)) : written;
}

/**
 * Renders an SMS and counts it. With `transliterate` letters and signs that GSM-7 has not are replaced where all of
 * them can be. Pure; throws RangeError when something is missing without which the message is of no use.
 */
export function renderSms(
  template: SmsTemplate,
  data: MessageData,
  options: { readonly transliterate: boolean },
): RenderedSms {
  refuseWithoutNeeded(template.kind, data);
  const filled = fillIn(template.text, data, "sms");
  const plain = withPlainSpaces(plainOf(filled.marked, filled.values));
  const text = options.transliterate ? transliterate(plain) : plain;
  const { encoding, units, parts } = splitSms(text);
  return { text, encoding, units, parts: parts.length };
}

/** Every space of Unicode as the one of the alphabet, lines without spaces around them and without empty ones. */
function withPlainSpaces(text: string): string {
  return text
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n[ \n]*/g, "\n")
    .trim();
}

/**
 * The template in force: that of the first named service that has one, else the administration's, else the shipped
 * one. In the wanted language where the administration offers it, else in its default language; every shipped text is
 * there in all languages, so that there is always one. Reads only.
 */
export async function findTemplate(
  trx: Trx,
  tenantId: string,
  wanted: {
    readonly kind: MessageKind;
    readonly channel: TemplateChannel;
    readonly language: Language;
    readonly serviceIds: readonly string[];
  },
): Promise<FoundTemplate> {
  const { kind, channel } = wanted;
  const { language, own } = await findContentInForce(trx, tenantId, wanted);
  if (own === null) {
    const shipped = shippedContent(kind, channel, language);
    return { ...prepareTemplate(kind, shipped), language, origin: { kind: "shipped", version: 0 } };
  }
  const { service_id: serviceId, version, content } = own;
  const origin =
    serviceId === null
      ? ({ kind: "tenant", version } as const)
      : ({ kind: "service", serviceId, version } as const);
  return { ...prepareTemplate(kind, content), language, origin };
}

import type { MessageData } from "./content.ts";
import { type PreparedText, prepareText } from "./engine/prepare-text.ts";
import type { EmailContent, MessageKind, SmsContent, TemplateContent } from "./message-template.ts";
import { neededPlaceholders } from "./placeholders.ts";

/** An e-mail's template, read once. */
export interface EmailTemplate {
  readonly channel: "email";
  readonly kind: MessageKind;
  readonly subject: PreparedText;
  readonly body: PreparedText;
}

/** An SMS's template, read once. */
export interface SmsTemplate {
  readonly channel: "sms";
  readonly kind: MessageKind;
  readonly text: PreparedText;
}

/** Texts kept read; a template has one or two, an administration some dozens. */
const textsKeptMax = 2_000;

const prepared = new Map<string, PreparedText>();

/**
 * Reads a written template so that it can be rendered any number of times. A text that was read before is not read
 * again, whoever it belongs to. Throws TextFault for one that was not checked when it was saved.
 */
export function prepareTemplate(
  kind: MessageKind,
  content: TemplateContent,
): EmailTemplate | SmsTemplate {
  return content.channel === "email" ? prepareEmail(kind, content) : prepareSms(kind, content);
}

/** The same for an e-mail. */
export function prepareEmail(kind: MessageKind, { subject, body }: EmailContent): EmailTemplate {
  return { channel: "email", kind, subject: readOnce(subject), body: readOnce(body) };
}

/** The same for an SMS. */
export function prepareSms(kind: MessageKind, { text }: SmsContent): SmsTemplate {
  return { channel: "sms", kind, text: readOnce(text) };
}

function readOnce(source: string): PreparedText {
  const known = prepared.get(source);
  if (known !== undefined) return known;
  const text = prepareText(source);
  if (prepared.size >= textsKeptMax) prepared.clear();
  prepared.set(source, text);
  return text;
}

/** Throws RangeError when data lack something without which a message of the kind is of no use. */
export function refuseWithoutNeeded(kind: MessageKind, data: MessageData): void {
  const missing = neededPlaceholders[kind].find((names) => names.every((name) => !data[name]));
  if (missing !== undefined) {
    throw new RangeError(`A message of the kind ${kind} needs ${missing.join(" or ")}`);
  }
}

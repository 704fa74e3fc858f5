import { type Language, languages, type Tenant } from "../../src/context.ts";
import {
  type MessageData,
  renderEmail,
  type RenderedEmail,
  renderSms,
  type RenderedSms,
} from "../../src/messages/content/content.ts";
import type { MessageKind } from "../../src/messages/content/message-template.ts";
import { prepareTemplate } from "../../src/messages/content/prepared-template.ts";
import { sampleData } from "../../src/messages/content/sample-data.ts";
import { shippedContent } from "../../src/messages/content/shipped/shipped.ts";
import { messageKinds } from "../../src/messages/message.ts";

/** An administration of two languages with a name of usual length. */
const olang: Pick<Tenant, "name" | "defaultLanguage" | "contact" | "timeZone" | "holidayCountry"> =
  {
    name: { it: "Comune di Valdaora", de: "Gemeinde Olang" },
    defaultLanguage: "it",
    contact: { phone: "+39 0474 000000", email: "info@olang.example" },
    timeZone: "Europe/Rome",
    holidayCountry: "IT",
  };

/** Every kind in every language. */
export const everyMessage: readonly { readonly kind: MessageKind; readonly language: Language }[] =
  languages.flatMap((language) => messageKinds.map((kind) => ({ kind, language })));

/** Data of a whole visit in a language, with what the test changes. */
export function dataIn(language: Language, changes: Partial<MessageData> = {}): MessageData {
  const data = sampleData({ language, tenant: olang, publicUrl: "https://termine.olang.example" });
  return { ...data, ...changes };
}

/** The shipped e-mail of a kind with such data. */
export function shippedEmail(
  kind: MessageKind,
  language: Language,
  changes: Partial<MessageData> = {},
): RenderedEmail {
  const template = prepareTemplate(kind, shippedContent(kind, "email", language));
  if (template.channel !== "email") throw new Error("That is no e-mail");
  return renderEmail(template, dataIn(language, changes), language);
}

/** The shipped SMS of a kind with such data, written for GSM-7. */
export function shippedSms(
  kind: MessageKind,
  language: Language,
  changes: Partial<MessageData> = {},
): RenderedSms {
  const template = prepareTemplate(kind, shippedContent(kind, "sms", language));
  if (template.channel !== "sms") throw new Error("That is no SMS");
  return renderSms(template, dataIn(language, changes), { transliterate: true });
}

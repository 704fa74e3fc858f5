import type { Language } from "../../../context.ts";
import type {
  EmailContent,
  MessageKind,
  SmsContent,
  TemplateChannel,
  TemplateContent,
} from "../message-template.ts";
import { deTemplates } from "./de.ts";
import { enTemplates } from "./en.ts";
import { frTemplates } from "./fr.ts";
import { itTemplates } from "./it.ts";

/** A language's texts for every kind; one that is missing does not compile. */
export type ShippedTemplates = Readonly<
  Record<MessageKind, { readonly email: EmailContent; readonly sms: SmsContent }>
>;

const shipped: Readonly<Record<Language, ShippedTemplates>> = {
  it: itTemplates,
  de: deTemplates,
  fr: frTemplates,
  en: enTemplates,
};

/** The text that holds where an administration wrote none. */
export function shippedContent(
  kind: MessageKind,
  channel: TemplateChannel,
  language: Language,
): TemplateContent {
  const { email, sms } = shipped[language][kind];
  return channel === "email" ? { channel, ...email } : { channel, ...sms };
}

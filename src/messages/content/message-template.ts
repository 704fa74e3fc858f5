import type { Language } from "../../context.ts";
import type { messageChannels, messageKinds } from "../message.ts";

/** What a message is about. */
export type MessageKind = (typeof messageKinds)[number];

/** The channels whose messages people read; webhooks carry no text. */
export const templateChannels = [
  "email",
  "sms",
] as const satisfies readonly (typeof messageChannels)[number][];
export type TemplateChannel = (typeof templateChannels)[number];

/** What an administration writes for an e-mail: the subject on one line, the body in the marks of README.md. */
export interface EmailContent {
  readonly subject: string;
  readonly body: string;
}

/** What it writes for an SMS. */
export interface SmsContent {
  readonly text: string;
}

/** A written template of one channel. */
export type TemplateContent =
  | ({ readonly channel: "email" } & EmailContent)
  | ({ readonly channel: "sms" } & SmsContent);

/** Where a template holds; without a service it holds for all that have none of their own. */
export interface TemplatePlace {
  readonly kind: MessageKind;
  readonly channel: TemplateChannel;
  readonly language: Language;
  readonly serviceId: string | null;
}

/** Longest written texts, in UTF-16 units. */
export const subjectCharsMax = 300;
export const bodyCharsMax = 10_000;
export const smsTextCharsMax = 1_500;

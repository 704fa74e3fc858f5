import type { Tenant } from "../../context.ts";
import type { OutgoingEmail, OutgoingSms } from "../transports/transport.ts";
import type { OutgoingWebhook } from "../transports/webhook.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import type { EmailContent, SmsContent, WebhookContent } from "./composition.ts";
import type { ReadyMessage } from "./lease-messages.ts";
import type { Senders } from "./provider.ts";

/** The Message-ID of a message, without angle brackets: the same on every attempt. */
function messageIdOf(id: string, { messageIdDomain }: Pick<Senders, "messageIdDomain">): string {
  return `${id}@${messageIdDomain}`;
}

/** The message whose Message-ID this is; undefined for one that is not ours. */
export function idOfMessageId(messageId: string): string | undefined {
  return /^<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/.exec(messageId)?.[1];
}

/** The e-mail as it is handed over. Throws where there is no address: planning gives every e-mail one. */
export function outgoingEmail(
  { message }: Pick<ReadyMessage, "message">,
  { toName, ...email }: EmailContent,
  { tenant, senders }: { readonly tenant: Tenant; readonly senders: Senders },
): OutgoingEmail {
  if (message.recipient === null) throw new Error("An e-mail has no address");
  return {
    ...email,
    messageId: messageIdOf(message.id, senders),
    to: { address: message.recipient, ...(toName === undefined ? {} : { name: toName }) },
    from: { address: senders.emailFrom, name: nameOf(tenant, message.language) },
  };
}

/** The SMS as it is handed over. Throws where there is no number. */
export function outgoingSms(
  { message }: Pick<ReadyMessage, "message">,
  sms: SmsContent,
  { smsSender }: Pick<Senders, "smsSender">,
): OutgoingSms {
  if (message.recipient === null) throw new Error("An SMS has no number");
  return { ...sms, reference: message.id, to: message.recipient, sender: smsSender };
}

/** The webhook as it is handed over: an event of Standard Webhooks. Throws where there is no endpoint. */
export function outgoingWebhook(
  { message, endpoint }: Pick<ReadyMessage, "message" | "endpoint">,
  { type, data }: WebhookContent,
): OutgoingWebhook {
  if (!endpoint) throw new Error("A webhook has no endpoint");
  const timestamp = dateFromEpochMs(message.dueAt).toISOString();
  return {
    id: message.id,
    url: endpoint.url,
    secrets: endpoint.secrets,
    body: JSON.stringify({ type, timestamp, data }),
  };
}

function nameOf({ name, defaultLanguage }: Tenant, language: Tenant["defaultLanguage"]): string {
  return name[language] ?? name[defaultLanguage] ?? Object.values(name)[0] ?? "";
}

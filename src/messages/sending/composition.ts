import type { Language, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { MessageFacts } from "../store/planned-message.ts";
import type { MessageChannel, MessageKind, SubjectKind } from "../message-state.ts";
import type { OutgoingEmail, OutgoingSms } from "../transports/transport.ts";

/** A leased message as whoever writes it sees it; instants in epoch milliseconds. */
export interface MessageToSend {
  readonly id: string;
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly kind: MessageKind;
  readonly channel: MessageChannel;
  readonly language: Language;
  readonly offsetMinutes: number;
  readonly facts: MessageFacts;
  /** In the clear; null for webhooks and once erased. */
  readonly recipient: string | null;
  readonly dueAt: number;
  readonly notAfter: number;
  readonly isTraining: boolean;
}

/** What the sender adds: who it goes to and from, and what names it on every retry. */
export type EmailContent = Omit<OutgoingEmail, "messageId" | "to" | "from"> & {
  readonly toName?: string;
};
export type SmsContent = Omit<OutgoingSms, "reference" | "to" | "sender">;
/** A webhook's event; the sender adds id, time and signature. */
export interface WebhookContent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message as it is now: written from what is true at this moment, or why it is not sent. */
export type Composition =
  | { readonly verdict: "email"; readonly email: EmailContent }
  | { readonly verdict: "sms"; readonly sms: SmsContent }
  | { readonly verdict: "webhook"; readonly webhook: WebhookContent }
  | { readonly verdict: "discard"; readonly reason: string }
  | { readonly verdict: "fail"; readonly reason: string }
  /** Epoch milliseconds. */
  | { readonly verdict: "postpone"; readonly until: number };

/** What a message may be written from. */
export interface ComposeRequest {
  readonly tenant: Tenant;
  /** The database's clock, epoch milliseconds. */
  readonly now: number;
  readonly messages: readonly MessageToSend[];
  /** Whether somebody only wants to see them: they are written as if what they say had come true, and were due. */
  readonly isSample?: boolean;
}

/**
 * Writes messages from current data, by id, in the transaction that leased them. Given by the slice that knows what
 * they are about; a message it leaves out fails as `not_composed`.
 */
export type Compose = (
  trx: Trx,
  request: ComposeRequest,
) => Promise<ReadonlyMap<string, Composition>>;

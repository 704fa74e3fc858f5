import type { OutgoingEmail, OutgoingSms, Transport } from "../transports/transport.ts";
import type { OutgoingWebhook } from "../transports/webhook.ts";

/** A transport with what the sender must know of it. */
export interface Provider<M> {
  readonly transport: Transport<M>;
  /** Short name, kept with each message: `smtp`, `sms-http`, `smpp`, `webhook`, `mailbox`. */
  readonly name: string;
  /** Messages that one process hands over at once. */
  readonly connections: number;
  /** Whether the same reference never costs or shows twice; what got no answer is then repeated until it has one. */
  readonly isRepeatable: boolean;
}

/** Whom messages are handed to; a channel without one is not planned for. */
export interface Providers {
  readonly email?: Provider<OutgoingEmail>;
  readonly sms?: Provider<OutgoingSms>;
  readonly webhook?: Provider<OutgoingWebhook>;
}

/** From whom messages come. */
export interface Senders {
  /** Address in `From` of every e-mail. */
  readonly emailFrom: string;
  /** Right part of Message-IDs. */
  readonly messageIdDomain: string;
  /** Name or number that SMS come from. */
  readonly smsSender: string;
}

import type { Language } from "../../context.ts";

/** An e-mail that is ready to be handed over. */
export interface OutgoingEmail {
  /** RFC 5322 Message-ID without angle brackets, the same on every retry. */
  readonly messageId: string;
  readonly to: { readonly address: string; readonly name?: string };
  readonly from: { readonly address: string; readonly name: string };
  readonly replyTo?: { readonly address: string; readonly name?: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: Language;
  readonly calendar?: { readonly method: "REQUEST" | "CANCEL" | "PUBLISH"; readonly ics: string };
  /** RFC 8058 one-click. */
  readonly listUnsubscribe?: { readonly url: string };
}

/** An SMS that is ready to be handed over. */
export interface OutgoingSms {
  /** The same on every retry. */
  readonly reference: string;
  /** E.164. */
  readonly to: string;
  readonly sender: string;
  readonly text: string;
  readonly encoding: "gsm7" | "ucs2";
  readonly parts: number;
}

/** Why a provider refused a message for good. */
export type RefusalReason =
  | "bad_address"
  | "blocked"
  | "content"
  | "policy"
  | "unsupported"
  | "other";

/** What came of handing a message over. */
export type SendOutcome =
  | { readonly kind: "accepted"; readonly providerReference: string | null }
  /** For good. */
  | { readonly kind: "refused"; readonly reason: RefusalReason; readonly code: string | null }
  /** Not taken, try again. */
  | {
      readonly kind: "later";
      readonly reason: string;
      readonly code: string | null;
      readonly afterSeconds: number | null;
      readonly isProviderWide: boolean;
    }
  /** May have been taken: cut after the message, or no answer after the request was written. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface SendOptions {
  /** The total deadline, 30 s at most: when it aborts, the outcome is there. */
  readonly signal: AbortSignal;
  /** Whose message it is; providers are not told. */
  readonly tenantId: string;
}

/** A way to a provider. */
export interface Transport<M> {
  /** Hands a message over. Never throws for what a provider does, nor for what is in the message. */
  readonly send: (message: M, options: SendOptions) => Promise<SendOutcome>;
  /** Lets what is under way end by its own deadline, then closes connections. May be repeated. */
  readonly close: () => Promise<void>;
}

/** What a provider reports later of a message it took; arrives as a callback, a pdu or a mail. */
export interface Receipt {
  readonly channel: "email" | "sms";
  /** What the provider named the message when it took it. */
  readonly providerReference?: string;
  /** Ours: of an e-mail the Message-ID without angle brackets, of an SMS `OutgoingSms.reference`. */
  readonly reference?: string;
  readonly state: "delivered" | "failed" | "delayed" | "expired";
  readonly code: string | null;
  /** Epoch milliseconds; of arrival where the provider says nothing that can be believed. */
  readonly at: number;
}

/**
 * Keeps receipts. Resolves when they are stored, which is when providers are told that they were taken; they send again
 * what rejected. The same receipt may come several times, and receipts of one message in any order.
 */
export type ReceiptSink = (receipts: readonly Receipt[]) => Promise<unknown>;

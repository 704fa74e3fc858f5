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

/** A way to a provider. */
export interface Transport<M> {
  /** Hands a message over; `signal` is the total deadline. Never throws for what a provider does. */
  send(message: M, options: { readonly signal: AbortSignal }): Promise<SendOutcome>;
  close(): Promise<void>;
}

/** What a provider reports later of a message it took; arrives as a callback, a pdu or a mail. */
export interface Receipt {
  readonly channel: "email" | "sms";
  readonly providerReference?: string;
  readonly reference?: string;
  readonly state: "delivered" | "failed" | "delayed" | "expired";
  readonly code: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A webhook that is ready to be handed over (Standard Webhooks). */
export interface OutgoingWebhook {
  /** `webhook-id`, the same on every retry. */
  readonly id: string;
  readonly url: string;
  /** `whsec_…`; two while they are exchanged. */
  readonly secrets: readonly string[];
  /** JSON, the same bytes on every retry. */
  readonly body: string;
}

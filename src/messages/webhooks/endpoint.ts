import type { MessageKind } from "../message-state.ts";

export const endpointStatuses = ["active", "disabled", "deleted"] as const;
export type EndpointStatus = (typeof endpointStatuses)[number];

/** How an endpoint changes; a test compares this with the database's list. */
export const endpointTransitions = [
  ["active", "disabled"],
  ["disabled", "active"],
  ["active", "deleted"],
  ["disabled", "deleted"],
] as const;

/** What an endpoint can be told of, by the kind of message that tells citizens the same. */
export const webhookKinds = [
  "confirmation",
  "change",
  "cancellation",
  "released",
  "reminder",
  "follow_up",
] as const satisfies readonly MessageKind[];
export type WebhookKind = (typeof webhookKinds)[number];

/** Names of the events in webhooks. */
export const webhookTypes: Readonly<Record<WebhookKind, string>> = {
  confirmation: "appointment.booked",
  change: "appointment.rescheduled",
  cancellation: "appointment.cancelled",
  released: "appointment.released",
  reminder: "appointment.reminder_due",
  follow_up: "appointment.closed",
};

/** An endpoint with its secrets in the clear, for the moment of sending. */
export interface OpenEndpoint {
  readonly id: string;
  readonly url: string;
  /** The current one first; two while they are exchanged. */
  readonly secrets: readonly string[];
}

import type { MessageKind } from "../message-state.ts";

export const phoneTaskStatuses = ["open", "leased", "done", "dropped"] as const;
export type PhoneTaskStatus = (typeof phoneTaskStatuses)[number];

/** How a phone task changes; a test compares this with the database's list. */
export const phoneTaskTransitions = [
  ["open", "leased"],
  ["open", "dropped"],
  ["leased", "leased"],
  ["leased", "open"],
  ["leased", "done"],
  ["leased", "dropped"],
] as const;

/** Why somebody is called: no address or mobile number, a message that did not get through, or staff asked for it. */
export const phoneTaskCauses = ["no_contact", "failed", "unknown", "bounced", "asked_for"] as const;
export type PhoneTaskCause = (typeof phoneTaskCauses)[number];

/** What came of a call. After `not_reached` it is tried again, three times in all. */
export const phoneTaskOutcomes = [
  "reached",
  "left_message",
  "not_reached",
  "wrong_number",
  "no_number",
  "declined",
] as const;
export type PhoneTaskOutcome = (typeof phoneTaskOutcomes)[number];

/** A call to be made; instants in epoch milliseconds. */
export interface PlannedPhoneTask {
  readonly id: string;
  readonly appointmentId: string;
  readonly version: number;
  readonly kind: MessageKind;
  readonly cause: PhoneTaskCause;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** When the appointment begins, by which calls are ordered. */
  readonly visitAt: number;
  /** Not before. */
  readonly nextAt: number;
  readonly notAfter: number;
}

import type { messageChannels, messageKinds } from "./message.ts";

export type MessageKind = (typeof messageKinds)[number];
export type MessageChannel = (typeof messageChannels)[number];

export const messageStatuses = [
  "planned",
  "leased",
  "sent",
  "failed",
  "unknown",
  "discarded",
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/**
 * How a message changes. A planned one that turns out to be sent had an attempt of unknown outcome, and the provider's
 * receipt says that it arrived: it is not sent again. A test compares this with the database's list.
 */
export const messageTransitions = [
  ["planned", "leased"],
  ["planned", "discarded"],
  ["planned", "failed"],
  ["planned", "sent"],
  ["leased", "planned"],
  ["leased", "sent"],
  ["leased", "failed"],
  ["leased", "unknown"],
  ["leased", "discarded"],
  ["unknown", "planned"],
  ["unknown", "sent"],
  ["unknown", "failed"],
  ["failed", "planned"],
] as const;

/** What a message is about. `test` is one that an administrator sends to himself. */
export const subjectKinds = ["appointment", "offer", "test"] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** What came of handing a message over; `lost` when the worker died before it could say. */
export const attemptOutcomes = ["accepted", "refused", "later", "unknown", "lost"] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** What providers report of messages they took. */
export const receiptStates = ["delivered", "failed", "delayed", "expired"] as const;
export type ReceiptState = (typeof receiptStates)[number];

/** The order in which messages that are due go out; within one, the longest due first. */
export const priorities = { urgent: 0, notice: 1, reminder: 2, other: 3 } as const;
export type Priority = (typeof priorities)[keyof typeof priorities];

const prioritiesByKind: Readonly<Record<MessageKind, Priority>> = {
  urgent_notice: priorities.urgent,
  confirmation: priorities.notice,
  change: priorities.notice,
  cancellation: priorities.notice,
  released: priorities.notice,
  waitlist_offer: priorities.notice,
  waitlist_taken: priorities.notice,
  please_confirm: priorities.reminder,
  reminder: priorities.reminder,
  follow_up: priorities.other,
  bulk_notice: priorities.other,
};

/** When a message of a kind has its turn among those that are due. */
export function priorityOf(kind: MessageKind): Priority {
  return prioritiesByKind[kind];
}

/**
 * The two ways to the provider: what people wait for never stands behind what was planned long ago. Each has jobs of
 * its own and a reserve of places and of rate.
 */
export const lanes = { notices: [0, 1], reminders: [2, 3] } as const;
export type Lane = keyof typeof lanes;

/**
 * Kinds that must reach the citizen: no opt-out holds them back, and an operator calls when they cannot be sent.
 * The others help, and are left out when they come too late.
 */
export const requiredKinds: readonly MessageKind[] = [
  "change",
  "cancellation",
  "please_confirm",
  "released",
  "bulk_notice",
  "urgent_notice",
  "waitlist_offer",
];

/** Whether a message of a kind must reach its recipient, by telephone if need be. */
export function isRequired(kind: MessageKind): boolean {
  return requiredKinds.includes(kind);
}

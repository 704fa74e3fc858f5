/** What can come of a call, depending on what it is about. */
import type { LeasedTask } from "../../../reminders/phone/lease-phone-task.ts";
import type { AdminMessageKey } from "../translate.ts";

/** What an operator can note; the first ones need somebody to have been reached. */
export const answers = [
  "told",
  "comes",
  "wait",
  "accept",
  "decline",
  "move",
  "cancel",
  "left_message",
  "not_reached",
  "wrong_number",
  "no_number",
] as const;
export type Answer = (typeof answers)[number];

/** What operators read. */
export const answerNames: Readonly<Record<Answer, AdminMessageKey>> = {
  told: "calls_told",
  comes: "calls_comes",
  wait: "calls_wait",
  accept: "calls_accept",
  decline: "calls_decline",
  move: "calls_move",
  cancel: "calls_cancel",
  left_message: "calls_left_message",
  not_reached: "calls_not_reached",
  wrong_number: "calls_wrong_number",
  no_number: "calls_no_number",
};

/** What decides what can come of a call. */
export interface CallCase {
  readonly kind: LeasedTask["task"]["kind"];
  readonly isBooked: boolean;
  readonly hasPhone: boolean;
  /** Whether the time was closed at once and there is room to wait until it opens again. */
  readonly canWait: boolean;
  /** Whether this visit can have another time. */
  readonly canMove: boolean;
}

/** The answers that a call about an appointment allows, in the order in which they are offered. Pure. */
export function answersFor({ kind, isBooked, hasPhone, canWait, canMove }: CallCase): Answer[] {
  if (!hasPhone) return ["no_number"];
  const isQuestion = kind === "please_confirm" && isBooked;
  return [
    isQuestion ? "comes" : "told",
    ...(canWait ? (["wait"] as const) : []),
    ...(canMove ? (["move"] as const) : []),
    ...(isBooked ? (["cancel"] as const) : []),
    ...missed,
  ];
}

/** The answers that a call about an offer of the waitlist allows. Pure. */
export function answersToOffer({ hasPhone }: Pick<CallCase, "hasPhone">): Answer[] {
  return hasPhone ? ["accept", "decline", ...missed] : ["no_number"];
}

const missed = ["left_message", "not_reached", "wrong_number"] as const;

/** What calls are about and why they are made, in words. */
import type { TaskRow } from "../../../messages/phone-tasks/queries.ts";
import type { PhoneTaskOutcome } from "../../../messages/phone-tasks/phone-task.ts";
import type { AdminMessageKey } from "../translate.ts";

export const kindNames: Readonly<Record<TaskRow["kind"], AdminMessageKey>> = {
  bulk_notice: "calls_kind_bulk_notice",
  cancellation: "calls_kind_cancellation",
  change: "calls_kind_change",
  confirmation: "calls_kind_confirmation",
  follow_up: "calls_kind_follow_up",
  please_confirm: "calls_kind_please_confirm",
  released: "calls_kind_released",
  reminder: "calls_kind_reminder",
  urgent_notice: "calls_kind_urgent_notice",
  waitlist_offer: "calls_kind_waitlist_offer",
  waitlist_taken: "calls_kind_waitlist_taken",
};

export const causeNames: Readonly<Record<TaskRow["cause"], AdminMessageKey>> = {
  asked_for: "calls_cause_asked_for",
  bounced: "calls_cause_bounced",
  failed: "calls_cause_failed",
  no_contact: "calls_cause_no_contact",
  unknown: "calls_cause_unknown",
};

export const outcomeNames: Readonly<Record<PhoneTaskOutcome, AdminMessageKey>> = {
  reached: "calls_told",
  left_message: "calls_left_message",
  not_reached: "calls_not_reached",
  wrong_number: "calls_wrong_number",
  no_number: "calls_no_number",
  declined: "calls_cancel",
};

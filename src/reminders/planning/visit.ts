import type { Canceller, CancelReason } from "../../appointments/appointment.ts";
import type { Language } from "../../context.ts";
import type { MessageKind } from "../../messages/message-state.ts";
import type { MessagePolicy } from "../policy/message-policy.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { Reach } from "./reach.ts";

/** An appointment as it is when its messages are planned; instants in epoch milliseconds. */
export interface Visit {
  readonly id: string;
  readonly status: "booked" | "closed" | "cancelled";
  readonly siteId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly language: Language;
  readonly isTraining: boolean;
  /** Taken over from an old system, which has confirmed it. */
  readonly isImported: boolean;
  readonly cancelled: { readonly by: Canceller; readonly reason: CancelReason } | null;
  /** Whether it is closed and anybody attended. */
  readonly isAttended: boolean;
  readonly reach: Reach;
  /** Whether one of his addresses wants no reminders. */
  readonly hasOptedOut: boolean;
  readonly policy: MessagePolicy;
  readonly quiet: QuietHours;
}

/** Something that happened to a visit and that somebody is told of. */
export interface VisitEvent {
  readonly kind: "booked" | "rescheduled" | "cancelled" | "closed" | "noticed";
  /** Version of the appointment after it. */
  readonly version: number;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** The operation over many appointments that it was part of; null for everything else. */
  readonly operation: { readonly id: string; readonly isUrgent: boolean } | null;
  /** Of `rescheduled`: who did it, and from when and where to when and where. */
  readonly move: Move | null;
}

/** A move of a visit. */
export interface Move {
  readonly isByCitizen: boolean;
  readonly fromStartsAt: number;
  readonly fromSiteId: string;
  readonly startsAt: number;
  readonly siteId: string;
}

/** Who can be told, and by what. */
export interface Outlets {
  /** Channels that this installation has a provider for and the administration has switched on. */
  readonly available: { readonly email: boolean; readonly sms: boolean };
  readonly webhooks: readonly { readonly id: string; readonly kinds: readonly MessageKind[] }[];
}

/** Kinds that are planned by the time of a visit, and again when it moves. */
export const scheduledKinds = [
  "reminder",
  "please_confirm",
  "follow_up",
] as const satisfies MessageKind[];

/** Kinds that say that a visit takes place. */
export const comingKinds = [
  "confirmation",
  "change",
  "reminder",
  "please_confirm",
] as const satisfies MessageKind[];

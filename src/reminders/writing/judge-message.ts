import type { MessageToSend } from "../../messages/sending/composition.ts";
import type { AppointmentRow } from "../../appointments/queries.ts";
import { isQuiet, nextLoud, type QuietHours } from "../planning/quiet-hours.ts";

/** What decides whether a message is still sent; instants in epoch milliseconds. */
export interface Judging {
  readonly message: Pick<MessageToSend, "kind" | "channel" | "facts" | "recipient">;
  readonly appointment: Pick<AppointmentRow, "status" | "participants"> & {
    readonly startsAt: number;
    readonly siteId: string;
  };
  readonly now: number;
  readonly quiet: QuietHours;
  readonly hasOptedOut: boolean;
  /** Whether the citizen said that he comes. */
  readonly isConfirmed: boolean;
}

/** Why a message is not sent now; undefined when it is. */
export type Judgement =
  | { readonly verdict: "discard"; readonly reason: string }
  | { readonly verdict: "postpone"; readonly until: number }
  | undefined;

/** Time that must be left before the visit for something to wait out quiet hours. */
const leadMs = 3 * 3_600_000;

/**
 * Judges a message by what is true at this moment: nothing is sent about a visit that is cancelled or at another time
 * or place, to somebody who wants no reminders, or at night. Pure.
 */
export function judgeMessage(judging: Judging): Judgement {
  const { message, now, quiet } = judging;
  const reason = untrueBecause(judging) ?? unwantedBecause(judging);
  if (reason !== undefined) return { verdict: "discard", reason };
  if (!waitsForMorning(judging) || !isQuiet(now, quiet)) return undefined;
  const until = nextLoud(now, quiet);
  const isHelpful = message.kind === "reminder" || message.kind === "follow_up";
  // A notice that would be too close to the visit by then is sent in the night.
  if (!isHelpful && until > judging.appointment.startsAt - leadMs) return undefined;
  return { verdict: "postpone", until };
}

function untrueBecause({ message, appointment, now }: Judging): string | undefined {
  const { kind, facts } = message;
  switch (kind) {
    case "cancellation":
    case "released":
      return appointment.status === "cancelled" ? undefined : "superseded";
    case "follow_up":
      return isAttended(appointment) || message.channel === "webhook" ? undefined : "not_attended";
    case "confirmation":
    case "change":
    case "reminder":
    case "please_confirm":
    case "waitlist_offer":
    case "waitlist_taken":
    case "bulk_notice":
    case "urgent_notice": {
      if (appointment.status === "cancelled") return "cancelled";
      const isSame =
        facts["starts_at"] === appointment.startsAt && facts["site_id"] === appointment.siteId;
      if (!isSame) return "superseded";
      return appointment.status === "closed" || appointment.startsAt <= now
        ? "too_late"
        : undefined;
    }
  }
}

function isAttended({ participants }: Judging["appointment"]): boolean {
  return participants.some((one) => one.attendance === "attended");
}

function unwantedBecause({ message, hasOptedOut, isConfirmed }: Judging): string | undefined {
  const { kind, channel, recipient } = message;
  if (channel === "webhook") return undefined;
  if (recipient === null) return "erased";
  if (hasOptedOut && (kind === "reminder" || kind === "follow_up")) return "opted_out";
  if (isConfirmed && kind === "please_confirm") return "confirmed";
  return undefined;
}

function waitsForMorning({ message: { kind, channel, facts } }: Judging): boolean {
  if (channel === "webhook" || facts["is_urgent"] === true) return false;
  switch (kind) {
    case "reminder":
    case "please_confirm":
    case "follow_up":
    case "waitlist_taken":
    case "bulk_notice":
      return true;
    case "change":
    case "cancellation":
    case "released":
      return facts["by"] !== "citizen";
    case "confirmation":
    case "waitlist_offer":
    case "urgent_notice":
      return false;
  }
}

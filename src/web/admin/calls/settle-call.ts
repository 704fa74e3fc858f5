/** Does what somebody on the telephone wants, and notes that the call is made. */
import { cancelAppointment } from "../../../appointments/cancel-appointment.ts";
import { rescheduleAppointment } from "../../../appointments/reschedule-appointment.ts";
import { rebook } from "../../../bulk/rebooking/rebook.ts";
import { chooseAfterClosure } from "../../../bulk/today/urgent-choice.ts";
import { DomainError } from "../../../errors.ts";
import { taskNotYours } from "../../../reminders/errors.ts";
import { settlePhoneTask } from "../../../reminders/phone/settle-phone-task.ts";
import { localDateOf } from "../../../time/wall-clock.ts";
import { settleOfferCall } from "../../../waitlist/calls/settle-call.ts";
import { acceptOffer } from "../../../waitlist/offers/accept-offer.ts";
import { declineOffer } from "../../../waitlist/offers/decline-offer.ts";
import type { AdminPage } from "../admin-env.ts";
import type { CallResult } from "./call-form.ts";
import type { LoadedOfferCall, TaskCall } from "./load-call.ts";

/**
 * Does what the person wants, then settles the call. A refusal of the first leaves the call with its operator; whoever
 * stops in between has the call back in the list after a quarter of an hour. Throws what moving and cancelling throw.
 */
export async function settleTaskCall(
  page: AdminPage,
  call: TaskCall,
  result: CallResult,
): Promise<void> {
  const { answer, note, againAt } = result;
  const { deps, context } = page;
  const { id } = call.leased.task;
  switch (answer) {
    case "told":
    case "comes":
      await settlePhoneTask(deps, context, {
        id,
        outcome: "reached",
        isComing: answer === "comes",
        note,
      });
      return;
    case "left_message":
    case "not_reached":
    case "wrong_number":
    case "no_number":
      await settlePhoneTask(deps, context, { id, outcome: answer, againAt, note });
      return;
    case "wait":
    case "move":
    case "cancel":
      await change(page, call, result);
      await settleReached(page, id, note);
      return;
    case "accept":
    case "decline":
      throw new Error("A call about an appointment offers no place");
  }
}

/** A change may have ended the calls that would ask about it, this one among them. */
async function settleReached(
  { deps, context }: AdminPage,
  id: string,
  note: string | undefined,
): Promise<void> {
  try {
    await settlePhoneTask(deps, context, { id, outcome: "reached", note });
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem !== taskNotYours) throw error;
  }
}

async function change(page: AdminPage, call: TaskCall, result: CallResult): Promise<void> {
  const { deps, context } = page;
  const { appointment } = call.leased;
  const { id } = appointment;
  if (result.answer === "cancel") {
    await cancelAppointment(deps, context, { id, reason: "cannot_come" });
    return;
  }
  if (result.answer === "wait") {
    await chooseAfterClosure(deps, context, { id, wanted: { choice: "wait" } });
    return;
  }
  const { startsAt } = result;
  if (!startsAt) throw new Error("Whoever moves has chosen a time");
  if (call.rebooking) await rebook(deps, context, { id, startsAt });
  else if (call.closure) {
    const zone = appointment.site.time_zone;
    const isToday = localDateOf(startsAt.getTime(), zone) === localDateOf(call.now, zone);
    const choice = isToday ? "later_today" : "another_day";
    await chooseAfterClosure(deps, context, { id, wanted: { choice, startsAt } });
  } else await rescheduleAppointment(deps, context, { id, time: { startsAt }, isAsked: true });
}

/** The same for an offer of the waitlist. */
export async function settleOffer(
  { deps, context }: AdminPage,
  call: LoadedOfferCall,
  { answer, note }: CallResult,
): Promise<void> {
  const { id } = call.taken.offer;
  switch (answer) {
    case "accept":
      await acceptOffer(deps, context, id);
      return;
    case "decline":
      await declineOffer(deps, context, id);
      return;
    case "left_message":
    case "not_reached":
    case "wrong_number":
    case "no_number":
      await settleOfferCall(deps, context, { id, outcome: answer, note });
      return;
    case "told":
    case "comes":
    case "wait":
    case "move":
    case "cancel":
      throw new Error("A call about an offer moves no appointment");
  }
}

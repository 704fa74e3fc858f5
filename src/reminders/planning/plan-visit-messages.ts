import { v7 as uuidv7 } from "uuid";
import { type MessageKind, priorities } from "../../messages/message-state.ts";
import type { PlannedPhoneTask } from "../../messages/phone-tasks/phone-task.ts";
import type { DiscardWish } from "../../messages/store/queries.ts";
import type { MessageFacts, PlannedMessage } from "../../messages/store/planned-message.ts";
import { webhookKinds } from "../../messages/webhooks/endpoint.ts";
import type { ChannelChoice } from "../policy/message-policy.ts";
import {
  type MessageTimes,
  timesAfter,
  timesBefore,
  timesOfConfirmation,
  timesOfNotice,
} from "./message-times.ts";
import { waysFor } from "./reach.ts";
import { comingKinds, type Outlets, scheduledKinds, type Visit, type VisitEvent } from "./visit.ts";

/** What becomes of a visit's messages after some events. */
export interface VisitPlan {
  readonly messages: readonly PlannedMessage[];
  readonly calls: readonly PlannedPhoneTask[];
  readonly discards: readonly DiscardWish[];
  /** Calls of these kinds would say what is no longer true. */
  readonly droppedCalls: readonly MessageKind[];
  /** By when the citizen should say that he comes (epoch ms); undefined when he is not asked. */
  readonly presence: { readonly answerBy: number; readonly isReleased: boolean } | undefined;
}

/**
 * Plans the messages of a visit after events, in their order. Messages about the time are planned from the visit as it
 * is now, notices from what happened; what is no longer true is discarded. Pure but for the ids.
 */
export function planVisitMessages(
  visit: Visit,
  events: readonly VisitEvent[],
  outlets: Outlets,
): VisitPlan {
  const scope = { visit, outlets };
  const plans = events.map((event) => planOf(scope, event));
  const last = events.findLast(({ kind }) => kind === "booked" || kind === "rescheduled");
  const schedule = last && visit.status === "booked" ? scheduleOf(scope, last) : nothing;
  const all = [...plans, schedule];
  return {
    messages: all.flatMap((plan) => plan.messages),
    calls: all.flatMap((plan) => plan.calls),
    discards: discardsOf(visit, events),
    droppedCalls: droppedCallsOf(visit, events),
    presence: schedule.presence,
  };
}

interface Scope {
  readonly visit: Visit;
  readonly outlets: Outlets;
}

type Part = Pick<VisitPlan, "messages" | "calls" | "presence">;

const nothing: Part = { messages: [], calls: [], presence: undefined };

function planOf(scope: Scope, event: VisitEvent): Part {
  const { visit } = scope;
  switch (event.kind) {
    case "booked":
      return visit.isImported || visit.status === "cancelled"
        ? nothing
        : confirmation(scope, event);
    case "rescheduled":
      return visit.status === "cancelled" ? nothing : change(scope, event);
    case "cancelled":
      return cancellation(scope, event);
    case "closed":
      return followUp(scope, event);
    case "noticed":
      return visit.status === "booked" ? operationNotice(scope, event) : nothing;
  }
}

function confirmation(scope: Scope, event: VisitEvent): Part {
  const { visit } = scope;
  const times = timesOfConfirmation({ startsAt: visit.startsAt, now: event.at });
  const channels = visit.policy.confirmation?.channels;
  const told = { kind: "confirmation", event, times, facts: factsOf(visit) } as const;
  // Nobody is called to hear what he was told when he booked.
  return {
    ...nothing,
    messages: [...messagesFor(scope, told, channels), ...webhooksFor(scope, told)],
  };
}

function change(scope: Scope, event: VisitEvent): Part {
  const { move } = event;
  if (!move) return nothing;
  const facts = {
    starts_at: move.startsAt,
    site_id: move.siteId,
    old_starts_at: move.fromStartsAt,
    old_site_id: move.fromSiteId,
    by: move.isByCitizen ? "citizen" : "staff",
    ...operationFacts(event),
  };
  return notice(scope, { kind: "change", event, facts, isByCitizen: move.isByCitizen });
}

/** Reasons that the citizen gave, also when a clerk writes them down for him. */
const citizensReasons: readonly string[] = [
  "not_needed",
  "cannot_come",
  "found_elsewhere",
  "booked_twice",
];

function cancellation(scope: Scope, event: VisitEvent): Part {
  const { visit } = scope;
  // Whoever did not come while there was time is not told that it has passed.
  if (!visit.cancelled || visit.cancelled.reason === "lapsed") return nothing;
  const { by, reason } = visit.cancelled;
  const kind = reason === "not_confirmed" ? "released" : "cancellation";
  const isByCitizen = by === "citizen" || (by === "staff" && citizensReasons.includes(reason));
  return notice(scope, {
    kind,
    event,
    facts: { ...factsOf(visit), by, reason, ...operationFacts(event) },
    isByCitizen,
  });
}

/** What an operation tells people whose visits stay as they are. */
function operationNotice(scope: Scope, event: VisitEvent): Part {
  const kind = event.operation?.isUrgent === true ? "urgent_notice" : "bulk_notice";
  const facts = { ...factsOf(scope.visit), by: "staff", ...operationFacts(event) };
  return notice(scope, { kind, event, facts, isByCitizen: false });
}

/** Which operation's text the message says, and whether it may not wait for the morning. */
function operationFacts({ operation }: VisitEvent): MessageFacts {
  if (!operation) return {};
  return { operation_id: operation.id, ...(operation.isUrgent ? { is_urgent: true } : {}) };
}

interface NoticeWish {
  readonly kind: "change" | "cancellation" | "released" | "bulk_notice" | "urgent_notice";
  readonly event: VisitEvent;
  readonly facts: MessageFacts;
  readonly isByCitizen: boolean;
}

function notice(scope: Scope, { kind, event, facts, isByCitizen }: NoticeWish): Part {
  const { visit } = scope;
  const times = timesOfNotice({
    startsAt: visit.startsAt,
    now: event.at,
    isImmediate: isByCitizen || event.operation?.isUrgent === true,
    quiet: visit.quiet,
  });
  const told = { kind, event, times, facts };
  const messages = messagesFor(scope, told, visit.policy.notices.channels);
  const isCalled = messages.length === 0 && !isByCitizen && visit.startsAt > event.at;
  return {
    ...nothing,
    messages: [...messages, ...webhooksFor(scope, told)],
    calls: isCalled ? callsFor(scope, { ...told, notAfter: visit.startsAt }) : [],
  };
}

function followUp(scope: Scope, event: VisitEvent): Part {
  const { visit } = scope;
  const wish = visit.policy.follow_up;
  const now = event.at;
  const facts = factsOf(visit);
  const hook = {
    kind: "follow_up",
    event,
    facts,
    times: timesOfConfirmation({ startsAt: now, now }),
  } as const;
  const messages = webhooksFor(scope, hook);
  if (!wish || !visit.isAttended || visit.hasOptedOut) return { ...nothing, messages };
  const offsetMinutes = wish.offset_minutes;
  const times = timesAfter({ endsAt: visit.endsAt, offsetMinutes, now }, visit.quiet);
  const told = { kind: "follow_up", event, times, facts } as const;
  return { ...nothing, messages: [...messagesFor(scope, told, wish.channels), ...messages] };
}

/** Everything that is planned by the visit's time. */
function scheduleOf(scope: Scope, event: VisitEvent): Part {
  const asking = askForPresence(scope, event);
  const { visit } = scope;
  const parts = visit.policy.reminders.map((reminder) => remind(scope, event, reminder));
  return {
    messages: [...parts.flatMap((part) => part.messages), ...asking.messages],
    calls: [...parts.flatMap((part) => part.calls), ...asking.calls],
    presence: asking.presence,
  };
}

type ReminderWish = Visit["policy"]["reminders"][number];

function remind(scope: Scope, event: VisitEvent, wish: ReminderWish): Part {
  const { visit } = scope;
  const times = timesFor(visit, event, wish.offset_minutes);
  if (!times) return nothing;
  const offsetMinutes = wish.offset_minutes;
  const told = { kind: "reminder", event, times, facts: factsOf(visit), offsetMinutes } as const;
  const hooks = webhooksFor(scope, told);
  if (visit.hasOptedOut) return { ...nothing, messages: hooks };
  const messages = messagesFor(scope, told, wish.channels);
  const isCalled =
    messages.length === 0 &&
    visit.policy.has_phone_reminders &&
    visit.reach.phone !== undefined &&
    offsetMinutes === calledOffset(visit);
  return {
    ...nothing,
    messages: [...messages, ...hooks],
    calls: isCalled ? callsFor(scope, { ...told, notAfter: visit.startsAt }) : [],
  };
}

const dayMinutes = 1_440;

/** Nobody is called three times: at the last reminder that leaves a day, or the first of all. */
function calledOffset({ policy }: Visit): number {
  const offsets = policy.reminders.map((one) => one.offset_minutes);
  const early = offsets.filter((offset) => offset >= dayMinutes);
  return early.length > 0 ? Math.min(...early) : Math.max(...offsets);
}

/** An answer is awaited for this long at least, or the question is not asked. */
const answerTimeMsMin = 4 * 3_600_000;

function askForPresence(scope: Scope, event: VisitEvent): Part {
  const { visit } = scope;
  const wish = visit.policy.please_confirm;
  const times = wish && timesFor(visit, event, wish.offset_minutes);
  if (!wish || !times) return nothing;
  const answerBy = visit.startsAt - wish.answer_minutes * 60_000;
  if (answerBy - times.dueAt < answerTimeMsMin) return nothing;
  const facts = { ...factsOf(visit), answer_by: answerBy, is_released: wish.is_released };
  const told = { kind: "please_confirm", event, times, facts } as const;
  const messages = messagesFor(scope, told, wish.channels);
  const isAsked = messages.length > 0;
  // Whoever can only be called loses nothing for want of an answer: nobody may have had the time to call.
  const presence = { answerBy, isReleased: wish.is_released && isAsked };
  const isCalled = !isAsked && visit.reach.phone !== undefined;
  return {
    messages,
    calls: isCalled ? callsFor(scope, { ...told, notAfter: answerBy }) : [],
    presence,
  };
}

function timesFor(
  visit: Visit,
  event: VisitEvent,
  offsetMinutes: number,
): MessageTimes | undefined {
  const { startsAt, quiet } = visit;
  const times = timesBefore({ startsAt, offsetMinutes, since: event.at, quiet });
  return typeof times === "string" ? undefined : times;
}

function factsOf({ startsAt, siteId }: Pick<Visit, "startsAt" | "siteId">): MessageFacts {
  return { starts_at: startsAt, site_id: siteId };
}

/** Something to be told. */
interface Telling {
  readonly kind: MessageKind;
  readonly event: VisitEvent;
  readonly times: MessageTimes;
  readonly facts: MessageFacts;
  readonly offsetMinutes?: number;
}

function messagesFor(
  { visit, outlets }: Scope,
  telling: Telling,
  channels: ChannelChoice | undefined,
): PlannedMessage[] {
  if (channels === undefined) return [];
  return waysFor(channels, visit.reach, outlets.available).map((way) => ({
    ...messageOf(visit, telling),
    ...way,
    endpointId: null,
  }));
}

/** How long a webhook is tried. */
const webhookWorthMs = 3 * 86_400_000;

function webhooksFor({ visit, outlets }: Scope, telling: Telling): PlannedMessage[] {
  const { dueAt } = telling.times;
  return outlets.webhooks
    .filter(({ kinds }) => isWebhookKind(telling.kind) && kinds.includes(telling.kind))
    .map(({ id }) => ({
      ...messageOf(visit, telling),
      channel: "webhook" as const,
      recipient: null,
      endpointId: id,
      notAfter: dueAt + webhookWorthMs,
    }));
}

function isWebhookKind(kind: MessageKind): boolean {
  return webhookKinds.some((one) => one === kind);
}

function messageOf(visit: Visit, telling: Telling) {
  const { kind, event, times, facts, offsetMinutes = 0 } = telling;
  return {
    ...times,
    id: uuidv7(),
    subject: { kind: "appointment" as const, id: visit.id, version: event.version },
    kind,
    language: visit.language,
    offsetMinutes,
    facts,
    isTraining: visit.isTraining,
    ...(event.operation && !event.operation.isUrgent ? { priority: priorities.reminder } : {}),
  };
}

function callsFor(
  { visit }: Scope,
  { kind, event, times, facts, notAfter }: Telling & { readonly notAfter: number },
): PlannedPhoneTask[] {
  if (visit.isTraining) return [];
  return [
    {
      id: uuidv7(),
      appointmentId: visit.id,
      version: event.version,
      kind,
      cause: "no_contact",
      facts,
      visitAt: visit.startsAt,
      nextAt: times.dueAt,
      notAfter,
    },
  ];
}

function discardsOf(visit: Visit, events: readonly VisitEvent[]): DiscardWish[] {
  if (visit.status === "cancelled")
    return [{ subjectId: visit.id, kinds: [...comingKinds, "follow_up"], reason: "cancelled" }];
  if (!events.some(({ kind }) => kind === "rescheduled")) return [];
  return [
    { subjectId: visit.id, kinds: comingKinds, reason: "superseded", except: factsOf(visit) },
  ];
}

function droppedCallsOf(visit: Visit, events: readonly VisitEvent[]): MessageKind[] {
  // Who was to be called because his time did not hold any more has another one, or none.
  const overtaken: MessageKind[] = [...comingKinds, "urgent_notice"];
  if (visit.status === "cancelled") return overtaken;
  return events.some(({ kind }) => kind === "rescheduled") ? overtaken : [];
}

/** Kinds of which one is planned for each time of a visit, whatever was planned before. */
export const plannedOncePerTime: readonly MessageKind[] = scheduledKinds;

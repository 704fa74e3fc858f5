/** What the page of a call knows: the call as its operator has it, and what can come of it. */
import { html } from "hono/html";
import type { AppointmentView } from "../../../appointments/schema.ts";
import { getRebooking, type RebookingView } from "../../../bulk/rebooking/get-rebooking.ts";
import { findOwnClosure, type OwnClosure } from "../../../bulk/today/own-closure.ts";
import { DomainError, notFound } from "../../../errors.ts";
import { readClock } from "../../../messages/store/queries.ts";
import { getLeasedTask, type LeasedTask } from "../../../reminders/phone/lease-phone-task.ts";
import type { NextStart } from "../../../slots/availability/availability.ts";
import { findNextStarts } from "../../../slots/availability/find-next-starts.ts";
import { dateFromEpochMs } from "../../../time/clock.ts";
import { isLocalDate } from "../../../time/local-date.ts";
import { localDateOf, localDay } from "../../../time/wall-clock.ts";
import { getTakenCall, type OfferCall } from "../../../waitlist/calls/take-call.ts";
import { formatLongDay, formatTime } from "../../format-time.ts";
import { instantOf } from "../../instants.ts";
import { visitOf } from "../../manage-page.ts";
import { type Html } from "../../markup.ts";
import { timeStyle } from "../../page.ts";
import { factLine, type Visit, visitLines } from "../../visit-facts.ts";
import type { AdminPage } from "../admin-env.ts";
import { answersFor, answersToOffer } from "./answers.ts";
import type { CallShown } from "./call-page.ts";
import { causeNames, kindNames } from "./words.ts";

/** How the page was opened. */
export interface CallView {
  readonly operation: string;
  /** First day of the free times to choose from; empty: from now on. */
  readonly from: string;
}

/** A call about an appointment with everything that can be done for its people. */
export interface TaskCall {
  readonly leased: LeasedTask;
  readonly closure: OwnClosure | undefined;
  readonly rebooking: RebookingView | undefined;
  readonly shown: CallShown;
  /** Epoch ms, by the database. */
  readonly now: number;
}

const startsMax = 20;

/** Loads the call that the operator has. Throws `not-found` and `task-not-yours`. */
export async function loadTaskCall(page: AdminPage, id: string, view: CallView): Promise<TaskCall> {
  const { deps, context } = page;
  const leased = await getLeasedTask(deps, context, id);
  const { appointment, task } = leased;
  const now = await clockOf(page);
  const isBooked =
    appointment.status === "booked" && instantOf(appointment.starts_at).getTime() > now;
  const closure = isBooked ? await findOwnClosure(deps, context, appointment.id) : undefined;
  const rebooking = isBooked ? undefined : await findRebooking(page, appointment.id);
  const canMove = isBooked || rebooking !== undefined;
  const zone = appointment.site.time_zone;
  const shown: CallShown = {
    ...view,
    path: `/admin/calls/task/${id}`,
    name: leased.name,
    phone: leased.phone,
    language: appointment.language,
    zone,
    leasedUntil: task.leased_until,
    facts: taskFacts(page, leased),
    spoken: leased.spoken,
    notes: leased.notes,
    allowed: answersFor({
      kind: task.kind,
      isBooked,
      hasPhone: leased.phone !== null,
      canWait: closure?.canWait ?? false,
      canMove,
    }),
    starts: canMove ? await startsFor(page, { appointment, rebooking, from: view.from }) : [],
    opensAt: closure?.closure.ends_at,
    today: localDateOf(now, zone),
  };
  return { leased, closure, rebooking, shown, now };
}

/** A call about an offer of the waitlist. */
export interface LoadedOfferCall {
  readonly taken: OfferCall;
  readonly shown: CallShown;
  /** Epoch ms, by the database. */
  readonly now: number;
}

/** Loads the call about an offer that the operator has. Throws `not-found` and `task-not-yours`. */
export async function loadOfferCall(
  page: AdminPage,
  id: string,
  view: CallView,
): Promise<LoadedOfferCall> {
  const taken = await getTakenCall(page.deps, page.context, id);
  const { offer, name, phone } = taken;
  const now = await clockOf(page);
  const shown: CallShown = {
    ...view,
    path: `/admin/calls/offer/${id}`,
    name,
    phone,
    language: offer.language,
    zone: offer.site.time_zone,
    leasedUntil: offer.called_until,
    facts: offerFacts(page, taken),
    spoken: taken.spoken,
    notes: taken.notes,
    allowed: answersToOffer({ hasPhone: phone !== null }),
    starts: [],
    opensAt: undefined,
    today: localDateOf(now, offer.site.time_zone),
  };
  return { taken, shown, now };
}

function clockOf({ deps, tenant, context }: AdminPage): Promise<number> {
  return deps.db.inTenant(tenant.id, readClock, { isReadOnly: true, signal: context.signal });
}

function taskFacts(page: AdminPage, { task, appointment }: LeasedTask): Html {
  const { tell } = page;
  const mark = appointment.status === "cancelled" ? ` (${page.t(cancelledText(appointment))})` : "";
  return html`${factLine(tell("calls_cause_label"), [`${tell(kindNames[task.kind])}, ${tell(causeNames[task.cause])}`])}
        ${visitLines(page, withoutSitePhone(visitOf(appointment)))}
        ${factLine(tell("reference_label"), [`${appointment.reference}${mark}`])}`;
}

/** The only number on the page is the one to be called. */
function withoutSitePhone({ site, ...visit }: Visit): Visit {
  return { ...visit, site: { ...site, phone: "" } };
}

function cancelledText({ cancelled }: AppointmentView) {
  return cancelled?.by === "citizen" ? "status_cancelled_citizen" : "status_cancelled_office";
}

function offerFacts(page: AdminPage, { offer }: OfferCall): Html {
  const { tell } = page;
  const style = timeStyle(page, offer.site.time_zone);
  const moment = (at: Date): string => `${formatLongDay(at, style)}, ${formatTime(at, style)}`;
  return html`${factLine(tell("calls_cause_label"), [tell(kindNames.waitlist_offer)])}
        ${factLine(page.t("when_label"), [html`<strong>${moment(offer.starts_at)}</strong>`])}
        ${factLine(tell("calls_answer_label"), [moment(offer.answer_by)])}`;
}

/** What somebody whose visit was cancelled may choose instead; undefined when nothing is offered, or it was chosen. */
async function findRebooking(
  { deps, context }: AdminPage,
  id: string,
): Promise<RebookingView | undefined> {
  try {
    const found = await getRebooking(deps, context, id);
    return found.state === "done" ? undefined : found;
  } catch (error) {
    if (error instanceof DomainError && error.problem === notFound) return undefined;
    throw error;
  }
}

/** Free times at the same site for as many people, kept-back ones too where they are kept back for them. */
async function startsFor(
  page: AdminPage,
  given: {
    readonly appointment: AppointmentView;
    readonly rebooking: RebookingView | undefined;
    readonly from: string;
  },
): Promise<readonly NextStart[]> {
  const { legs, site, party_size: partySize } = given.appointment;
  const { from, rebooking } = given;
  try {
    const { starts } = await findNextStarts(page.deps, page.tenant, {
      serviceIds: [...new Set(legs.map((leg) => leg.service.id))],
      siteId: site.id,
      partySize,
      channel: "phone",
      isStaff: true,
      priority: rebooking?.state === "open" ? "rebooking" : undefined,
      countMax: startsMax,
      ...(isLocalDate(from)
        ? { after: dateFromEpochMs(localDay(from, site.time_zone).start - 1) }
        : {}),
    });
    return starts;
  } catch (error) {
    // A service that is retired, or now serves smaller parties, has no times to offer.
    if (error instanceof DomainError) return [];
    throw error;
  }
}

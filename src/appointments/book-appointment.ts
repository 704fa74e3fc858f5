import { v7 as uuidv7 } from "uuid";
import { invitationNotValid } from "../catalog/errors.ts";
import { useInvitationIn } from "../catalog/invitations/use-invitation.ts";
import type { Channel, Deps, Language, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { writeTogether } from "../db/together.ts";
import { DomainError, notAllowed } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../http/idempotency.ts";
import { manageToken } from "../identity/manage-token.ts";
import { type Claim, type ClaimRequest, claimPlaces } from "../slots/claim/claim-places.ts";
import { moveEvents } from "../slots/claim/mover.ts";
import { readClock } from "../slots/claim/queries.ts";
import { channelShareUsed, slotTaken } from "../slots/errors.ts";
import { confirmHold } from "../slots/holds/confirm-hold.ts";
import { getHold } from "../slots/holds/get-hold.ts";
import { refuseVisit } from "../slots/claim/refuse-visit.ts";
import type { BookingRules } from "../slots/rules/booking-rules.ts";
import { invitedServiceOf } from "../slots/rules/invited-service.ts";
import { loadBookingRules } from "../slots/rules/load-booking-rules.ts";
import { resolveNames } from "../slots/rules/resolve-names.ts";
import { localDateOf } from "../time/wall-clock.ts";
import { appointmentView, loadAppointment } from "./appointment-view.ts";
import { isOffice } from "./may-touch.ts";
import {
  checkEligibility,
  preparePeople,
  type PreparedPeople,
  type SentPeople,
} from "./prepare-booking.ts";
import { findAppointment } from "./queries.ts";
import { listTerms } from "./terms/queries.ts";
import { checkQuota, writeQuota } from "./quota/change-quota.ts";
import { quotaDemands } from "./quota/quota.ts";
import { draftBooking, newBooking } from "./rows/new-booking.ts";
import { bookingWrites } from "./rows/queries.ts";
import { viewOfReply } from "./reply-view.ts";
import type { AppointmentView } from "./schema.ts";
import type { ServiceTerms } from "./terms/terms.ts";

/** What is wanted: a held time, or a time that availability lists. */
export type WantedTime =
  | { readonly holdId: string }
  | {
      readonly names: { readonly services: readonly string[]; readonly site: string };
      readonly startsAt: Date;
      readonly partySize: number;
      readonly resourceId?: string | undefined;
      readonly channel: Channel;
      /** Why staff book although it is full; kept in the audit and on the appointment. */
      readonly overbookingReason?: string | undefined;
    };

export interface BookAppointment extends SentPeople {
  readonly time: WantedTime;
  readonly language: Language;
  readonly invitationCode?: string | undefined;
  /** Whether it is booked instead of one that the administration cancelled: places that are kept back may be taken. */
  readonly hasPriority?: boolean | undefined;
  /** Number of the same appointment in an old system, unique per tenant. */
  readonly externalReference?: string | undefined;
}

export interface BookedAppointment {
  readonly appointment: AppointmentView;
  /** Derived again for every answer; never stored. */
  readonly manageToken: string;
  readonly isReplay: boolean;
}

/**
 * Books a visit: places, limits, people, audit and outbox in one transaction, or nothing.
 * Throws the problems of a claim, `hold-not-open`, `limit-reached`, `not-eligible`, `invitation-not-valid`,
 * `invalid-request` for answers that do not fit, and those of idempotency. Idempotent by key.
 */
export async function bookAppointment(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: BookAppointment & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<BookedAppointment> {
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const reply = await onceByKey(
        trx,
        { vault: deps.vault, context, idempotency: wish.idempotency },
        async () => {
          const id = await bookIn(trx, deps, { context, wish });
          const loaded = await loadAppointment(trx, deps, { tenantId: tenant.id, id });
          return { status: 201, body: appointmentView(loaded) };
        },
      );
      const appointment = await viewOfReply(trx, deps, { tenantId: tenant.id, body: reply.body });
      return {
        appointment,
        manageToken: await tokenOf(trx, deps, { tenantId: tenant.id, id: appointment.id }),
        isReplay: reply.isReplay,
      };
    },
    { signal },
  );
}

/** The manage token of a booked appointment, derived. */
export async function tokenOf(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { tenantId, id }: { tenantId: string; id: string },
): Promise<string> {
  const row = await findAppointment(trx, tenantId, id);
  if (!row) throw new Error("A booked appointment is missing");
  return manageToken(vault, {
    tenantId,
    appointmentId: id,
    kid: row.token_kid,
    version: row.token_version,
  });
}

/** A wanted time with the rules and terms that decide about it. */
interface ResolvedWish {
  readonly rules: BookingRules;
  readonly terms: readonly ServiceTerms[];
  readonly siteId: string;
  readonly localDate: string;
  readonly timeZone: string;
  readonly startsAt: number;
  readonly partySize: number;
  readonly channel: Channel;
}

/** Books in the caller's transaction and returns the appointment's id. Locks persons, then slots, then ceilings. */
export async function bookIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { context: RequestContext; wish: BookAppointment },
): Promise<string> {
  const tenantId = context.tenant.id;
  const id = uuidv7();
  const resolved = await resolveWish(trx, tenantId, wish.time);
  const prepared = preparePeople(resolved.terms, wish, resolved);
  await checkEligibility(trx, deps, {
    tenantId,
    terms: resolved.terms,
    answers: prepared.people.answers,
  });
  const invitationId = await takeInvitation(trx, deps, { context, wish, terms: resolved.terms });
  const demands = quotaDemands(
    { vault: deps.vault, tenantId },
    resolved.terms.flatMap((one) => one.limits),
    { ...prepared, ...resolved, date: localDate(resolved), country: context.tenant.holidayCountry },
  );
  const today = localDateOf(await readClock(trx), resolved.timeZone);
  await checkQuota(trx, tenantId, { appointmentId: id, demands, today });
  const taken = await takeTime(trx, { context, wish, resolved, id });
  await writeAppointment(trx, deps, { context, wish, resolved, prepared, taken, id, invitationId });
  await writeQuota(trx, tenantId, { appointmentId: id, demands });
  const reason = "holdId" in wish.time ? undefined : wish.time.overbookingReason;
  const serviceIds = resolved.terms.map((one) => one.id);
  await recordEvents(trx, context, [
    bookedEvent({ ...resolved, id }, serviceIds, reason),
    ...moveEvents(taken.moved ?? []),
  ]);
  return id;
}

function localDate(resolved: ResolvedWish) {
  return localDateOf(resolved.startsAt, resolved.timeZone);
}

async function resolveWish(trx: Trx, tenantId: string, time: WantedTime): Promise<ResolvedWish> {
  if ("holdId" in time) {
    const hold = await getHold(trx, tenantId, time.holdId);
    const wanted = { serviceIds: hold.serviceIds, siteId: hold.siteId };
    return withRules(trx, tenantId, { ...hold, ...wanted, startsAt: hold.startsAt.getTime() });
  }
  const { serviceIds, siteId } = await resolveNames(trx, tenantId, time.names);
  return withRules(trx, tenantId, {
    ...time,
    serviceIds,
    siteId,
    startsAt: time.startsAt.getTime(),
  });
}

async function withRules(
  trx: Trx,
  tenantId: string,
  wanted: Pick<ResolvedWish, "siteId" | "startsAt" | "partySize" | "channel"> & {
    serviceIds: readonly string[];
  },
): Promise<ResolvedWish> {
  const rules = await loadBookingRules(trx, tenantId, wanted);
  const terms = await listTerms(trx, tenantId, wanted.serviceIds);
  const timeZone = rules.sites.find((site) => site.id === wanted.siteId)?.timeZone;
  if (timeZone === undefined) throw refuseVisit("no_start", undefined);
  const { siteId, startsAt, partySize, channel } = wanted;
  return {
    rules,
    terms,
    siteId,
    startsAt,
    partySize,
    channel,
    timeZone,
    localDate: localDateOf(startsAt, timeZone),
  };
}

/** Uses up the invitation of a service by invitation; staff need none. */
async function takeInvitation(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  {
    context,
    wish,
    terms,
  }: { context: RequestContext; wish: BookAppointment; terms: readonly ServiceTerms[] },
): Promise<string | null> {
  if (isOffice(context)) return null;
  const invited = invitedServiceOf(terms);
  if (!invited) return null;
  const code = wish.invitationCode;
  if (code === undefined)
    throw new DomainError(invitationNotValid, "This service is by invitation only.");
  return useInvitationIn(trx, deps.vault, {
    tenantId: context.tenant.id,
    serviceId: invited.id,
    code,
  });
}

type TakenTime = Pick<Claim, "legs" | "startsAt" | "endsAt"> & {
  /** Others who were moved to make room. */
  readonly moved?: Claim["moved"];
  readonly isPinned: boolean;
  readonly isOverbooked?: boolean;
};

async function takeTime(
  trx: Trx,
  given: { context: RequestContext; wish: BookAppointment; resolved: ResolvedWish; id: string },
): Promise<TakenTime> {
  const { context, wish, resolved, id } = given;
  const tenantId = context.tenant.id;
  const { time } = wish;
  if ("holdId" in time)
    return confirmHold(trx, tenantId, { holdId: time.holdId, appointmentId: id });
  const isStaff = isOffice(context);
  if (time.overbookingReason !== undefined && !isStaff) {
    throw new DomainError(notAllowed, "Only staff can overbook.", {
      facts: { scope: "appointments" },
    });
  }
  const claim = await claimOrOverbook(trx, tenantId, {
    ...resolved,
    resourceId: time.resourceId,
    isStaff,
    hasPriority: wish.hasPriority,
    isOverbooking: time.overbookingReason !== undefined,
    owner: { kind: "appointment", id },
    ttlSeconds: null,
  });
  return { ...claim, isPinned: time.resourceId !== undefined };
}

/** A free place is taken and counted as any other; capacity is passed only where nothing is left. */
async function claimOrOverbook(
  trx: Trx,
  tenantId: string,
  request: ClaimRequest,
): Promise<Claim & { isOverbooked: boolean }> {
  if (request.isOverbooking) {
    try {
      const claim = await claimPlaces(trx, tenantId, { ...request, isOverbooking: false });
      return { ...claim, isOverbooked: false };
    } catch (error) {
      // A refusal has written nothing, so the claim can be made again with capacity left out of account.
      if (!(error instanceof DomainError) || !isOutOfPlaces(error)) throw error;
    }
  }
  const isOverbooked = request.isOverbooking ?? false;
  return { ...(await claimPlaces(trx, tenantId, request)), isOverbooked };
}

function isOutOfPlaces({ problem }: DomainError): boolean {
  return problem === slotTaken || problem === channelShareUsed;
}

async function writeAppointment(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: {
    context: RequestContext;
    wish: BookAppointment;
    resolved: ResolvedWish;
    prepared: PreparedPeople;
    taken: TakenTime;
    id: string;
    invitationId: string | null;
  },
): Promise<void> {
  const { context, wish, resolved, prepared, taken, id, invitationId } = given;
  const { siteId, channel, partySize, terms } = resolved;
  const draft = draftBooking(deps, context, {
    id,
    siteId,
    channel,
    partySize,
    terms,
    prepared,
    invitationId,
    isPinned: taken.isPinned,
    externalReference: wish.externalReference ?? null,
    language: wish.language,
  });
  const booking = newBooking(draft, {
    time: { ...resolved, ...taken },
    createdAt: await readClock(trx),
    overbookingReason: overbookingReasonOf(wish, taken),
  });
  await writeTogether(trx, bookingWrites(context.tenant.id, [booking]));
}

function overbookingReasonOf({ time }: BookAppointment, taken: TakenTime): string | null {
  return "holdId" in time || !taken.isOverbooked ? null : (time.overbookingReason ?? null);
}

/** The event of a booking; `reason` is why it was booked over capacity. */
export function bookedEvent(
  appointment: {
    readonly id: string;
    readonly siteId: string;
    readonly channel: Channel;
    readonly partySize: number;
  },
  serviceIds: readonly string[],
  reason?: string,
) {
  return {
    kind: "appointment.booked",
    subjectKind: "appointment",
    subjectId: appointment.id,
    subjectVersion: 1,
    isRelayed: true,
    body: {
      site_id: appointment.siteId,
      service_ids: serviceIds,
      channel: appointment.channel,
      party_size: appointment.partySize,
    },
    ...(reason === undefined ? {} : { reason }),
  } as const;
}

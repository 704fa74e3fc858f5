import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { StaleRead } from "../db/faults.ts";
import { DomainError, notAllowed, notFound } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../http/idempotency.ts";
import { type Claim, claimPlaces } from "../slots/claim/claim-places.ts";
import { moveEvents } from "../slots/claim/mover.ts";
import { readClock } from "../slots/claim/queries.ts";
import { confirmHold } from "../slots/holds/confirm-hold.ts";
import { noSuchStart } from "../slots/errors.ts";
import { getHold } from "../slots/holds/get-hold.ts";
import { confirmOffer } from "../slots/offers/confirm-offer.ts";
import type { OfferedPlace } from "../slots/offers/offered-place.ts";
import type { BookingRules } from "../slots/rules/booking-rules.ts";
import { loadBookingRules } from "../slots/rules/load-booking-rules.ts";
import { resolveNames } from "../slots/rules/resolve-names.ts";
import { localDateOf } from "../time/wall-clock.ts";
import {
  appointmentView,
  type LoadedAppointment,
  loadAppointment,
  loadForChange,
  serviceIdsOf,
} from "./appointment-view.ts";
import { checkBooked, checkInTime, checkVersion } from "./check-changeable.ts";
import { coolDownOf } from "./cool-down.ts";
import { checkMayTouch, isOffice } from "./may-touch.ts";
import { checkAnswersMove } from "./prepare-booking.ts";
import { deleteLegs, insertLegs, updateTime } from "./queries.ts";
import { checkQuota, writeQuota } from "./quota/change-quota.ts";
import { type QuotaDemand, quotaDemands } from "./quota/quota.ts";
import { viewOfReply } from "./reply-view.ts";
import type { AppointmentView } from "./schema.ts";
import { changeLimitMinutes, validUntil } from "./terms/terms.ts";

/** A new time for a booked appointment: one that was held or is offered for it, or one that availability lists. */
export interface RescheduleAppointment {
  readonly id: string;
  readonly time:
    | { readonly holdId: string }
    | { readonly offer: OfferedPlace }
    | {
        readonly startsAt: Date;
        readonly site?: string | undefined;
        readonly resourceId?: string | undefined;
      };
  readonly version?: number | undefined;
  /** Why, of staff; kept in the audit. */
  readonly reason?: string | undefined;
  /** Whether the notice for citizens does not bind: the office closed their time and offers another on the same day. */
  readonly isWithinNotice?: boolean | undefined;
  /** Whether the citizen asked a clerk for it: then he is told what he asked for, and not called about it. */
  readonly isAsked?: boolean | undefined;
}

/**
 * Moves an appointment in one transaction: old and new slots are locked together and the net difference is applied,
 * so nobody ever has two places or none, and moving by one cell in a full slot works.
 * Throws `too-late-to-change` (citizens), `not-booked-any-more`, `conflicting-change`, `limit-reached`, and the
 * problems of a claim or hold. Idempotent by key.
 */
export async function rescheduleAppointment(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: RescheduleAppointment & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<AppointmentView> {
  checkMayTouch(context, wish.id);
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const reply = await onceByKey(
        trx,
        { vault: deps.vault, context, idempotency: wish.idempotency },
        async () => {
          await rescheduleIn(trx, deps, { context, wish });
          return {
            status: 200,
            body: appointmentView(await loadAppointment(trx, deps, { tenantId, id: wish.id })),
          };
        },
      );
      return viewOfReply(trx, deps, { tenantId, body: reply.body });
    },
    { signal: context.signal },
  );
}

/** What an operation over many appointments adds to the event of a move. */
export interface MoveEvent {
  /** Of the outbox row. */
  readonly id: string;
  readonly facts: Readonly<Record<string, string | boolean>>;
}

/** The same in the caller's transaction, which has judged who may do it. */
export async function rescheduleIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: {
    readonly context: RequestContext;
    readonly wish: RescheduleAppointment;
    readonly event?: MoveEvent;
  },
): Promise<void> {
  const { context, wish, event } = given;
  const tenantId = context.tenant.id;
  const loaded = await loadForChange(trx, deps, { tenantId, id: wish.id });
  const { row, terms } = loaded;
  checkVersion(row, wish.version);
  checkBooked(row);
  const now = await readClock(trx);
  if (!isOffice(context)) checkInTime(row, changeLimitMinutes(terms), now);
  const target = await resolveTarget(trx, tenantId, { wish, loaded });
  const demands = demandsOn(deps, { context, loaded, target });
  await checkQuota(trx, tenantId, {
    appointmentId: row.id,
    demands,
    today: localDateOf(now, target.timeZone),
  });
  const taken = await takeTarget(trx, { context, wish, loaded, target });
  await writeMove(trx, tenantId, { loaded, target, taken });
  await writeQuota(trx, tenantId, { appointmentId: row.id, demands });
  await recordMove(trx, { context, wish, loaded, target, taken, event });
}

interface Target {
  readonly siteId: string;
  readonly rules: BookingRules;
  readonly timeZone: string;
  readonly startsAt: number;
  readonly localDate: ReturnType<typeof localDateOf>;
}

async function resolveTarget(
  trx: Trx,
  tenantId: string,
  { wish, loaded }: { wish: RescheduleAppointment; loaded: LoadedAppointment },
): Promise<Target> {
  const { time } = wish;
  const serviceIds = serviceIdsOf(loaded.row);
  const wanted =
    "startsAt" in time
      ? {
          startsAt: time.startsAt.getTime(),
          siteId: await siteOf(trx, tenantId, { site: time.site, loaded }),
        }
      : keptTarget(await keptPlace(trx, tenantId, time), loaded);
  const rules = await rulesNow(trx, tenantId, { serviceIds, siteId: wanted.siteId });
  const timeZone =
    rules.sites.find((site) => site.id === wanted.siteId)?.timeZone ?? loaded.row.site.time_zone;
  return { ...wanted, rules, timeZone, localDate: localDateOf(wanted.startsAt, timeZone) };
}

/** A service that was retired since has no times any more; that says nothing about the appointment. */
async function rulesNow(
  trx: Trx,
  tenantId: string,
  wish: { readonly serviceIds: readonly string[]; readonly siteId: string },
): Promise<BookingRules> {
  try {
    return await loadBookingRules(trx, tenantId, wish);
  } catch (cause) {
    if (!(cause instanceof DomainError) || cause.problem !== notFound) throw cause;
    throw new DomainError(noSuchStart, "The service is no longer offered.", { cause });
  }
}

async function siteOf(
  trx: Trx,
  tenantId: string,
  { site, loaded }: { site: string | undefined; loaded: LoadedAppointment },
): Promise<string> {
  if (site === undefined) return loaded.row.site.id;
  return (await resolveNames(trx, tenantId, { services: [], site })).siteId;
}

type KeptPlace = Pick<OfferedPlace, "siteId" | "serviceIds" | "partySize" | "startsAt">;

async function keptPlace(
  trx: Trx,
  tenantId: string,
  time: { readonly holdId: string } | { readonly offer: OfferedPlace },
): Promise<KeptPlace> {
  if ("offer" in time) return time.offer;
  const hold = await getHold(trx, tenantId, time.holdId);
  return { ...hold, startsAt: hold.startsAt.getTime() };
}

/** A place that is kept fits an appointment only when it is for the same services and party. */
function keptTarget(
  place: KeptPlace,
  { row }: LoadedAppointment,
): { startsAt: number; siteId: string } {
  const isSame =
    place.partySize === row.party_size && place.serviceIds.join() === serviceIdsOf(row).join();
  if (!isSame) throw new DomainError(notAllowed, "This time is held for another kind of visit.");
  return { startsAt: place.startsAt, siteId: place.siteId };
}

function demandsOn(
  { vault }: Pick<Deps, "vault">,
  {
    context,
    loaded,
    target,
  }: { context: RequestContext; loaded: LoadedAppointment; target: Target },
): QuotaDemand[] {
  const { people, row, terms } = loaded;
  if (!people) return [];
  const coming = loaded.participants.filter(
    (one, index) => one !== null && row.participants[index]?.cancelled_at === null,
  );
  const participants = coming.flatMap((one) => one ?? []);
  const sent = { ...people, accompaniedBy: people.accompanied_by, participants };
  checkAnswersMove(terms, sent, {
    partySize: row.party_size,
    from: row.local_date,
    to: target.localDate,
  });
  return quotaDemands(
    { vault, tenantId: context.tenant.id },
    terms.flatMap((one) => one.limits),
    {
      people,
      participants,
      partySize: row.party_size,
      channel: row.channel,
      country: context.tenant.holidayCountry,
      date: target.localDate,
    },
  );
}

type TakenTarget = Pick<Claim, "legs" | "startsAt" | "endsAt"> & {
  /** Others who were moved to make room. */
  readonly moved?: Claim["moved"];
  readonly isPinned: boolean;
};

async function takeTarget(
  trx: Trx,
  given: {
    context: RequestContext;
    wish: RescheduleAppointment;
    loaded: LoadedAppointment;
    target: Target;
  },
): Promise<TakenTarget> {
  const { context, wish, loaded, target } = given;
  const tenantId = context.tenant.id;
  const { row } = loaded;
  const own = {
    appointmentId: row.id,
    replacing: { coolDown: coolDownOf(target.rules.services) },
  };
  if ("holdId" in wish.time)
    return confirmHold(trx, tenantId, { holdId: wish.time.holdId, ...own });
  if ("offer" in wish.time) return confirmOffer(trx, tenantId, { place: wish.time.offer, ...own });
  const claim = await claimPlaces(trx, tenantId, {
    ...target,
    partySize: row.party_size,
    resourceId: wish.time.resourceId,
    channel: row.channel,
    isStaff: isOffice(context) || wish.isWithinNotice === true,
    owner: { kind: "appointment", id: row.id },
    ttlSeconds: null,
    releasedOwnerIds: [row.id],
    coolDown: coolDownOf(target.rules.services),
  });
  return { ...claim, isPinned: wish.time.resourceId !== undefined };
}

async function writeMove(
  trx: Trx,
  tenantId: string,
  { loaded, target, taken }: { loaded: LoadedAppointment; target: Target; taken: TakenTarget },
): Promise<void> {
  const { row, terms } = loaded;
  const isMoved = await updateTime(trx, tenantId, {
    ...taken,
    id: row.id,
    version: row.version,
    siteId: target.siteId,
    localDate: target.localDate,
    validUntil: validUntil(terms, target),
  });
  if (!isMoved) throw new StaleRead("The appointment changed before its slots were locked");
  await deleteLegs(trx, tenantId, row.id);
  await insertLegs(trx, tenantId, { appointmentId: row.id, legs: taken.legs });
}

async function recordMove(
  trx: Trx,
  given: {
    context: RequestContext;
    wish: RescheduleAppointment;
    loaded: LoadedAppointment;
    target: Target;
    taken: TakenTarget;
    event: MoveEvent | undefined;
  },
): Promise<void> {
  const { context, wish, loaded, target, taken, event } = given;
  await recordEvents(trx, context, [
    {
      kind: "appointment.rescheduled",
      subjectKind: "appointment",
      subjectId: loaded.row.id,
      subjectVersion: loaded.row.version + 1,
      isRelayed: true,
      ...(event && { id: event.id }),
      body: {
        ...event?.facts,
        by: isOffice(context) && wish.isAsked !== true ? "staff" : "citizen",
        from_site_id: loaded.row.site.id,
        from_starts_at: loaded.row.starts_at.toISOString(),
        site_id: target.siteId,
        starts_at_ms: target.startsAt,
      },
      ...(wish.reason === undefined || !isOffice(context) ? {} : { reason: wish.reason }),
    },
    ...moveEvents(taken.moved ?? []),
  ]);
}

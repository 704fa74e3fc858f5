import { v7 as uuidv7 } from "uuid";
import { loadAppointment, serviceIdsOf } from "../../appointments/appointment-view.ts";
import { checkBooked } from "../../appointments/check-changeable.ts";
import { checkMayTouch, isOffice } from "../../appointments/may-touch.ts";
import {
  checkEligibility,
  preparePeople,
  type SentPeople,
} from "../../appointments/prepare-booking.ts";
import { listTerms } from "../../appointments/terms/queries.ts";
import type { Channel, Deps, Language, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { violatedConstraint } from "../../db/faults.ts";
import { DomainError, invalidRequest, notAllowed } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { partyTooLarge } from "../../slots/errors.ts";
import type { BookingRules } from "../../slots/rules/booking-rules.ts";
import { loadBookingRules } from "../../slots/rules/load-booking-rules.ts";
import { resolveNames } from "../../slots/rules/resolve-names.ts";
import { addDays, type LocalDate } from "../../time/local-date.ts";
import {
  type LocalEndTime,
  type LocalTime,
  toLocalEndTime,
  toLocalTime,
} from "../../time/local-time.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { alreadyWaiting, waitlistNotOffered } from "../errors.ts";
import { type EntryView, entrySchema } from "../schema.ts";
import { listSettings } from "../settings/queries.ts";
import { entryView, getEntryRow, tokenOfEntry } from "./entry-view.ts";
import type { VisitKind } from "./entry.ts";
import { sealEntryPeople } from "./entry-people.ts";
import { personHashOf } from "./person-hash.ts";
import { countOpenOfPerson, insertEntry } from "./queries.ts";

/** What for: a new visit, or an earlier one for an appointment that is given up in exchange. */
export type WaitedFor =
  | {
      readonly services: readonly string[];
      readonly partySize: number;
      readonly people: SentPeople;
      readonly language: Language;
    }
  | { readonly appointmentId: string };

/** A wish as its citizen or a clerk states it. Days and hours are the site's wall time. */
export interface JoinWaitlist {
  readonly what: WaitedFor;
  /** Ids or codes; every site that offers the services when undefined. */
  readonly sites?: readonly string[] | undefined;
  /** Today when undefined. */
  readonly fromOn?: LocalDate | undefined;
  readonly toOn: LocalDate;
  readonly weekdays?: readonly number[] | undefined;
  readonly fromTime?: LocalTime | undefined;
  readonly toTime?: LocalEndTime | undefined;
  readonly channel: Channel;
  readonly hasPriority: boolean;
}

/** A wish that was made; the token is derived again for every answer and stored nowhere. */
export interface Joined {
  readonly entry: EntryView;
  readonly token: string;
}

/** How far ahead a wish may reach. */
const daysAheadMax = 400;
const openPerPersonMax = 5;
const everyWeekday = [1, 2, 3, 4, 5, 6, 7];
const midnight = toLocalTime("00:00");
const endOfDay = toLocalEndTime("24:00");

/**
 * Puts somebody on the waitlist, after judging everything that the booking will ask for. Throws `waitlist-not-offered`,
 * `already-waiting`, `party-too-large`, `not-eligible`, `not-booked-any-more`, `not-found` and `invalid-request`.
 * Idempotent by key.
 */
export async function joinWaitlist(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: JoinWaitlist & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<Joined> {
  const tenantId = context.tenant.id;
  const { idempotency } = wish;
  try {
    return await deps.db.inTenant(
      tenantId,
      async (trx) => {
        const reply = await onceByKey(
          trx,
          { vault: deps.vault, context, idempotency },
          async () => {
            const id = await joinIn(trx, deps, { context, wish });
            return {
              status: 201,
              body: entryView(deps, tenantId, await getEntryRow(trx, tenantId, id)),
            };
          },
        );
        const entry = entrySchema.parse(reply.body);
        const row = await getEntryRow(trx, tenantId, entry.id);
        return { entry, token: tokenOfEntry(deps, tenantId, row) };
      },
      { signal: context.signal },
    );
  } catch (cause) {
    if (violatedConstraint(cause) !== "waitlist_entries_one_open_per_person_and_services")
      throw cause;
    throw new DomainError(alreadyWaiting, "This person waits for these services already.", {
      cause,
    });
  }
}

async function joinIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { readonly context: RequestContext; readonly wish: JoinWaitlist },
): Promise<string> {
  const { tenant } = context;
  const id = uuidv7();
  checkRights(context, wish);
  const what = await whatOf(trx, deps, { context, wish });
  const rules = await rulesOf(trx, context, what);
  const siteIds = await siteIdsOf(trx, tenant.id, { rules, sites: wish.sites });
  const today = localDateOf(await readClock(trx), tenant.timeZone);
  const days = daysOf(wish, today);
  await checkPeople(trx, deps, { context, what, localDate: days.fromOn });
  const personHash = personHashOf(deps, { context, people: what.people, channel: wish.channel });
  await checkOpenWishes(trx, tenant.id, personHash);
  await insertEntry(trx, tenant.id, {
    id,
    ...what,
    ...days,
    siteIds,
    weekdays: everyWeekday.filter((day) => wish.weekdays?.includes(day) ?? true),
    ...hoursOf(wish),
    channel: wish.channel,
    hasPriority: wish.hasPriority,
    sealedPeople: sealEntryPeople(deps.vault, { tenantId: tenant.id, id }, what.people),
    hasEmail: what.people.booker.email !== undefined,
    hasPhone: what.people.booker.phone !== undefined,
    personHash,
    tokenKid: deps.vault.currentKid,
    isTraining: tenant.isTraining,
  });
  await recordEvents(trx, context, [
    {
      kind: "waitlist_entry.created",
      subjectKind: "waitlist_entry",
      subjectId: id,
      body: { service_ids: what.serviceIds, site_ids: siteIds, channel: wish.channel },
      isRelayed: true,
    },
  ]);
  return id;
}

function checkRights(context: RequestContext, { hasPriority, what }: JoinWaitlist): void {
  if ("appointmentId" in what) checkMayTouch(context, what.appointmentId);
  if (!hasPriority || isOffice(context)) return;
  throw new DomainError(notAllowed, "Only staff give priority.", {
    facts: { scope: "appointments" },
  });
}

/** What is waited for, and by whom: of an exchange, as the appointment says. */
interface What extends Omit<VisitKind, "channel"> {
  readonly people: SentPeople;
  readonly language: Language;
  readonly appointmentId: string | null;
}

async function whatOf(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { readonly context: RequestContext; readonly wish: JoinWaitlist },
): Promise<What> {
  const tenantId = context.tenant.id;
  const { what } = wish;
  if (!("appointmentId" in what)) {
    const names = { services: what.services, site: null };
    const { serviceIds } = await resolveNames(trx, tenantId, names);
    return { ...what, serviceIds, appointmentId: null };
  }
  const loaded = await loadAppointment(trx, deps, { tenantId, id: what.appointmentId });
  const { row, people } = loaded;
  checkBooked(row);
  return {
    serviceIds: serviceIdsOf(row),
    partySize: row.party_size,
    language: row.language,
    appointmentId: row.id,
    people: {
      booker: people?.booker ?? { name: row.reference },
      answers: people?.answers ?? {},
      participants: loaded.participants.flatMap((one) => one ?? []),
    },
  };
}

/** The rules of the services, all of which have a waitlist. Throws `waitlist-not-offered` and `party-too-large`. */
async function rulesOf(trx: Trx, { tenant }: RequestContext, what: What): Promise<BookingRules> {
  const rules = await loadBookingRules(trx, tenant.id, {
    serviceIds: what.serviceIds,
    siteId: null,
  });
  const on = (await listSettings(trx, tenant.id, what.serviceIds)).filter((one) => one.is_on);
  const hasAll = what.serviceIds.every((id) => on.some((one) => one.service_id === id));
  // Whoever has an invitation can book; its code cannot wait.
  const isInvited = rules.services.some((service) => service.visibility === "invitation");
  if (!hasAll || isInvited || rules.sites.length === 0)
    throw new DomainError(waitlistNotOffered, "There is no waitlist for these services.");
  const partySizeMax = Math.min(...rules.services.map((service) => service.partySizeMax));
  if (what.partySize > partySizeMax) {
    throw new DomainError(partyTooLarge, `At most ${partySizeMax} people fit one appointment.`, {
      facts: { party_size_max: partySizeMax },
    });
  }
  return rules;
}

async function siteIdsOf(
  trx: Trx,
  tenantId: string,
  { rules, sites }: { readonly rules: BookingRules; readonly sites: readonly string[] | undefined },
): Promise<string[]> {
  const offering = rules.sites.map((site) => site.id);
  if (sites === undefined) return offering.toSorted().slice(0, 20);
  const ids = new Set<string>();
  for (const site of sites)
    ids.add((await resolveNames(trx, tenantId, { services: [], site })).siteId);
  const strange = [...ids].find((id) => !offering.includes(id));
  if (strange !== undefined) throw fault("sites", "must offer the services");
  return [...ids].toSorted();
}

function daysOf(wish: JoinWaitlist, today: LocalDate): { fromOn: LocalDate; toOn: LocalDate } {
  const { fromOn = today, toOn } = wish;
  const from = fromOn < today ? today : fromOn;
  if (toOn < from) throw fault("to", "must not be before the first day, nor past");
  if (toOn > addDays(today, daysAheadMax))
    throw fault("to", `must be at most ${daysAheadMax} days ahead`);
  return { fromOn: from, toOn };
}

function hoursOf({ fromTime, toTime }: JoinWaitlist): {
  fromTime: LocalTime;
  toTime: LocalEndTime;
} {
  const hours = { fromTime: fromTime ?? midnight, toTime: toTime ?? endOfDay };
  if (hours.fromTime >= hours.toTime) throw fault("to_time", "must be after from_time");
  return hours;
}

/** The booking must not fail later for an answer that could have been asked for now. */
async function checkPeople(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: { readonly context: RequestContext; readonly what: What; readonly localDate: LocalDate },
): Promise<void> {
  const { what, context, localDate } = given;
  if (what.appointmentId !== null) return;
  const terms = await listTerms(trx, context.tenant.id, what.serviceIds);
  const { people } = preparePeople(terms, what.people, { partySize: what.partySize, localDate });
  await checkEligibility(trx, deps, {
    tenantId: context.tenant.id,
    terms,
    answers: people.answers,
  });
}

async function checkOpenWishes(
  trx: Trx,
  tenantId: string,
  personHash: Buffer | null,
): Promise<void> {
  if (personHash === null) return;
  if ((await countOpenOfPerson(trx, tenantId, personHash)) < openPerPersonMax) return;
  throw new DomainError(alreadyWaiting, `One person has ${openPerPersonMax} open wishes at most.`, {
    facts: { count_max: openPerPersonMax },
  });
}

function fault(path: string, message: string): DomainError {
  return new DomainError(invalidRequest, "The wish does not fit.", {
    facts: { errors: [{ in: "body", path, message }] },
  });
}

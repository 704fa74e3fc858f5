import type { Channel, Deps, RequestContext } from "../../context.ts";
import type { Database } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import type { IdempotencyKey } from "../../http/idempotency.ts";
import { createBriefCache } from "../../identity/brief-cache.ts";
import type { Hold } from "../../slots/holds/hold.ts";
import { createHoldReader, type ReadHold } from "../../slots/holds/read-many.ts";
import { createVisitRulesReader, type VisitRules } from "../../slots/rules/visit-rules.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { BookAppointment, WantedTime } from "../book-appointment.ts";
import { isOffice } from "../may-touch.ts";
import { type PreparedPeople, preparePeople } from "../prepare-booking.ts";
import { listTerms } from "../terms/queries.ts";
import type { ServiceTerms } from "../terms/terms.ts";
import type { MessagePlanner, MessageRules } from "./booked-visit.ts";
import { findVisitLabels, type VisitLabels } from "./queries.ts";

/** A booking as its caller wants it. */
export interface BookingRequest {
  readonly context: RequestContext;
  readonly wish: BookAppointment & { readonly idempotency?: IdempotencyKey | undefined };
}

/** A booking that needs nothing but free slots: what a batch can decide. */
export interface PlainBooking extends BookingRequest {
  /** The time that is held already, when it is. */
  readonly hold: Hold | undefined;
  /** Epoch ms. */
  readonly startsAt: number;
  readonly partySize: number;
  readonly channel: Channel;
  readonly resourceId?: string | undefined;
  readonly visit: VisitRules;
  readonly terms: readonly ServiceTerms[];
  readonly labels: VisitLabels;
  readonly timeZone: string;
  readonly prepared: PreparedPeople;
  /** Undefined where another process plans the messages. */
  readonly messages: MessageRules | undefined;
}

interface VisitTerms {
  readonly terms: readonly ServiceTerms[];
  readonly labels: VisitLabels | undefined;
}

/** Reads what plain bookings need, each at most once a second, and recognises them. */
export function createPlainBookings({ db }: Pick<Deps, "db">, planner: MessagePlanner | undefined) {
  const readRules = createVisitRulesReader(db);
  const readHold = createHoldReader(db);
  const termsCache = createBriefCache<VisitTerms>({ ttlMs: 1_000, entriesMax: 2_000 });
  /**
   * Undefined for a booking that must be decided alone: by or for the office, with limits, lists, invitations or
   * ceilings, or one that seems to be refused (a repetition must get its stored reply all the same).
   */
  return async (request: BookingRequest): Promise<PlainBooking | undefined> => {
    const { context, wish } = request;
    if (isOffice(context) || wish.externalReference !== undefined) return undefined;
    const tenantId = context.tenant.id;
    try {
      const time = await wantedTime(readHold, tenantId, wish.time);
      if (!time) return undefined;
      const visit = await readRules(tenantId, time.names);
      const name = [tenantId, visit.siteId, ...visit.serviceIds].join("/");
      const known = await termsCache.get(name, () => readTerms(db, tenantId, visit));
      const messages = await planner?.rulesOf(context.tenant);
      return recognise({ ...request, ...time, visit, ...known, messages });
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  };
}

type PlainTime = Pick<
  PlainBooking,
  "hold" | "startsAt" | "partySize" | "channel" | "resourceId"
> & {
  readonly names: { readonly services: readonly string[]; readonly site: string };
};

/** What is wanted, or held; whether the hold is still open is judged later, under its slots' locks. */
async function wantedTime(
  readHold: ReadHold,
  tenantId: string,
  time: WantedTime,
): Promise<PlainTime | undefined> {
  if ("offer" in time) return undefined;
  if (!("holdId" in time)) {
    if (time.overbookingReason !== undefined) return undefined;
    return { ...time, hold: undefined, startsAt: time.startsAt.getTime() };
  }
  const hold = await readHold(tenantId, time.holdId);
  if (!hold) return undefined;
  const { partySize, channel, serviceIds, siteId } = hold;
  const names = { services: serviceIds, site: siteId };
  return { hold, names, partySize, channel, startsAt: hold.startsAt.getTime() };
}

function recognise({
  labels,
  ...given
}: Omit<PlainBooking, "labels" | "timeZone" | "prepared"> & VisitTerms): PlainBooking | undefined {
  const { visit, terms, wish, startsAt, partySize } = given;
  const site = visit.rules.sites.find((one) => one.id === visit.siteId);
  if (!labels || !site || visit.hasCeilings || !terms.every(isPlain)) return undefined;
  const localDate = localDateOf(startsAt, site.timeZone);
  const prepared = preparePeople(terms, wish, { partySize, localDate });
  return { ...given, labels, timeZone: site.timeZone, prepared };
}

function isPlain(terms: ServiceTerms): boolean {
  return (
    terms.limits.length === 0 &&
    terms.eligibilityListId === null &&
    terms.visibility !== "invitation"
  );
}

async function readTerms(db: Database, tenantId: string, visit: VisitRules): Promise<VisitTerms> {
  return db.inTenant(
    tenantId,
    async (trx) => ({
      terms: await listTerms(trx, tenantId, visit.serviceIds),
      labels: await findVisitLabels(trx, tenantId, visit),
    }),
    { isReadOnly: true },
  );
}

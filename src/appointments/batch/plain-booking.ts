import type { Deps, RequestContext } from "../../context.ts";
import type { Database } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import type { IdempotencyKey } from "../../http/idempotency.ts";
import { createBriefCache } from "../../identity/brief-cache.ts";
import { createVisitRulesReader, type VisitRules } from "../../slots/rules/visit-rules.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { BookAppointment, WantedTime } from "../book-appointment.ts";
import { isOffice } from "../may-touch.ts";
import { type PreparedPeople, preparePeople } from "../prepare-booking.ts";
import { listTerms } from "../terms/queries.ts";
import type { ServiceTerms } from "../terms/terms.ts";
import { findVisitLabels, type VisitLabels } from "./queries.ts";

/** A booking as its caller wants it. */
export interface BookingRequest {
  readonly context: RequestContext;
  readonly wish: BookAppointment & { readonly idempotency?: IdempotencyKey | undefined };
}

/** A booking that needs nothing but free slots: what a batch can decide. */
export interface PlainBooking extends BookingRequest {
  readonly time: Exclude<WantedTime, { readonly holdId: string }>;
  readonly visit: VisitRules;
  readonly terms: readonly ServiceTerms[];
  readonly labels: VisitLabels;
  readonly timeZone: string;
  readonly prepared: PreparedPeople;
}

interface VisitTerms {
  readonly terms: readonly ServiceTerms[];
  readonly labels: VisitLabels | undefined;
}

/** Reads what plain bookings need, each at most once a second, and recognises them. */
export function createPlainBookings({ db }: Pick<Deps, "db">) {
  const readRules = createVisitRulesReader(db);
  const termsCache = createBriefCache<VisitTerms>({ ttlMs: 1_000, entriesMax: 2_000 });
  /**
   * Undefined for a booking that must be decided alone: by or for the office, with a hold, limits, lists, invitations
   * or ceilings, or one that seems to be refused (a repetition must get its stored reply all the same).
   */
  return async ({ context, wish }: BookingRequest): Promise<PlainBooking | undefined> => {
    const { time } = wish;
    if ("holdId" in time || time.overbookingReason !== undefined) return undefined;
    if (isOffice(context) || wish.externalReference !== undefined) return undefined;
    const tenantId = context.tenant.id;
    try {
      const visit = await readRules(tenantId, time.names);
      const name = [tenantId, visit.siteId, ...visit.serviceIds].join("/");
      const known = await termsCache.get(name, () => readTerms(db, tenantId, visit));
      return recognise({ context, wish, time, visit, ...known });
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  };
}

function recognise({
  labels,
  ...given
}: Omit<PlainBooking, "labels" | "timeZone" | "prepared"> & VisitTerms): PlainBooking | undefined {
  const { time, visit, terms, wish } = given;
  const site = visit.rules.sites.find((one) => one.id === visit.siteId);
  if (!labels || !site || visit.hasCeilings || !terms.every(isPlain)) return undefined;
  const localDate = localDateOf(time.startsAt.getTime(), site.timeZone);
  const prepared = preparePeople(terms, wish, { partySize: time.partySize, localDate });
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

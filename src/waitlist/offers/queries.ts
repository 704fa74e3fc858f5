import { type RawBuilder, sql } from "kysely";
import type { Channel, Language, LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { StoredLeg } from "../../slots/holds/hold.ts";
import type { OfferedPlace } from "../../slots/offers/offered-place.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { isFree, isToCall as isToCallNow } from "../calls/queries.ts";
import type { EntryStatus } from "../entries/entry.ts";
import type { CallOutcome, OfferStatus, OfferWay } from "./offer.ts";

/** A wish that is being asked: locked, and still waiting. */
export interface LockedEntry {
  readonly id: string;
  readonly language: Language;
  readonly people_encrypted: Buffer | null;
  readonly is_training: boolean;
}

/** Locks wishes that wait, and leaves out those that another worker has. */
export async function lockWaiting(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<LockedEntry[]> {
  const { rows } = await sql<LockedEntry>`
    SELECT e.id, e.language, e.people_encrypted, e.is_training
    FROM waitlist_entries e
    WHERE e.tenant_id = ${tenantId} AND e.id = ANY (${ids}::uuid[]) AND e.status = 'waiting'
    ORDER BY e.id
    FOR UPDATE SKIP LOCKED
  `.execute(trx);
  return rows;
}

/** A place that was just claimed, until when it can be answered (epoch ms), and the offers of it. */
export interface NewPlace {
  readonly place: OfferedPlace;
  readonly answerBy: number;
  readonly offers: readonly NewOffer[];
}

/** An offer as it is made. */
export interface NewOffer {
  readonly id: string;
  readonly entryId: string;
  readonly way: OfferWay;
}

/** Writes places with their offers, and marks their locked wishes as asked. Parts of `writeTogether`. */
export function offerWrites(tenantId: string, places: readonly NewPlace[]): RawBuilder<unknown>[] {
  const offers = places.flatMap(({ place, offers: own }) =>
    own.map((one) => ({ id: one.id, place_id: place.id, entry_id: one.entryId, way: one.way })),
  );
  return [
    sql`
      INSERT INTO waitlist_places
        (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, answer_by)
      SELECT ${tenantId}::uuid, p.id, p.site_id, p.service_ids, p.party_size, p.channel, p.starts_at, p.ends_at, p.legs,
             p.answer_by
      FROM jsonb_to_recordset(${JSON.stringify(places.map(placeRow))}::jsonb) AS p (
        id uuid, site_id uuid, service_ids uuid[], party_size int, channel text, starts_at timestamptz,
        ends_at timestamptz, legs jsonb, answer_by timestamptz)`,
    sql`
      INSERT INTO waitlist_offers (tenant_id, id, place_id, entry_id, way)
      SELECT ${tenantId}::uuid, o.id, o.place_id, o.entry_id, o.way
      FROM jsonb_to_recordset(${JSON.stringify(offers)}::jsonb) AS o (id uuid, place_id uuid, entry_id uuid, way text)`,
    sql`
      UPDATE waitlist_entries
      SET status = 'offered', updated_at = clock_now(), version = version + 1
      WHERE tenant_id = ${tenantId} AND id = ANY (${offers.map((one) => one.entry_id)}::uuid[]) AND status = 'waiting'`,
  ];
}

function placeRow({ place, answerBy }: NewPlace) {
  const text = (instant: number): string => dateFromEpochMs(instant).toISOString();
  return {
    id: place.id,
    site_id: place.siteId,
    service_ids: place.serviceIds,
    party_size: place.partySize,
    channel: place.channel,
    starts_at: text(place.startsAt),
    ends_at: text(place.endsAt),
    legs: place.legs.map((leg) => ({
      service_id: leg.serviceId,
      starts_at: text(leg.startsAt),
      ends_at: text(leg.endsAt),
      resource_ids: leg.resourceIds,
    })),
    answer_by: text(answerBy),
  };
}

/** An offer with its place and what it is offered to. */
export interface OfferRow {
  readonly id: string;
  readonly status: OfferStatus;
  readonly entry_id: string;
  readonly place_id: string;
  readonly way: OfferWay;
  readonly appointment_id: string | null;
  readonly calls: number;
  readonly call_outcome: CallOutcome | null;
  readonly called_by: string | null;
  readonly called_until: Date | null;
  readonly next_call_at: Date;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly site: { readonly id: string; readonly name: LocalizedText; readonly time_zone: string };
  readonly service_ids: string[];
  readonly party_size: number;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly answer_by: Date;
  readonly language: Language;
}

const offerColumns = sql`
  o.id, o.status, o.entry_id, o.place_id, o.way, o.appointment_id, o.calls, o.call_outcome, o.called_by, o.called_until,
  o.next_call_at, o.created_at, o.ended_at,
  jsonb_build_object('id', s.id, 'name', s.name, 'time_zone', s.time_zone) AS site, p.service_ids, p.party_size,
  p.starts_at, p.ends_at, p.answer_by, e.language`;

const offerTables = sql`
  waitlist_offers o
  JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
  JOIN waitlist_entries e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id
  JOIN sites s ON s.tenant_id = p.tenant_id AND s.id = p.site_id`;

/** One offer, whatever its status. */
export async function findOffer(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OfferRow | undefined> {
  const { rows } = await sql<OfferRow>`
    SELECT ${offerColumns} FROM ${offerTables} WHERE o.tenant_id = ${tenantId} AND o.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** The open offer of a wish and its place; undefined when it has none. */
export async function findOpenOffer(
  trx: Trx,
  tenantId: string,
  entryId: string,
): Promise<Pick<OfferRow, "id" | "place_id"> | undefined> {
  const { rows } = await sql<Pick<OfferRow, "id" | "place_id">>`
    SELECT id, place_id FROM waitlist_offers
    WHERE tenant_id = ${tenantId} AND entry_id = ${entryId} AND status = 'offered'
  `.execute(trx);
  return rows[0];
}

/** Which offers; all parts given must hold. */
export interface OfferFilter {
  readonly status: OfferStatus | null;
  readonly way: OfferWay | null;
  /** Those that an operator should call now: by telephone, or because the message did not arrive. */
  readonly isToCall: boolean;
  readonly after: string | null;
  readonly countMax: number;
}

/** Offers by id, which is the order in which they were made. */
export async function listOfferRows(
  trx: Trx,
  tenantId: string,
  { status, way, isToCall, after, countMax }: OfferFilter,
): Promise<OfferRow[]> {
  const { rows } = await sql<OfferRow>`
    SELECT ${offerColumns} FROM ${offerTables}
    WHERE o.tenant_id = ${tenantId}
      AND (${status}::text IS NULL OR o.status = ${status})
      AND (${way}::text IS NULL OR o.way = ${way})
      AND (NOT ${isToCall}::boolean OR ${isToCallNow} AND ${isFree})
      AND (${after}::uuid IS NULL OR o.id > ${after}::uuid)
    ORDER BY o.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** Makes answers about a place wait for each other, before anything else is locked; undefined when there is none. */
export async function lockPlace(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OfferedPlace | undefined> {
  const { rows } = await sql<{
    id: string;
    site_id: string;
    service_ids: string[];
    party_size: number;
    channel: Channel;
    starts_at: Date;
    ends_at: Date;
    legs: StoredLeg[];
  }>`
    SELECT id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs
    FROM waitlist_places
    WHERE tenant_id = ${tenantId} AND id = ${id}
    FOR UPDATE
  `.execute(trx);
  const [row] = rows;
  return (
    row && {
      id: row.id,
      siteId: row.site_id,
      serviceIds: row.service_ids,
      partySize: row.party_size,
      channel: row.channel,
      startsAt: row.starts_at.getTime(),
      endsAt: row.ends_at.getTime(),
      legs: row.legs.map((leg) => ({
        serviceId: leg.service_id,
        startsAt: Date.parse(leg.starts_at),
        endsAt: Date.parse(leg.ends_at),
        resourceIds: leg.resource_ids,
      })),
    }
  );
}

/** Ends a place that becomes an appointment; false when it is not held or its time to answer has passed. */
export async function markTaken(trx: Trx, tenantId: string, placeId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_places SET status = 'taken', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${placeId} AND status = 'held' AND answer_by > clock_now()
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Ends locked places that nobody took. */
export async function markReturned(
  trx: Trx,
  tenantId: string,
  placeIds: readonly string[],
): Promise<void> {
  await sql`
    UPDATE waitlist_places SET status = 'returned', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ANY (${placeIds}::uuid[]) AND status = 'held'
  `.execute(trx);
}

/** How many offers of a place are open. */
export async function countOpenOffers(
  trx: Trx,
  tenantId: string,
  placeId: string,
): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    SELECT count(*)::int AS open FROM waitlist_offers
    WHERE tenant_id = ${tenantId} AND place_id = ${placeId} AND status = 'offered'
  `.execute(trx);
  return rows[0]?.open ?? 0;
}

/** An offer that ended, and whose it was. */
export interface EndedOffer {
  readonly id: string;
  readonly entryId: string;
}

/** Ends one open offer; false when it is not open. */
export async function endOffer(
  trx: Trx,
  tenantId: string,
  end: {
    readonly id: string;
    readonly status: "accepted" | "declined";
    readonly appointmentId?: string;
  },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_offers
    SET status = ${end.status}, appointment_id = ${end.appointmentId ?? null}, ended_at = clock_now(),
        called_by = NULL, called_until = NULL, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${end.id} AND status = 'offered'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Ends the open offers of places, but for one that was accepted. */
export async function endOffersOf(
  trx: Trx,
  tenantId: string,
  end: {
    readonly placeIds: readonly string[];
    readonly status: "expired" | "superseded";
    readonly exceptId?: string;
  },
): Promise<EndedOffer[]> {
  const { rows } = await sql<{ id: string; entry_id: string }>`
    UPDATE waitlist_offers
    SET status = ${end.status}, ended_at = clock_now(), called_by = NULL, called_until = NULL, version = version + 1
    WHERE tenant_id = ${tenantId} AND place_id = ANY (${end.placeIds}::uuid[]) AND status = 'offered'
      AND id IS DISTINCT FROM ${end.exceptId ?? null}::uuid
    RETURNING id, entry_id
  `.execute(trx);
  return rows.map((row) => ({ id: row.id, entryId: row.entry_id }));
}

/** Lets wishes that were asked wait on, with their place in the order. */
export async function waitOn(
  trx: Trx,
  tenantId: string,
  entryIds: readonly string[],
): Promise<void> {
  await sql`
    UPDATE waitlist_entries SET status = 'waiting', updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ANY (${entryIds}::uuid[]) AND status = 'offered'
  `.execute(trx);
}

/** Ends a wish that got its place; false when it was not asked any more. */
export async function fulfil(trx: Trx, tenantId: string, entryId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_entries
    SET status = 'fulfilled', ended_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${entryId} AND status = 'offered'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/**
 * Notes that wishes left their offer unanswered: they go behind everybody who waits now, and end when it was once too
 * often. An offer that nobody was called about does not count. Returns what each is now.
 */
export async function noteLapses(
  trx: Trx,
  tenantId: string,
  offerIds: readonly string[],
): Promise<{ id: string; status: EntryStatus }[]> {
  const { rows } = await sql<{ id: string; status: EntryStatus }>`
    UPDATE waitlist_entries e
    SET lapses = l.lapses, status = CASE WHEN l.is_over THEN 'lapsed' ELSE 'waiting' END,
        ended_at = CASE WHEN l.is_over THEN clock_now() END,
        waiting_since = clock_now(), updated_at = clock_now(), version = e.version + 1
    FROM (
      SELECT w.id, w.lapses + c.counted AS lapses, w.lapses + c.counted >= coalesce(s.lapses_max, 2) AS is_over
      FROM waitlist_offers o
      JOIN waitlist_entries w ON w.tenant_id = o.tenant_id AND w.id = o.entry_id
      LEFT JOIN waitlist_settings s ON s.tenant_id = w.tenant_id AND s.service_id = w.service_ids[1]
      CROSS JOIN LATERAL (SELECT CASE WHEN o.way = 'phone' AND o.calls = 0 THEN 0 ELSE 1 END AS counted) c
      WHERE o.tenant_id = ${tenantId} AND o.id = ANY (${offerIds}::uuid[])) l
    WHERE e.tenant_id = ${tenantId} AND e.id = l.id AND e.status = 'offered'
    RETURNING e.id, e.status
  `.execute(trx);
  return rows;
}

/** A place whose offers are to end. */
export interface EndingPlace {
  readonly id: string;
  readonly service_ids: string[];
  /** The time to answer has passed; else its slots were closed. */
  readonly is_late: boolean;
}

/**
 * Locks held places whose time to answer has passed, or whose slots were closed meanwhile; leaves out those that
 * somebody answers at this moment.
 */
export async function lockEndingPlaces(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<EndingPlace[]> {
  const { rows } = await sql<EndingPlace>`
    SELECT p.id, p.service_ids, p.answer_by <= clock_now() AS is_late
    FROM waitlist_places p
    WHERE p.tenant_id = ${tenantId} AND p.status = 'held'
      AND (p.answer_by <= clock_now() OR NOT EXISTS (
        SELECT FROM allocations a WHERE a.tenant_id = ${tenantId} AND a.owner_id = p.id))
    ORDER BY p.answer_by, p.id
    LIMIT ${countMax}
    FOR UPDATE SKIP LOCKED
  `.execute(trx);
  return rows;
}

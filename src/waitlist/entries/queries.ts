import { sql } from "kysely";
import type { Channel, Language, LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { OfferStatus, OfferWay } from "../offers/offer.ts";
import type { EntryStatus, VisitKind, Wish } from "./entry.ts";

/** A wish as it is made. */
export interface NewEntry extends Wish, VisitKind {
  readonly id: string;
  readonly language: Language;
  readonly hasPriority: boolean;
  readonly appointmentId: string | null;
  readonly sealedPeople: Buffer;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly personHash: Buffer | null;
  readonly tokenKid: string;
  readonly isTraining: boolean;
}

/** Writes a wish. Violates `waitlist_entries_one_open_per_person_and_services` when the person waits already. */
export async function insertEntry(trx: Trx, tenantId: string, entry: NewEntry): Promise<void> {
  await sql`
    INSERT INTO waitlist_entries
      (tenant_id, id, service_ids, site_ids, from_on, to_on, weekdays, from_time, to_time, party_size, channel, language,
       has_priority, appointment_id, people_encrypted, has_email, has_phone, person_hash, token_kid, is_training)
    VALUES (${tenantId}, ${entry.id}, ${entry.serviceIds}::uuid[], ${entry.siteIds}::uuid[], ${entry.fromOn}, ${entry.toOn},
      ${entry.weekdays}::smallint[], ${entry.fromTime}, ${entry.toTime}, ${entry.partySize}, ${entry.channel},
      ${entry.language}, ${entry.hasPriority}, ${entry.appointmentId}, ${entry.sealedPeople}, ${entry.hasEmail},
      ${entry.hasPhone}, ${entry.personHash}, ${entry.tokenKid}, ${entry.isTraining})
  `.execute(trx);
}

/** How many wishes of a person are open; the person is locked until the transaction ends, before anything else is. */
export async function countOpenOfPerson(
  trx: Trx,
  tenantId: string,
  personHash: Buffer,
): Promise<number> {
  const name = `waitlist/${tenantId}/${personHash.toString("hex")}`;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
  const { rows } = await sql<{ open: number }>`
    SELECT count(*)::int AS open FROM waitlist_entries
    WHERE tenant_id = ${tenantId} AND person_hash = ${personHash} AND status IN ('waiting', 'offered')
  `.execute(trx);
  return rows[0]?.open ?? 0;
}

/** A wish with what its view needs; people still sealed. */
export interface EntryRow {
  readonly id: string;
  readonly status: EntryStatus;
  readonly services: readonly EntryService[];
  readonly sites: readonly EntrySite[];
  readonly from_on: string;
  readonly to_on: string;
  readonly weekdays: number[];
  readonly from_time: string;
  readonly to_time: string;
  readonly party_size: number;
  readonly channel: Channel;
  readonly language: Language;
  readonly has_priority: boolean;
  readonly appointment_id: string | null;
  readonly people_encrypted: Buffer | null;
  readonly token_kid: string;
  readonly token_version: number;
  readonly lapses: number;
  readonly is_training: boolean;
  readonly version: number;
  readonly waiting_since: Date;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  /** The latest one; its instants as PostgreSQL writes them in JSON. */
  readonly offer: EntryOffer | null;
}

/** A service as a wish names it. */
export interface EntryService {
  readonly id: string;
  readonly code: string;
  readonly name: LocalizedText;
  readonly noun: "appointment" | "booking";
}

/** A site as a wish names it. */
export interface EntrySite {
  readonly id: string;
  readonly code: string;
  readonly name: LocalizedText;
  readonly address: string;
  readonly phone: string;
  readonly time_zone: string;
}

/** The latest offer of a wish. */
export interface EntryOffer {
  readonly id: string;
  readonly status: OfferStatus;
  readonly way: OfferWay;
  readonly site_id: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly answer_by: string;
  readonly is_shared: boolean;
  readonly is_taken: boolean;
  readonly appointment_id: string | null;
}

const entryColumns = sql`
  e.id, e.status, e.from_on, e.to_on, e.weekdays, e.from_time, e.to_time, e.party_size, e.channel, e.language,
  e.has_priority, e.appointment_id, e.people_encrypted, e.token_kid, e.token_version, e.lapses, e.is_training, e.version,
  e.waiting_since, e.created_at, e.ended_at,
  (SELECT jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'name', s.name, 'noun', s.noun) ORDER BY w.place)
   FROM unnest(e.service_ids) WITH ORDINALITY AS w (id, place)
   JOIN services s ON s.tenant_id = e.tenant_id AND s.id = w.id) AS services,
  (SELECT jsonb_agg(jsonb_build_object('id', t.id, 'code', t.code, 'name', t.name, 'address', t.address,
                                       'phone', t.phone, 'time_zone', t.time_zone) ORDER BY t.code)
   FROM sites t WHERE t.tenant_id = e.tenant_id AND t.id = ANY (e.site_ids)) AS sites,
  (SELECT jsonb_build_object('id', o.id, 'status', o.status, 'way', o.way, 'site_id', p.site_id,
                             'starts_at', p.starts_at, 'ends_at', p.ends_at, 'answer_by', p.answer_by,
                             'is_shared', EXISTS (
                               SELECT FROM waitlist_offers b
                               WHERE b.tenant_id = o.tenant_id AND b.place_id = o.place_id AND b.id <> o.id),
                             'is_taken', o.status = 'superseded' AND p.status = 'taken',
                             'appointment_id', o.appointment_id)
   FROM waitlist_offers o
   JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
   WHERE o.tenant_id = e.tenant_id AND o.entry_id = e.id
   ORDER BY o.created_at DESC, o.id DESC
   LIMIT 1) AS offer`;

/** One wish, whatever its status. */
export async function findEntry(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<EntryRow | undefined> {
  const { rows } = await sql<EntryRow>`
    SELECT ${entryColumns} FROM waitlist_entries e WHERE e.tenant_id = ${tenantId} AND e.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Which wishes; all parts given must hold. */
export interface EntryFilter {
  readonly statuses: readonly EntryStatus[] | null;
  readonly serviceId: string | null;
  readonly siteId: string | null;
  readonly after: string | null;
  readonly countMax: number;
}

/** Wishes by id, which is the order in which they were made. */
export async function listEntries(
  trx: Trx,
  tenantId: string,
  { statuses, serviceId, siteId, after, countMax }: EntryFilter,
): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    SELECT ${entryColumns}
    FROM waitlist_entries e
    WHERE e.tenant_id = ${tenantId}
      AND (${statuses}::text[] IS NULL OR e.status = ANY (${statuses}::text[]))
      AND (${serviceId}::uuid IS NULL OR ${serviceId}::uuid = ANY (e.service_ids))
      AND (${siteId}::uuid IS NULL OR ${siteId}::uuid = ANY (e.site_ids))
      AND (${after}::uuid IS NULL OR e.id > ${after}::uuid)
    ORDER BY e.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** Ends an open wish by its holder's or the office's word; false when it has ended. */
export async function withdrawRow(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_entries
    SET status = 'withdrawn', ended_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status IN ('waiting', 'offered')
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Ends wishes whose last day has passed at all their sites, or whose appointment is over; returns their ids. */
export async function expireRows(trx: Trx, tenantId: string, countMax: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE waitlist_entries e
    SET status = 'expired', ended_at = clock_now(), updated_at = clock_now(), version = e.version + 1
    FROM (
      SELECT w.id FROM waitlist_entries w
      LEFT JOIN appointments a ON a.tenant_id = w.tenant_id AND a.id = w.appointment_id
      WHERE w.tenant_id = ${tenantId} AND w.status = 'waiting'
        AND (w.to_on < (SELECT min((clock_now() AT TIME ZONE t.time_zone)::date) FROM sites t
                        WHERE t.tenant_id = w.tenant_id AND t.id = ANY (w.site_ids))
          OR a.status <> 'booked' OR a.starts_at <= clock_now())
      ORDER BY w.to_on, w.id
      LIMIT ${countMax}
      FOR UPDATE OF w SKIP LOCKED) over
    WHERE e.tenant_id = ${tenantId} AND e.id = over.id AND e.status = 'waiting'
    RETURNING e.id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Forgets the people of wishes that ended long ago; returns how many. */
export async function eraseEndedPeople(
  trx: Trx,
  tenantId: string,
  { keptDays, countMax }: { readonly keptDays: number; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_entries e
    SET people_encrypted = NULL, person_hash = NULL
    FROM (
      SELECT id FROM waitlist_entries
      WHERE tenant_id = ${tenantId} AND people_encrypted IS NOT NULL
        AND ended_at < clock_now() - make_interval(days => ${keptDays})
      ORDER BY id
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED) old
    WHERE e.tenant_id = ${tenantId} AND e.id = old.id
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** A kind of visit that people wait for, with the days in which any of them would come. */
export interface WaitingKind extends VisitKind {
  readonly fromOn: string;
  readonly toOn: string;
  /** The longest notice of its services. */
  readonly noticeMinutes: number;
  /** What the first of its services grants for an answer. */
  readonly answerMinutes: number;
}

/** The kinds of visits that people wait for, of services whose waitlist is on. */
export async function listWaitingKinds(trx: Trx, tenantId: string): Promise<WaitingKind[]> {
  const { rows } = await sql<{
    service_ids: string[];
    party_size: number;
    channel: Channel;
    from_on: string;
    to_on: string;
    notice_minutes: number;
    answer_minutes: number;
  }>`
    SELECT e.service_ids, e.party_size, e.channel, min(e.from_on) AS from_on, max(e.to_on) AS to_on,
           (SELECT max(v.notice_minutes) FROM services v
            WHERE v.tenant_id = ${tenantId} AND v.id = ANY (e.service_ids)) AS notice_minutes,
           (SELECT s.answer_minutes FROM waitlist_settings s
            WHERE s.tenant_id = ${tenantId} AND s.service_id = e.service_ids[1]) AS answer_minutes
    FROM waitlist_entries e
    WHERE e.tenant_id = ${tenantId} AND e.status = 'waiting'
      AND NOT EXISTS (
        SELECT FROM unnest(e.service_ids) AS w (id)
        LEFT JOIN waitlist_settings s ON s.tenant_id = ${tenantId} AND s.service_id = w.id AND s.is_on
        WHERE s.service_id IS NULL)
    GROUP BY e.service_ids, e.party_size, e.channel
    ORDER BY min(e.waiting_since)
  `.execute(trx);
  return rows.map((row) => ({
    serviceIds: row.service_ids,
    partySize: row.party_size,
    channel: row.channel,
    fromOn: row.from_on,
    toOn: row.to_on,
    noticeMinutes: row.notice_minutes,
    answerMinutes: row.answer_minutes,
  }));
}

/** Where a page of the order starts: after this wish. */
export interface OrderKey {
  readonly hasPriority: boolean;
  readonly waitingSinceMicros: string;
  readonly id: string;
}

interface OrderedRow {
  id: string;
  service_ids: string[];
  site_ids: string[];
  from_on: string;
  to_on: string;
  weekdays: number[];
  from_time: string;
  to_time: string;
  party_size: number;
  channel: Channel;
  language: Language;
  has_priority: boolean;
  since_micros: string;
  earlier_than: Date | null;
  known_places: string[];
}

/**
 * Wishes that wait, in the order: those with priority first, then the oldest, near-ties by id. What a wish was offered
 * before comes with it.
 */
export async function listInOrder(
  trx: Trx,
  tenantId: string,
  { after, countMax }: { readonly after: OrderKey | null; readonly countMax: number },
): Promise<OrderedRow[]> {
  const { rows } = await sql<OrderedRow>`
    SELECT e.id, e.service_ids, e.site_ids, e.from_on, e.to_on, e.weekdays, e.from_time, e.to_time, e.party_size,
           e.channel, e.language, e.has_priority,
           (extract(epoch FROM e.waiting_since) * 1000000)::bigint::text AS since_micros, a.starts_at AS earlier_than,
           coalesce(k.known_places, '{}') AS known_places
    FROM waitlist_entries e
    LEFT JOIN appointments a ON a.tenant_id = e.tenant_id AND a.id = e.appointment_id
    LEFT JOIN LATERAL (
      SELECT array_agg(p.site_id || '/' || (extract(epoch FROM p.starts_at) * 1000)::bigint) AS known_places
      FROM waitlist_offers o
      JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
      WHERE o.tenant_id = e.tenant_id AND o.entry_id = e.id) k ON true
    WHERE e.tenant_id = ${tenantId} AND e.status = 'waiting'
      AND (e.appointment_id IS NULL OR a.status = 'booked' AND a.starts_at > clock_now())
      AND (${after === null}::boolean OR (NOT e.has_priority, e.waiting_since, e.id) > (
        NOT ${after?.hasPriority ?? false}::boolean,
        'epoch'::timestamptz + ${after?.waitingSinceMicros ?? "0"}::bigint * interval '1 microsecond',
        ${after?.id ?? null}::uuid))
    ORDER BY NOT e.has_priority, e.waiting_since, e.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** A tenant's wishes by what they wait for. */
export interface WaitlistCounts {
  readonly waiting: number;
  readonly offered: number;
}

/** How many wish and how many are asked, over all administrations. For the system's scope. */
export async function countEntries(trx: Trx): Promise<WaitlistCounts> {
  const { rows } = await sql<WaitlistCounts>`
    SELECT count(*) FILTER (WHERE status = 'waiting')::int AS waiting,
           count(*) FILTER (WHERE status = 'offered')::int AS offered
    FROM waitlist_entries
    WHERE status IN ('waiting', 'offered')
  `.execute(trx);
  return rows[0] ?? { waiting: 0, offered: 0 };
}

/** Administrations in which anybody waits or is asked. For the system's scope. */
export async function listTenantsWithWishes(trx: Trx): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT DISTINCT tenant_id FROM waitlist_entries WHERE status IN ('waiting', 'offered')
  `.execute(trx);
  return rows.map((row) => row.tenant_id);
}

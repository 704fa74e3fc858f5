import { sql } from "kysely";
import type { Channel, Language, LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { OfferWay } from "../offers/offer.ts";
import { defaultSettings, type ServiceWaitlist } from "../settings/settings.ts";

/** A service's waitlist with its figures. */
export interface WaitlistSummary extends ServiceWaitlist {
  readonly code: string;
  readonly name: LocalizedText;
  /** Wishes that wait, also those that want other services besides. */
  readonly waiting: number;
  /** Wishes that are asked at this moment. */
  readonly offered: number;
  /** Places that are held for them. */
  readonly held: number;
  /** Since when the first in the order of age waits; null when nobody does. */
  readonly oldest_since: Date | null;
}

/** The waitlists of services that can be booked, those that are on first, then by code; one of them with an id. */
export async function listSummaries(
  trx: Trx,
  tenantId: string,
  { serviceId, countMax }: { readonly serviceId: string | null; readonly countMax: number },
): Promise<WaitlistSummary[]> {
  const plain = defaultSettings;
  const { rows } = await sql<WaitlistSummary>`
    SELECT v.id AS service_id, v.code, v.name, coalesce(s.is_on, false) AS is_on,
           coalesce(s.people_per_place, ${plain.people_per_place}::int) AS people_per_place,
           coalesce(s.answer_minutes, ${plain.answer_minutes}::int) AS answer_minutes,
           coalesce(s.lapses_max, ${plain.lapses_max}::int) AS lapses_max, coalesce(s.version, 0) AS version,
           coalesce(c.waiting, 0) AS waiting, coalesce(c.offered, 0) AS offered, coalesce(h.held, 0) AS held,
           c.oldest_since
    FROM services v
    LEFT JOIN waitlist_settings s ON s.tenant_id = v.tenant_id AND s.service_id = v.id
    LEFT JOIN (
      SELECT w.id, count(*) FILTER (WHERE e.status = 'waiting')::int AS waiting,
             count(*) FILTER (WHERE e.status = 'offered')::int AS offered,
             min(e.waiting_since) FILTER (WHERE e.status = 'waiting') AS oldest_since
      FROM waitlist_entries e CROSS JOIN unnest(e.service_ids) AS w (id)
      WHERE e.tenant_id = ${tenantId} AND e.status IN ('waiting', 'offered')
      GROUP BY w.id) c ON c.id = v.id
    LEFT JOIN (
      SELECT w.id, count(*)::int AS held
      FROM waitlist_places p CROSS JOIN unnest(p.service_ids) AS w (id)
      WHERE p.tenant_id = ${tenantId} AND p.status = 'held'
      GROUP BY w.id) h ON h.id = v.id
    WHERE v.tenant_id = ${tenantId} AND v.retired_at IS NULL AND (${serviceId}::uuid IS NULL OR v.id = ${serviceId}::uuid)
    ORDER BY coalesce(s.is_on, false) DESC, v.code
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** A wish with its place among those that wait for a service; people still sealed. */
export interface StandingRow {
  readonly id: string;
  /** From 1. */
  readonly position: number;
  readonly has_priority: boolean;
  readonly waiting_since: Date;
  readonly from_on: string;
  readonly to_on: string;
  readonly from_time: string;
  readonly to_time: string;
  readonly party_size: number;
  readonly channel: Channel;
  readonly language: Language;
  readonly has_email: boolean;
  readonly has_phone: boolean;
  readonly is_exchange: boolean;
  readonly people_encrypted: Buffer | null;
}

/** Who waits for a service, in the order of offers, after a position. */
export async function listStandingRows(
  trx: Trx,
  tenantId: string,
  page: { readonly serviceId: string; readonly after: number; readonly countMax: number },
): Promise<StandingRow[]> {
  const { rows } = await sql<StandingRow>`
    SELECT o.position, e.id, e.has_priority, e.waiting_since, e.from_on, e.to_on, e.from_time, e.to_time, e.party_size,
           e.channel, e.language, e.has_email, e.has_phone, e.appointment_id IS NOT NULL AS is_exchange,
           e.people_encrypted
    FROM (
      SELECT w.id, (row_number() OVER (ORDER BY NOT w.has_priority, w.waiting_since, w.id))::int AS position
      FROM waitlist_entries w
      WHERE w.tenant_id = ${tenantId} AND w.status = 'waiting' AND ${page.serviceId}::uuid = ANY (w.service_ids)) o
    JOIN waitlist_entries e ON e.tenant_id = ${tenantId} AND e.id = o.id
    WHERE o.position > ${page.after}
    ORDER BY o.position
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** An offer that is out, with whose it is; people still sealed. */
export interface OfferOutRow {
  readonly id: string;
  readonly entry_id: string;
  readonly way: OfferWay;
  readonly starts_at: Date;
  readonly answer_by: Date;
  readonly site_name: LocalizedText;
  readonly time_zone: string;
  /** How many people the place is offered to at this moment. */
  readonly asked: number;
  readonly calls: number;
  readonly people_encrypted: Buffer | null;
}

/** Open offers of a service, those whose time to answer ends first at the top. */
export async function listOffersOut(
  trx: Trx,
  tenantId: string,
  page: { readonly serviceId: string; readonly countMax: number },
): Promise<OfferOutRow[]> {
  const { rows } = await sql<OfferOutRow>`
    SELECT o.id, o.entry_id, o.way, o.calls, p.starts_at, p.answer_by, t.name AS site_name, t.time_zone,
           e.people_encrypted,
           (SELECT count(*)::int FROM waitlist_offers b
            WHERE b.tenant_id = o.tenant_id AND b.place_id = o.place_id AND b.status = 'offered') AS asked
    FROM waitlist_places p
    JOIN waitlist_offers o ON o.tenant_id = p.tenant_id AND o.place_id = p.id AND o.status = 'offered'
    JOIN waitlist_entries e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id
    JOIN sites t ON t.tenant_id = p.tenant_id AND t.id = p.site_id
    WHERE p.tenant_id = ${tenantId} AND p.status = 'held' AND ${page.serviceId}::uuid = ANY (p.service_ids)
    ORDER BY p.answer_by, p.starts_at, o.id
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

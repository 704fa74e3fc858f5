import { sql } from "kysely";
import type { LocalizedText } from "../../context.ts";
import { isUnserved } from "../../slots/inventory/seats/queries.ts";
import type { Trx } from "../../db/database.ts";

/** Whether an appointment's places exist. */
export type Support = "supported" | "conflict";

/** An appointment whose support changed. */
export interface TurnedAppointment {
  readonly id: string;
  readonly version: number;
}

/** Changes the support of booked appointments that have the other one; returns those it changed, by id. */
export async function turnSupport(
  trx: Trx,
  tenantId: string,
  { ids, support }: { ids: readonly string[]; support: Support },
): Promise<TurnedAppointment[]> {
  const { rows } = await sql<TurnedAppointment>`
    WITH turned AS (
      UPDATE appointments SET support = ${support}, version = version + 1, updated_at = clock_now()
      WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[]) AND status = 'booked' AND support <> ${support}
      RETURNING id, version
    )
    SELECT id, version FROM turned ORDER BY id
  `.execute(trx);
  return rows;
}

/** Keeps an appointment in conflict beyond capacity; false when it changed since it was read. */
export async function updateKept(
  trx: Trx,
  tenantId: string,
  { id, version, reason }: { id: string; version: number; reason: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET support = 'supported', overbooking_reason = ${reason}, version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id} AND version = ${version} AND status = 'booked'
      AND support = 'conflict'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Why a cell of an appointment in conflict has no place: it is closed, fewer are served at once, or not for this. */
export interface ConflictReason {
  readonly kind: "closed" | "fewer_places" | "not_offered";
  readonly resource_id: string;
  readonly resource_code: string;
  readonly starts_at: string;
  readonly ends_at: string;
  /** The closures that cover the cell now; none when an opening was changed or retired, or on a holiday. */
  readonly closures: readonly { readonly id: string; readonly code: string }[];
}

/** An appointment in conflict, without contact data. */
export interface ConflictRow {
  readonly id: string;
  readonly reference: string;
  readonly version: number;
  readonly site_id: string;
  readonly site_code: string;
  readonly site_name: LocalizedText;
  readonly time_zone: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly party_size: number;
  readonly has_email: boolean;
  readonly has_phone: boolean;
  readonly service_ids: string[];
  /** Whether an operator is to call. */
  readonly is_to_be_called: boolean;
  readonly has_begun: boolean;
  readonly reasons: ConflictReason[];
}

/** What is listed: of one site (id or code) or all, at most `countMax` after the one named. */
export interface ConflictFilter {
  readonly site: { readonly id: string | null; readonly code: string | null } | null;
  readonly after: { readonly startsAt: string; readonly id: string } | null;
  readonly countMax: number;
}

/** Booked appointments in conflict that have not ended, by start. */
export async function listConflictRows(
  trx: Trx,
  tenantId: string,
  { site, after, countMax }: ConflictFilter,
): Promise<ConflictRow[]> {
  const { rows } = await sql<ConflictRow>`
    SELECT p.id, p.reference, p.version, p.site_id, i.code AS site_code, i.name AS site_name, i.time_zone, p.starts_at, p.ends_at,
           p.party_size, p.has_email, p.has_phone, l.service_ids, p.starts_at <= clock_now() AS has_begun,
           EXISTS (
             SELECT FROM phone_tasks t
             WHERE t.tenant_id = ${tenantId} AND t.appointment_id = p.id AND t.status IN ('open', 'leased')
           ) AS is_to_be_called, coalesce(c.reasons, '[]') AS reasons
    FROM appointments p
    JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = p.site_id
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(g.service_id ORDER BY g.leg), '{}') AS service_ids
      FROM appointment_legs g
      WHERE g.tenant_id = ${tenantId} AND g.appointment_id = p.id) l
    CROSS JOIN LATERAL (${reasons(tenantId)}) c
    WHERE p.tenant_id = ${tenantId} AND p.status = 'booked' AND p.support = 'conflict'
      AND p.ends_at > clock_now()
      AND (${site === null} OR i.id = ${site?.id ?? null}::uuid OR i.code = ${site?.code ?? null})
      AND (${after === null}
        OR (p.starts_at, p.id) > (${after?.startsAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY p.starts_at, p.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** The cells of appointment `p` at site `i` that have no place for it, and the closures in the site's wall time. */
function reasons(tenantId: string) {
  return sql`
    SELECT json_agg(json_build_object(
      'kind', CASE WHEN s.capacity = 0 THEN 'closed' WHEN u.is_unserved THEN 'not_offered' ELSE 'fewer_places' END,
      'resource_id', r.id, 'resource_code', r.code,
      'starts_at', to_char(s.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
      'ends_at', to_char(s.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
      'closures', k.closures) ORDER BY s.starts_at, s.id) AS reasons
    FROM allocations a
    JOIN slots s ON s.tenant_id = ${tenantId} AND s.id = a.slot_id
    JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = s.resource_id
    CROSS JOIN LATERAL (SELECT ${isUnserved(tenantId)} AS is_unserved) u
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('id', x.id, 'code', x.code) ORDER BY x.code), '[]') AS closures
      FROM closures x
      WHERE x.tenant_id = ${tenantId} AND x.retired_at IS NULL
        AND (x.resource_id = r.id OR x.site_id = i.id OR num_nonnulls(x.site_id, x.resource_id) = 0)
        AND x.starts_on + x.start_time < s.ends_at AT TIME ZONE i.time_zone
        AND x.ends_on + x.end_time > s.starts_at AT TIME ZONE i.time_zone) k
    WHERE a.tenant_id = ${tenantId} AND a.owner_id = p.id AND a.owner_kind = 'appointment'
      AND NOT a.is_counted AND (s.capacity = 0 OR s.taken + a.units > s.capacity OR u.is_unserved)`;
}

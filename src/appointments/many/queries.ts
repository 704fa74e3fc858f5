import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { AppointmentStatus, CancelReason, Support } from "../appointment.ts";

/** An appointment as an operation over many judges it. */
export interface ManyRow {
  readonly id: string;
  readonly version: number;
  readonly status: AppointmentStatus;
  readonly support: Support;
  readonly site_id: string;
  readonly invitation_id: string | null;
  /** Whether it has begun by the database's clock, or somebody's attendance is recorded. */
  readonly has_begun: boolean;
  /** In the order of the visit. */
  readonly service_ids: readonly string[];
}

/** What has to be locked before the slots of appointments. */
export interface Burdens {
  /** Invitations that they were booked with. */
  readonly invitation_ids: readonly string[];
  /** Whether any of them is counted for a limit. */
  readonly has_quota: boolean;
}

/** What appointments hold beside their places; both change with their version only. */
export async function readBurdens(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<Burdens> {
  const { rows } = await sql<Burdens>`
    SELECT ARRAY(
        SELECT DISTINCT a.invitation_id
        FROM appointments a
        WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${ids}::uuid[]) AND a.invitation_id IS NOT NULL) AS invitation_ids,
      EXISTS (
        SELECT FROM quota_uses u
        WHERE u.tenant_id = ${tenantId} AND u.appointment_id = ANY (${ids}::uuid[])) AS has_quota
  `.execute(trx);
  return rows[0] ?? { invitation_ids: [], has_quota: false };
}

/** Locks appointments in id order until the transaction ends. Their slots must be locked before. */
export async function lockMany(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<ManyRow[]> {
  const { rows } = await sql<ManyRow>`
    WITH locked AS (
      SELECT a.id, a.version, a.status, a.support, a.site_id, a.invitation_id, a.starts_at
      FROM appointments a
      WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${ids}::uuid[])
      ORDER BY a.id
      FOR NO KEY UPDATE
    ), legs AS (
      SELECT l.appointment_id, array_agg(l.service_id ORDER BY l.leg) AS service_ids
      FROM appointment_legs l
      WHERE l.tenant_id = ${tenantId} AND l.appointment_id = ANY (${ids}::uuid[])
      GROUP BY l.appointment_id
    ), attended AS (
      SELECT DISTINCT p.appointment_id
      FROM participants p
      WHERE p.appointment_id = ANY (${ids}::uuid[]) AND p.tenant_id = ${tenantId} AND p.attendance IS NOT NULL
    )
    SELECT a.id, a.version, a.status, a.support, a.site_id, a.invitation_id, coalesce(l.service_ids, '{}') AS service_ids,
      a.starts_at <= (SELECT clock_now()) OR t.appointment_id IS NOT NULL AS has_begun
    FROM locked a
    LEFT JOIN legs l ON l.appointment_id = a.id
    LEFT JOIN attended t ON t.appointment_id = a.id
  `.execute(trx);
  return rows;
}

/** Cancels locked, booked appointments; returns how many. */
export async function updateManyCancelled(
  trx: Trx,
  tenantId: string,
  { ids, reason }: { readonly ids: readonly string[]; readonly reason: CancelReason },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET status = 'cancelled', cancelled_at = (SELECT clock_now()), cancelled_by = 'bulk', cancel_reason = ${reason},
        support = 'supported', version = version + 1, sequence = sequence + 1, updated_at = (SELECT clock_now())
    WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[]) AND status = 'booked'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Raises the version of locked, booked appointments whose people are told something; returns how many. */
export async function raiseVersions(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE appointments SET version = version + 1, updated_at = (SELECT clock_now())
    WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[]) AND status = 'booked'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Keeps booked appointments in conflict beyond capacity for a reason, or puts those that are kept for it back into
 * conflict; returns those it changed, by id.
 */
export async function turnKept(
  trx: Trx,
  tenantId: string,
  wish: { readonly ids: readonly string[]; readonly reason: string; readonly isKept: boolean },
): Promise<{ id: string; version: number }[]> {
  const { ids, reason, isKept } = wish;
  const { rows } = await sql<{ id: string; version: number }>`
    WITH turned AS (
      UPDATE appointments
      SET support = ${isKept ? "supported" : "conflict"}, overbooking_reason = ${isKept ? reason : null},
          version = version + 1, updated_at = (SELECT clock_now())
      WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[]) AND status = 'booked'
        AND (${isKept} AND support = 'conflict'
          OR NOT ${isKept} AND support = 'supported' AND overbooking_reason = ${reason})
      RETURNING id, version
    )
    SELECT id, version FROM turned ORDER BY id
  `.execute(trx);
  return rows;
}

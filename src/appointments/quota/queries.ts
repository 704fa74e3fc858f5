import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { QuotaUse } from "./quota.ts";

/** Names one counter row. */
export interface CounterRow {
  readonly limitId: string;
  readonly personHash: Buffer;
  readonly periodStart: string;
}

/** Makes sure counters exist and locks them in the order given. */
export async function lockQuotaCounters(
  trx: Trx,
  tenantId: string,
  counters: readonly CounterRow[],
): Promise<void> {
  await sql`
    INSERT INTO quota_counters (tenant_id, limit_id, person_hash, period_start)
    SELECT ${tenantId}, c.limit_id, c.person_hash, c.period_start
    FROM ${counterList(counters)} WITH ORDINALITY AS c (limit_id, person_hash, period_start, place)
    ORDER BY c.place
    ON CONFLICT (tenant_id, limit_id, person_hash, period_start) DO UPDATE SET taken = quota_counters.taken
  `.execute(trx);
}

function counterList(counters: readonly CounterRow[]) {
  return sql`unnest(
    ${counters.map((one) => one.limitId)}::uuid[],
    ${counters.map((one) => one.personHash)}::bytea[],
    ${counters.map((one) => one.periodStart)}::date[])`;
}

export interface StoredUse extends CounterRow, QuotaUse {}

/** What persons have used under the counters given, except by one appointment. Lock the counters first. */
export async function listUses(
  trx: Trx,
  tenantId: string,
  {
    counters,
    exceptAppointmentId,
  }: { counters: readonly CounterRow[]; exceptAppointmentId: string },
): Promise<StoredUse[]> {
  const { rows } = await sql<UseRow>`
    SELECT u.limit_id, u.person_hash, u.period_start, u.used_on, u.units
    FROM ${counterList(counters)} AS c (limit_id, person_hash, period_start)
    JOIN quota_uses u ON u.tenant_id = ${tenantId} AND u.limit_id = c.limit_id
      AND u.person_hash = c.person_hash AND u.period_start = c.period_start
    WHERE u.appointment_id <> ${exceptAppointmentId}
  `.execute(trx);
  return rows.map(toStoredUse);
}

interface UseRow {
  limit_id: string;
  person_hash: Buffer;
  period_start: string;
  used_on: string;
  units: number;
}

function toStoredUse(row: UseRow): StoredUse {
  return {
    limitId: row.limit_id,
    personHash: row.person_hash,
    periodStart: row.period_start,
    usedOn: row.used_on,
    units: row.units,
  };
}

/** What an appointment is counted for. */
export async function listUsesOf(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<StoredUse[]> {
  const { rows } = await sql<UseRow>`
    SELECT limit_id, person_hash, period_start, used_on, units
    FROM quota_uses
    WHERE tenant_id = ${tenantId} AND appointment_id = ${appointmentId}
  `.execute(trx);
  return rows.map(toStoredUse);
}

/** Frees what an appointment has used; its counters must be locked. */
export async function deleteUses(trx: Trx, tenantId: string, appointmentId: string): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM quota_uses
      WHERE tenant_id = ${tenantId} AND appointment_id = ${appointmentId}
      RETURNING limit_id, person_hash, period_start, units
    )
    UPDATE quota_counters c SET taken = c.taken - g.units
    FROM gone g
    WHERE c.tenant_id = ${tenantId} AND c.limit_id = g.limit_id
      AND c.person_hash = g.person_hash AND c.period_start = g.period_start
  `.execute(trx);
}

/** Writes what an appointment uses; its counters must be locked, and the appointment written. */
export async function insertUses(
  trx: Trx,
  tenantId: string,
  { appointmentId, uses }: { appointmentId: string; uses: readonly StoredUse[] },
): Promise<void> {
  await sql`
    WITH used AS (
      INSERT INTO quota_uses (tenant_id, limit_id, person_hash, period_start, appointment_id, used_on, units)
      SELECT ${tenantId}, u.limit_id, u.person_hash, u.period_start, ${appointmentId}, u.used_on, u.units
      FROM unnest(
        ${uses.map((use) => use.limitId)}::uuid[],
        ${uses.map((use) => use.personHash)}::bytea[],
        ${uses.map((use) => use.periodStart)}::date[],
        ${uses.map((use) => use.usedOn)}::date[],
        ${uses.map((use) => use.units)}::int[]) AS u (limit_id, person_hash, period_start, used_on, units)
      RETURNING limit_id, person_hash, period_start, units
    )
    UPDATE quota_counters c SET taken = c.taken + u.units
    FROM used u
    WHERE c.tenant_id = ${tenantId} AND c.limit_id = u.limit_id
      AND c.person_hash = u.person_hash AND c.period_start = u.period_start
  `.execute(trx);
}

/**
 * Locks the counters of everything that appointments are counted for, in the order in which single changes lock them
 * (by `counterName`), until the end of the transaction.
 */
export async function lockCountersOfMany(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<void> {
  await sql`
    SELECT FROM quota_counters c
    WHERE c.tenant_id = ${tenantId} AND EXISTS (
      SELECT FROM quota_uses u
      WHERE u.tenant_id = ${tenantId} AND u.appointment_id = ANY (${appointmentIds}::uuid[])
        AND u.limit_id = c.limit_id AND u.person_hash = c.person_hash AND u.period_start = c.period_start)
    ORDER BY encode(sha256(
      c.person_hash || convert_to('/' || c.limit_id || '/' || to_char(c.period_start, 'YYYY-MM-DD'), 'UTF8')), 'hex')
      COLLATE "C"
    FOR UPDATE
  `.execute(trx);
}

/** Frees what appointments have used; their counters must be locked. */
export async function deleteUsesOfMany(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM quota_uses
      WHERE tenant_id = ${tenantId} AND appointment_id = ANY (${appointmentIds}::uuid[])
      RETURNING limit_id, person_hash, period_start, units
    ), freed AS (
      SELECT limit_id, person_hash, period_start, sum(units)::int AS units FROM gone GROUP BY 1, 2, 3
    )
    UPDATE quota_counters c SET taken = c.taken - f.units
    FROM freed f
    WHERE c.tenant_id = ${tenantId} AND c.limit_id = f.limit_id
      AND c.person_hash = f.person_hash AND c.period_start = f.period_start
  `.execute(trx);
}

import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";

/** What an appointment's citizen is asked; instants in epoch milliseconds. */
export interface NewRequest {
  readonly appointmentId: string;
  readonly startsAt: number;
  readonly answerBy: number;
  readonly isReleased: boolean;
}

/** Asks anew: an answer for another time does not hold. */
export async function upsertRequests(
  trx: Trx,
  tenantId: string,
  requests: readonly NewRequest[],
): Promise<void> {
  if (requests.length > 0) await requestsUpsert(tenantId, requests).execute(trx);
}

/** The same as a part of `writeTogether`. */
export function requestsUpsert(
  tenantId: string,
  requests: readonly NewRequest[],
): RawBuilder<unknown> {
  const rows = requests.map((one) => ({
    id: one.appointmentId,
    starts_ms: one.startsAt,
    answer_ms: one.answerBy,
    is_released: one.isReleased,
  }));
  return sql`
    INSERT INTO presence_requests AS p (tenant_id, appointment_id, starts_at, answer_by, is_released)
    SELECT ${tenantId}::uuid, r.id, to_timestamp(r.starts_ms / 1000.0), to_timestamp(r.answer_ms / 1000.0), r.is_released
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      id uuid, starts_ms bigint, answer_ms bigint, is_released boolean)
    ON CONFLICT (tenant_id, appointment_id) DO UPDATE
    SET starts_at = excluded.starts_at, answer_by = excluded.answer_by, is_released = excluded.is_released,
        confirmed_at = CASE WHEN p.starts_at = excluded.starts_at THEN p.confirmed_at END, released_at = NULL`;
}

/** Withdraws the question for appointments whose time it no longer asks about. */
export async function deleteOutdatedRequests(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<void> {
  if (appointmentIds.length === 0) return;
  await sql`
    DELETE FROM presence_requests p
    USING appointments a
    WHERE p.tenant_id = ${tenantId} AND p.appointment_id = ANY (${appointmentIds}::uuid[])
      AND a.tenant_id = ${tenantId} AND a.id = p.appointment_id AND p.released_at IS NULL
      AND (a.status = 'cancelled' OR a.starts_at <> p.starts_at)
  `.execute(trx);
}

/** Where an appointment's question stands. */
export interface RequestRow {
  /** Null: he was not asked. */
  readonly answer_by: Date | null;
  readonly is_released: boolean | null;
  readonly confirmed_at: Date | null;
}

/** What an appointment's citizen was asked; undefined when there is no such appointment. */
export async function findRequest(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`
    SELECT p.answer_by, p.is_released, p.confirmed_at
    FROM appointments a
    LEFT JOIN presence_requests p
      ON p.tenant_id = ${tenantId} AND p.appointment_id = a.id AND p.released_at IS NULL
    WHERE a.tenant_id = ${tenantId} AND a.id = ${appointmentId}
  `.execute(trx);
  return rows[0];
}

/** Appointments whose citizens said that they come to the time they are booked for. */
export async function listConfirmed(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.appointment_id AS id FROM presence_requests p
    WHERE p.tenant_id = ${tenantId} AND p.appointment_id = ANY (${appointmentIds}::uuid[])
      AND p.confirmed_at IS NOT NULL
  `.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** Notes that the citizen comes; also of a time he was not asked about. */
export async function confirmPresence(
  trx: Trx,
  tenantId: string,
  { appointmentId, startsAt }: { readonly appointmentId: string; readonly startsAt: Date },
): Promise<void> {
  await sql`
    INSERT INTO presence_requests AS p (tenant_id, appointment_id, starts_at, answer_by, is_released, confirmed_at)
    VALUES (${tenantId}, ${appointmentId}, ${startsAt}, ${dateFromEpochMs(startsAt.getTime() - 1)}, false, clock_now())
    ON CONFLICT (tenant_id, appointment_id) DO UPDATE
    SET confirmed_at = coalesce(p.confirmed_at, clock_now())
    WHERE p.released_at IS NULL AND p.starts_at = excluded.starts_at
  `.execute(trx);
}

/**
 * Appointments to be given away: the time for an answer has passed, none came, and the question was handed over in
 * time for one: nobody loses a place who was not asked.
 */
export async function listUnconfirmed(
  trx: Trx,
  tenantId: string,
  { askedHoursMin, countMax }: { readonly askedHoursMin: number; readonly countMax: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.appointment_id AS id
    FROM presence_requests p
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = p.appointment_id
    WHERE p.tenant_id = ${tenantId} AND p.is_released AND p.confirmed_at IS NULL AND p.released_at IS NULL
      AND p.answer_by <= clock_now() AND a.status = 'booked' AND a.starts_at = p.starts_at AND a.starts_at > clock_now()
      AND EXISTS (
        SELECT FROM messages m
        WHERE m.tenant_id = ${tenantId} AND m.subject_id = a.id AND m.kind = 'please_confirm' AND m.status = 'sent'
          AND m.receipt IS DISTINCT FROM 'failed' AND m.receipt IS DISTINCT FROM 'expired'
          AND (m.facts ->> 'starts_at')::numeric = round(extract(epoch FROM a.starts_at) * 1000)
          AND m.ended_at <= p.answer_by - make_interval(hours => ${askedHoursMin}))
    ORDER BY p.answer_by
    LIMIT ${countMax}
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Locks the question of one appointment and tells whether its place is still to be given away. */
export async function lockUnconfirmed(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM presence_requests p
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = p.appointment_id
    WHERE p.tenant_id = ${tenantId} AND p.appointment_id = ${appointmentId} AND p.is_released
      AND p.confirmed_at IS NULL AND p.released_at IS NULL AND p.answer_by <= clock_now()
      AND a.starts_at = p.starts_at
    FOR UPDATE OF p
  `.execute(trx);
  return rows.length > 0;
}

/** Notes that a locked question has cost the place. */
export async function updateReleased(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<void> {
  await sql`
    UPDATE presence_requests SET released_at = clock_now()
    WHERE tenant_id = ${tenantId} AND appointment_id = ${appointmentId} AND confirmed_at IS NULL
  `.execute(trx);
}

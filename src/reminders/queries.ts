import { sql } from "kysely";
import { plannedAlready } from "../appointments/batch/booked-visit.ts";
import type { Canceller, CancelReason } from "../appointments/appointment.ts";
import type { Language } from "../context.ts";
import type { Trx } from "../db/database.ts";

/** Kinds of outbox event that messages are planned from. */
export const plannedEventKinds = [
  "appointment.booked",
  "appointment.rescheduled",
  "appointment.cancelled",
  "appointment.closed",
  "appointment.noticed",
] as const;
export type PlannedEventKind = (typeof plannedEventKinds)[number];

/** An event whose messages are to be planned. */
export interface EventRow {
  readonly id: string;
  readonly kind: PlannedEventKind;
  readonly subject_id: string;
  readonly subject_version: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

/**
 * Takes events that nobody has planned yet, for good when the transaction commits; another one that takes the same waits
 * and gets nothing. Those of operations are left to them. In the order in which they happened.
 */
export async function takeEvents(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    WITH taken AS (
      INSERT INTO planned_events (tenant_id, event_id, planned_at)
      SELECT ${tenantId}, o.id, (SELECT clock_now())
      FROM outbox_events o
      WHERE o.tenant_id = ${tenantId} AND o.id = ANY (${ids}::uuid[]) AND o.kind = ANY (${plannedEventKinds}::text[])
        AND NOT o.body ? 'operation_id'
      ORDER BY o.id
      ON CONFLICT DO NOTHING
      RETURNING event_id
    )
    SELECT o.id, o.kind, o.subject_id, o.subject_version, o.body, o.created_at
    FROM taken t
    JOIN outbox_events o ON o.tenant_id = ${tenantId} AND o.id = t.event_id
    ORDER BY o.subject_id, o.subject_version
  `.execute(trx);
  return rows;
}

/** Events whose planning somebody else watches over, in the order in which they happened. */
export async function listEvents(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    SELECT o.id, o.kind, o.subject_id, o.subject_version, o.body, o.created_at
    FROM outbox_events o
    WHERE o.tenant_id = ${tenantId} AND o.id = ANY (${ids}::uuid[]) AND o.kind = ANY (${plannedEventKinds}::text[])
    ORDER BY o.subject_id, o.subject_version
  `.execute(trx);
  return rows;
}

/** Makes planning of the same appointments wait for each other until the end of the transaction. */
export async function lockPlans(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<void> {
  await sql`
    SELECT pg_advisory_xact_lock(hashtextextended('message-plan/' || ${tenantId}::text || '/' || id::text, 0))
    FROM (SELECT DISTINCT id FROM unnest(${appointmentIds}::uuid[]) AS a (id) ORDER BY id) a
  `.execute(trx);
}

/** An appointment as planning reads it; people still sealed. */
export interface VisitRow {
  readonly id: string;
  readonly status: "booked" | "closed" | "cancelled";
  readonly site_id: string;
  readonly time_zone: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly language: Language;
  readonly is_training: boolean;
  readonly is_imported: boolean;
  readonly cancelled_by: Canceller | null;
  readonly cancel_reason: CancelReason | null;
  /** Whether anybody attended, of a closed one. */
  readonly is_attended: boolean;
  readonly people_encrypted: Buffer | null;
  /** In the order of the visit. */
  readonly service_ids: readonly string[];
}

/** Appointments whose messages are planned. */
export async function listVisitRows(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<VisitRow[]> {
  const { rows } = await sql<VisitRow>`
    SELECT a.id, a.status, a.site_id, st.time_zone, a.starts_at, a.ends_at, a.language, a.is_training,
      a.external_reference IS NOT NULL AS is_imported, a.cancelled_by, a.cancel_reason,
      a.status = 'closed' AND coalesce((
        SELECT bool_or(p.attendance = 'attended') FROM participants p
        WHERE p.tenant_id = a.tenant_id AND p.appointment_id = a.id), false) AS is_attended,
      a.people_encrypted,
      ARRAY(
        SELECT l.service_id FROM appointment_legs l
        WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id ORDER BY l.leg) AS service_ids
    FROM appointments a
    JOIN sites st ON st.tenant_id = a.tenant_id AND st.id = a.site_id
    WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${ids}::uuid[])
  `.execute(trx);
  return rows;
}

/**
 * Events that were handed to the job store some time ago and are still not planned; those of operations, which plan them
 * themselves, are not among them. For the system's scope.
 */
export async function listForgottenEvents(
  trx: Trx,
  wish: { readonly fromSeconds: number; readonly toSeconds: number; readonly countMax: number },
): Promise<{ tenant_id: string; id: string }[]> {
  const { rows } = await sql<{ tenant_id: string; id: string }>`
    SELECT o.tenant_id, o.id
    FROM outbox_events o
    WHERE o.status = 'relayed' AND o.kind = ANY (${plannedEventKinds}::text[])
      AND o.body ->> 'messages' IS DISTINCT FROM ${plannedAlready.messages}
      AND o.relayed_at > (SELECT clock_now()) - make_interval(secs => ${wish.fromSeconds}::float8)
      AND o.relayed_at < (SELECT clock_now()) - make_interval(secs => ${wish.toSeconds}::float8)
      AND NOT o.body ? 'operation_id'
      AND NOT EXISTS (SELECT FROM planned_events p WHERE p.tenant_id = o.tenant_id AND p.event_id = o.id)
    ORDER BY o.relayed_at
    LIMIT ${wish.countMax}
  `.execute(trx);
  return rows;
}

/** Forgets planned events whose outbox rows are gone; returns how many. For the system's scope. */
export async function deleteOldPlannedEvents(
  trx: Trx,
  { keptDays, countMax }: { readonly keptDays: number; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM planned_events p
    USING (
      SELECT tenant_id, event_id FROM planned_events
      WHERE planned_at < (SELECT clock_now()) - make_interval(days => ${keptDays})
      ORDER BY planned_at
      LIMIT ${countMax}) old
    WHERE p.tenant_id = old.tenant_id AND p.event_id = old.event_id
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

import { sql } from "kysely";
import type { Channel, Language, LocalizedText } from "../context.ts";
import type { Trx } from "../db/database.ts";
import type { PlacedLeg } from "../slots/claim/choose-places.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import type { Lookup } from "./rows/queries.ts";
import type {
  AppointmentStatus,
  Attendance,
  Canceller,
  CancelReason,
  Outcome,
  Support,
} from "./appointment.ts";

function dateOrNull(epochMs: number | null): Date | null {
  return epochMs === null ? null : dateFromEpochMs(epochMs);
}

/** Writes the legs of an appointment in order. */
export async function insertLegs(
  trx: Trx,
  tenantId: string,
  { appointmentId, legs }: { appointmentId: string; legs: readonly PlacedLeg[] },
): Promise<void> {
  const rows = legs.map((leg, index) => ({
    leg: index,
    service_id: leg.serviceId,
    starts_at: dateFromEpochMs(leg.startsAt),
    ends_at: dateFromEpochMs(leg.endsAt),
  }));
  await sql`
    INSERT INTO appointment_legs (tenant_id, appointment_id, leg, service_id, starts_at, ends_at)
    SELECT ${tenantId}, ${appointmentId}, r.leg, r.service_id, r.starts_at, r.ends_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      leg smallint, service_id uuid, starts_at timestamptz, ends_at timestamptz)
  `.execute(trx);
}

export async function deleteLegs(trx: Trx, tenantId: string, appointmentId: string): Promise<void> {
  await sql`
    DELETE FROM appointment_legs WHERE tenant_id = ${tenantId} AND appointment_id = ${appointmentId}
  `.execute(trx);
}

/** An appointment with everything its view needs; personal parts still sealed. */
export interface AppointmentRow {
  id: string;
  reference: string;
  status: AppointmentStatus;
  support: Support;
  channel: Channel;
  language: Language;
  party_size: number;
  starts_at: Date;
  ends_at: Date;
  local_date: string;
  valid_until: Date | null;
  is_pinned: boolean;
  is_training: boolean;
  overbooking_reason: string | null;
  people_encrypted: Buffer | null;
  invitation_id: string | null;
  version: number;
  sequence: number;
  token_kid: string;
  token_version: number;
  created_at: Date;
  updated_at: Date;
  cancelled_at: Date | null;
  cancelled_by: Canceller | null;
  cancel_reason: CancelReason | null;
  site: {
    id: string;
    code: string;
    name: LocalizedText;
    address: string;
    phone: string;
    time_zone: string;
  };
  legs: {
    service: { id: string; code: string; name: LocalizedText; noun: "appointment" | "booking" };
    starts_at: string;
    ends_at: string;
    resource_ids: string[];
  }[];
  participants: ParticipantRow[];
}

export interface ParticipantRow {
  id: string;
  position: number;
  /** Sealed, as PostgreSQL's hexadecimal text. */
  sealed_hex: string | null;
  attendance: Attendance | null;
  outcome: Outcome | null;
  cancelled_at: string | null;
}

/**
 * The resources of leg `l` of appointment `a`, one per role, by role. Services that are served at one place in a row are
 * one stay, whose allocations say leg 0.
 */
const resourcesOfLeg = sql`(
  SELECT coalesce(jsonb_agg(o.resource_id ORDER BY o.role, o.code), '[]'::jsonb)
  FROM (
    SELECT DISTINCT r.id AS resource_id, r.role, r.code, al.leg
    FROM allocations al
    JOIN slots sl ON sl.tenant_id = al.tenant_id AND sl.id = al.slot_id
    JOIN resources r ON r.tenant_id = sl.tenant_id AND r.id = sl.resource_id
    WHERE al.tenant_id = a.tenant_id AND al.owner_id = a.id AND al.leg IN (0, l.leg)) o
  WHERE o.leg = l.leg OR NOT EXISTS (
    SELECT FROM allocations al WHERE al.tenant_id = a.tenant_id AND al.owner_id = a.id AND al.leg = l.leg))`;

const columnsWith = (resources: ReturnType<typeof sql>) => sql`
  a.id, a.reference, a.status, a.support, a.channel, a.language, a.party_size, a.starts_at, a.ends_at, a.local_date,
  a.valid_until, a.is_pinned, a.is_training, a.overbooking_reason, a.people_encrypted, a.invitation_id, a.version,
  a.sequence, a.token_kid, a.token_version, a.created_at, a.updated_at, a.cancelled_at, a.cancelled_by,
  a.cancel_reason,
  jsonb_build_object('id', st.id, 'code', st.code, 'name', st.name, 'address', st.address, 'phone', st.phone,
                     'time_zone', st.time_zone) AS site,
  (SELECT jsonb_agg(jsonb_build_object(
     'service', jsonb_build_object('id', s.id, 'code', s.code, 'name', s.name, 'noun', s.noun),
     'starts_at', l.starts_at, 'ends_at', l.ends_at, 'resource_ids', ${resources}) ORDER BY l.leg)
   FROM appointment_legs l
   JOIN services s ON s.tenant_id = l.tenant_id AND s.id = l.service_id
   WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id) AS legs,
  (SELECT jsonb_agg(jsonb_build_object(
     'id', p.id, 'position', p.position, 'sealed_hex', encode(p.person_encrypted, 'hex'),
     'attendance', p.attendance, 'outcome', p.outcome, 'cancelled_at', p.cancelled_at) ORDER BY p.position)
   FROM participants p
   WHERE p.tenant_id = a.tenant_id AND p.appointment_id = a.id) AS participants`;

const appointmentColumns = columnsWith(resourcesOfLeg);
const columnsWithoutResources = columnsWith(sql`'[]'::jsonb`);

/**
 * Makes changes of one appointment wait for each other, before any other lock, until the end of the transaction.
 * Changes that start from a slot do not take it; they are noticed by the version.
 */
export async function lockAppointment(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    SELECT pg_advisory_xact_lock(hashtextextended(${`appointment/${tenantId}/${id}`}, 0))
  `.execute(trx);
}

export async function findAppointment(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<AppointmentRow | undefined> {
  const { rows } = await sql<AppointmentRow>`
    SELECT ${appointmentColumns}
    FROM appointments a
    JOIN sites st ON st.tenant_id = a.tenant_id AND st.id = a.site_id
    WHERE a.tenant_id = ${tenantId} AND a.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Which appointments, and whether with the resources of their legs; without, those are empty, and a third is saved. */
export interface AppointmentsWish {
  readonly ids: readonly string[];
  readonly hasResources: boolean;
}

/** Appointments by id, in no order; those that are not there are left out. */
export async function listAppointmentsById(
  trx: Trx,
  tenantId: string,
  { ids, hasResources }: AppointmentsWish,
): Promise<AppointmentRow[]> {
  const { rows } = await sql<AppointmentRow>`
    SELECT ${hasResources ? appointmentColumns : columnsWithoutResources}
    FROM appointments a
    JOIN sites st ON st.tenant_id = a.tenant_id AND st.id = a.site_id
    WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${ids}::uuid[])
  `.execute(trx);
  return rows;
}

/** Which appointments staff look for; all parts given must hold. */
export interface AppointmentFilter {
  readonly siteId?: string | undefined;
  readonly date?: string | undefined;
  readonly status?: AppointmentStatus | undefined;
  readonly reference?: string | undefined;
  readonly lookup?: Lookup | undefined;
  /** Sort key of the last item of the page before: start (ISO) and id. */
  readonly after?: readonly [string, string] | undefined;
  readonly limit: number;
}

/** Appointments by start, then id. */
export async function listAppointmentRows(
  trx: Trx,
  tenantId: string,
  filter: AppointmentFilter,
): Promise<AppointmentRow[]> {
  const [afterStart, afterId] = filter.after ?? [null, null];
  const { rows } = await sql<AppointmentRow>`
    SELECT ${appointmentColumns}
    FROM appointments a
    JOIN sites st ON st.tenant_id = a.tenant_id AND st.id = a.site_id
    WHERE a.tenant_id = ${tenantId}
      AND (${filter.siteId ?? null}::uuid IS NULL OR a.site_id = ${filter.siteId ?? null})
      AND (${filter.date ?? null}::date IS NULL OR a.local_date = ${filter.date ?? null})
      AND (${filter.status ?? null}::text IS NULL OR a.status = ${filter.status ?? null})
      AND (${filter.reference ?? null}::text IS NULL OR a.reference = ${filter.reference ?? null})
      AND (${filter.lookup?.kind ?? null}::text IS NULL OR a.id IN (
        SELECT k.appointment_id FROM appointment_lookups k
        WHERE k.tenant_id = ${tenantId} AND k.kind = ${filter.lookup?.kind ?? null}
          AND k.hash = ${filter.lookup?.hash ?? null}))
      AND (${afterStart}::timestamptz IS NULL OR (a.starts_at, a.id) > (${afterStart}::timestamptz, ${afterId}::uuid))
    ORDER BY a.starts_at, a.id
    LIMIT ${filter.limit}
  `.execute(trx);
  return rows;
}

/** A booked appointment's new time; guarded by the version that was read. */
export interface Move {
  readonly id: string;
  readonly version: number;
  readonly siteId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly localDate: string;
  readonly validUntil: number | null;
  readonly isPinned: boolean;
}

/** Moves a booked appointment; false when it changed since it was read. */
export async function updateTime(trx: Trx, tenantId: string, move: Move): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET site_id = ${move.siteId}, starts_at = ${dateFromEpochMs(move.startsAt)},
        ends_at = ${dateFromEpochMs(move.endsAt)}, local_date = ${move.localDate},
        valid_until = ${dateOrNull(move.validUntil)}, is_pinned = ${move.isPinned},
        support = 'supported', overbooking_reason = NULL,
        version = version + 1, sequence = sequence + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${move.id} AND version = ${move.version} AND status = 'booked'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Cancels a booked appointment; false when it changed since it was read. */
export async function updateCancelled(
  trx: Trx,
  tenantId: string,
  cancellation: { id: string; version: number; by: Canceller; reason: CancelReason },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET status = 'cancelled', cancelled_at = clock_now(), cancelled_by = ${cancellation.by},
        cancel_reason = ${cancellation.reason}, support = 'supported',
        version = version + 1, sequence = sequence + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${cancellation.id} AND version = ${cancellation.version}
      AND status = 'booked'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Makes the party smaller; false when the appointment changed since it was read. */
export async function updatePartySize(
  trx: Trx,
  tenantId: string,
  change: { id: string; version: number; partySize: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET party_size = ${change.partySize}, version = version + 1, sequence = sequence + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${change.id} AND version = ${change.version} AND status = 'booked'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Marks people of an appointment as not coming; returns those who were still coming. */
export async function cancelParticipantRows(
  trx: Trx,
  tenantId: string,
  { appointmentId, ids }: { appointmentId: string; ids: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE participants SET cancelled_at = clock_now()
    WHERE tenant_id = ${tenantId} AND appointment_id = ${appointmentId} AND id = ANY (${ids}::uuid[])
      AND cancelled_at IS NULL AND attendance IS NULL
    RETURNING id
  `.execute(trx);
  return rows.map((row) => row.id);
}

export interface AttendanceChange {
  readonly id: string;
  readonly attendance: Attendance;
  readonly outcome: Outcome | null;
}

/** Records who came and what came of it; a correction overwrites. Returns the participants changed. */
export async function updateAttendance(
  trx: Trx,
  tenantId: string,
  { appointmentId, changes }: { appointmentId: string; changes: readonly AttendanceChange[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE participants p
    SET attendance = c.attendance, outcome = c.outcome, attendance_at = clock_now()
    FROM unnest(
      ${changes.map((one) => one.id)}::uuid[],
      ${changes.map((one) => one.attendance)}::text[],
      ${changes.map((one) => one.outcome)}::text[]) AS c (id, attendance, outcome)
    WHERE p.tenant_id = ${tenantId} AND p.appointment_id = ${appointmentId} AND p.id = c.id
      AND p.cancelled_at IS NULL
    RETURNING p.id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Closes a booked appointment, or only raises its version; false when it changed since it was read. */
export async function updateAfterVisit(
  trx: Trx,
  tenantId: string,
  change: { id: string; version: number; isClosed: boolean },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE appointments
    SET status = CASE WHEN ${change.isClosed} THEN 'closed' ELSE status END,
        closed_at = CASE WHEN ${change.isClosed} THEN coalesce(closed_at, clock_now()) ELSE closed_at END,
        version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${change.id} AND version = ${change.version} AND status <> 'cancelled'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Booked appointments whose `valid_until` has passed and that nobody attended, the longest lapsed first. */
export async function listLapsed(trx: Trx, tenantId: string, countMax: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT a.id
    FROM appointments a
    WHERE a.tenant_id = ${tenantId} AND a.status = 'booked' AND a.valid_until <= clock_now()
      AND NOT EXISTS (
        SELECT FROM participants p
        WHERE p.tenant_id = a.tenant_id AND p.appointment_id = a.id AND p.attendance IS NOT NULL)
    ORDER BY a.valid_until
    LIMIT ${countMax}
  `.execute(trx);
  return rows.map((row) => row.id);
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Candidate } from "./choose-kept.ts";
import type {
  UrgentNumbers,
  UrgentPlan,
  UrgentProgress,
  UrgentRow,
  VisitPlace,
} from "./urgent-closure.ts";

const columns = sql`
  u.id, u.status, u.site_id, st.time_zone, u.resource_ids, u.service_id, u.starts_at, u.ends_at, u.is_suspension, u.on_the_way_minutes,
  u.reason, u.numbers, encode(u.digest, 'hex') AS digest, u.closure_ids, u.operation_ids, u.created_at, u.expires_at,
  u.started_at, u.lifted_at, u.version, u.status = 'previewed' AND u.expires_at <= clock_now() AS is_expired,
  u.ends_at <= clock_now() AS is_over`;

/** One urgent closure. */
export async function findUrgentRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<UrgentRow | undefined> {
  const { rows } = await sql<UrgentRow>`
    SELECT ${columns}
    FROM urgent_closures u
    JOIN sites st ON st.tenant_id = ${tenantId} AND st.id = u.site_id
    WHERE u.tenant_id = ${tenantId} AND u.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** One urgent closure, locked until the transaction ends. */
export async function lockUrgentRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<UrgentRow | undefined> {
  const { rows } = await sql<UrgentRow>`
    SELECT ${columns}
    FROM urgent_closures u
    JOIN sites st ON st.tenant_id = ${tenantId} AND st.id = u.site_id
    WHERE u.tenant_id = ${tenantId} AND u.id = ${id}
    FOR UPDATE OF u
  `.execute(trx);
  return rows[0];
}

/** Urgent closures that were started, the latest first; of those running only with `isRunning`. */
export async function listUrgentRows(
  trx: Trx,
  tenantId: string,
  page: {
    readonly isRunning: boolean;
    readonly after: readonly [at: string, id: string] | null;
    readonly countMax: number;
  },
): Promise<UrgentRow[]> {
  const [at, id] = page.after ?? [null, null];
  const { rows } = await sql<UrgentRow>`
    SELECT ${columns}
    FROM urgent_closures u
    JOIN sites st ON st.tenant_id = ${tenantId} AND st.id = u.site_id
    WHERE u.tenant_id = ${tenantId} AND u.status <> 'previewed'
      AND (NOT ${page.isRunning} OR u.status = 'active' AND u.ends_at > clock_now())
      AND (${at}::timestamptz IS NULL OR (u.created_at, u.id) < (${at}::timestamptz, ${id}::uuid))
    ORDER BY u.created_at DESC, u.id DESC
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Adds a preview. */
export async function insertUrgent(
  trx: Trx,
  tenantId: string,
  one: {
    readonly plan: UrgentPlan;
    readonly numbers: UrgentNumbers;
    readonly digest: Buffer;
    readonly createdBy: string | null;
    readonly expiresInSeconds: number;
  },
): Promise<void> {
  const { plan } = one;
  await sql`
    INSERT INTO urgent_closures
      (tenant_id, id, site_id, resource_ids, service_id, starts_at, ends_at, is_suspension, on_the_way_minutes, reason, numbers, digest,
       created_by, expires_at)
    VALUES (${tenantId}, ${plan.id}, ${plan.siteId}, ${plan.resourceIds && [...plan.resourceIds]}::uuid[], ${plan.serviceId},
      to_timestamp(${plan.startsAt}::float8 / 1000), to_timestamp(${plan.endsAt}::float8 / 1000), ${plan.isSuspension},
      ${plan.onTheWayMinutes}, ${JSON.stringify(plan.reason)}::jsonb, ${JSON.stringify(one.numbers)}::jsonb, ${one.digest},
      ${one.createdBy}, clock_now() + make_interval(secs => ${one.expiresInSeconds}))
  `.execute(trx);
}

/** Notes that a locked preview was started, and with what. */
export async function updateActive(
  trx: Trx,
  tenantId: string,
  one: {
    readonly id: string;
    readonly numbers: UrgentNumbers;
    readonly closureIds: readonly string[];
    readonly operationIds: readonly string[];
  },
): Promise<void> {
  await sql`
    UPDATE urgent_closures
    SET status = 'active', started_at = clock_now(), numbers = ${JSON.stringify(one.numbers)}::jsonb,
        closure_ids = ${[...one.closureIds]}::uuid[], operation_ids = ${[...one.operationIds]}::uuid[],
        version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${one.id} AND status = 'previewed'
  `.execute(trx);
}

/** Notes that a locked, active closure was lifted. */
export async function updateLifted(
  trx: Trx,
  tenantId: string,
  one: { readonly id: string; readonly operationIds: readonly string[] },
): Promise<void> {
  await sql`
    UPDATE urgent_closures
    SET status = 'lifted', lifted_at = clock_now(), operation_ids = operation_ids || ${[...one.operationIds]}::uuid[],
        version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${one.id} AND status = 'active'
  `.execute(trx);
}

/** Writes whom a closure hit, with the times of the visits. */
export async function insertVisits(
  trx: Trx,
  tenantId: string,
  one: {
    readonly closureId: string;
    readonly place: VisitPlace;
    readonly appointmentIds: readonly string[];
  },
): Promise<void> {
  if (one.appointmentIds.length === 0) return;
  await sql`
    INSERT INTO urgent_closure_visits (tenant_id, closure_id, appointment_id, starts_at, place)
    SELECT ${tenantId}, ${one.closureId}, a.id, a.starts_at, ${one.place}
    FROM appointments a
    WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${[...one.appointmentIds]}::uuid[])
  `.execute(trx);
}

/** Notes that somebody who lost his place waits. */
export async function updateWaits(
  trx: Trx,
  tenantId: string,
  visit: { readonly closureId: string; readonly appointmentId: string },
): Promise<void> {
  await sql`
    UPDATE urgent_closure_visits SET place = 'kept'
    WHERE tenant_id = ${tenantId} AND closure_id = ${visit.closureId} AND appointment_id = ${visit.appointmentId}
      AND place = 'lost'
  `.execute(trx);
}

/** Visits of a closure that are still booked for the time at which it hit them. */
export async function listUnmovedVisits(
  trx: Trx,
  tenantId: string,
  one: { readonly closureId: string; readonly places: readonly VisitPlace[] },
): Promise<{ id: string; place: VisitPlace; is_supported: boolean; has_begun: boolean }[]> {
  const { rows } = await sql<{
    id: string;
    place: VisitPlace;
    is_supported: boolean;
    has_begun: boolean;
  }>`
    SELECT a.id, v.place, a.support = 'supported' AS is_supported, a.starts_at <= (SELECT clock_now()) AS has_begun
    FROM urgent_closure_visits v
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = v.appointment_id
    WHERE v.tenant_id = ${tenantId} AND v.closure_id = ${one.closureId} AND v.place = ANY (${[...one.places]}::text[])
      AND a.status = 'booked' AND a.starts_at = v.starts_at
    ORDER BY a.starts_at, a.id
  `.execute(trx);
  return rows;
}

/** How far those concerned are. */
export async function readUrgentProgress(
  trx: Trx,
  tenantId: string,
  closureId: string,
): Promise<UrgentProgress> {
  const { rows } = await sql<UrgentProgress>`
    SELECT count(*) FILTER (WHERE a.status <> 'cancelled' AND a.starts_at = v.starts_at AND v.place = 'kept')::int AS waiting,
      count(*) FILTER (WHERE a.status <> 'cancelled' AND a.starts_at <> v.starts_at)::int AS moved_away,
      count(*) FILTER (WHERE a.status = 'cancelled')::int AS cancelled,
      count(*) FILTER (WHERE a.status = 'booked' AND a.starts_at = v.starts_at AND v.place = 'lost'
        AND a.support = 'conflict')::int AS undecided
    FROM urgent_closure_visits v
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = v.appointment_id
    WHERE v.tenant_id = ${tenantId} AND v.closure_id = ${closureId} AND v.place <> 'moved'
  `.execute(trx);
  return rows[0] ?? { waiting: 0, moved_away: 0, cancelled: 0, undecided: 0 };
}

/** What of given visits begins soon, in order of their time, with what it needs of which resources. */
export async function listOnTheWay(
  trx: Trx,
  tenantId: string,
  wish: { readonly ids: readonly string[]; readonly minutes: number | null },
): Promise<Candidate[]> {
  if (wish.ids.length === 0) return [];
  const { rows } = await sql<Candidate>`
    SELECT a.id, coalesce(json_agg(json_build_object('resourceId', n.resource_id, 'units', n.units))
        FILTER (WHERE n.resource_id IS NOT NULL), '[]') AS needs
    FROM appointments a
    LEFT JOIN LATERAL (
      SELECT s.resource_id, sum(al.units)::int AS units
      FROM allocations al
      JOIN slots s ON s.tenant_id = ${tenantId} AND s.id = al.slot_id
      WHERE al.tenant_id = ${tenantId} AND al.owner_id = a.id AND al.owner_kind = 'appointment'
      GROUP BY s.resource_id) n ON true
    WHERE a.tenant_id = ${tenantId} AND a.id = ANY (${[...wish.ids]}::uuid[])
      AND (${wish.minutes}::int IS NULL OR a.starts_at <= clock_now() + ${wish.minutes}::int * interval '1 minute')
    GROUP BY a.id, a.starts_at
    ORDER BY a.starts_at, a.id
  `.execute(trx);
  return rows;
}

/** Free units in the cells that begin in the hour from an instant (epoch ms), by resource. */
export async function listRooms(
  trx: Trx,
  tenantId: string,
  wish: { readonly resourceIds: readonly string[]; readonly from: number },
): Promise<Map<string, number>> {
  if (wish.resourceIds.length === 0) return new Map();
  const { rows } = await sql<{ resource_id: string; room: number }>`
    SELECT s.resource_id, sum(s.capacity - s.taken)::int AS room
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.resource_id = ANY (${[...wish.resourceIds]}::uuid[])
      AND s.starts_at >= to_timestamp(${wish.from}::float8 / 1000)
      AND s.starts_at < to_timestamp(${wish.from}::float8 / 1000) + interval '1 hour'
    GROUP BY s.resource_id
  `.execute(trx);
  return new Map(rows.map((row) => [row.resource_id, row.room]));
}

/** The running closure for which a booked visit has lost its place at the time it still has. */
export async function findLostVisit(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<{ closure_id: string } | undefined> {
  const { rows } = await sql<{ closure_id: string }>`
    SELECT v.closure_id
    FROM urgent_closure_visits v
    JOIN urgent_closures u ON u.tenant_id = ${tenantId} AND u.id = v.closure_id
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = v.appointment_id
    WHERE v.tenant_id = ${tenantId} AND v.appointment_id = ${appointmentId} AND v.place = 'lost' AND u.status = 'active'
      AND a.status = 'booked' AND a.support = 'conflict' AND a.starts_at = v.starts_at
    ORDER BY u.started_at DESC
    LIMIT 1
  `.execute(trx);
  return rows[0];
}

/** The suspension of this day that a booked visit waits out at the time it still has. */
export async function findKeptVisit(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<{ closure_id: string } | undefined> {
  const { rows } = await sql<{ closure_id: string }>`
    SELECT v.closure_id
    FROM urgent_closure_visits v
    JOIN urgent_closures u ON u.tenant_id = ${tenantId} AND u.id = v.closure_id
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = v.appointment_id
    WHERE v.tenant_id = ${tenantId} AND v.appointment_id = ${appointmentId} AND v.place = 'kept'
      AND u.status = 'active' AND u.is_suspension AND a.status = 'booked' AND a.starts_at = v.starts_at
      AND u.ends_at > clock_now() - interval '6 hours'
    ORDER BY u.started_at DESC
    LIMIT 1
  `.execute(trx);
  return rows[0];
}

/** Calls about urgent notices of an appointment that are to be made. */
export async function listOpenCalls(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT t.id FROM phone_tasks t
    WHERE t.tenant_id = ${tenantId} AND t.appointment_id = ${appointmentId} AND t.kind = 'urgent_notice'
      AND t.status IN ('open', 'leased')
    ORDER BY t.id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Running suspensions of services: somebody may have booked by rules that were a second old. */
export async function listRunningSuspensions(trx: Trx, tenantId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT u.id FROM urgent_closures u
    WHERE u.tenant_id = ${tenantId} AND u.status = 'active' AND u.ends_at > clock_now() AND u.service_id IS NOT NULL
    ORDER BY u.id
    LIMIT 50
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Adds a notice to a locked closure. */
export async function addOperation(
  trx: Trx,
  tenantId: string,
  one: { readonly id: string; readonly operationId: string },
): Promise<void> {
  await sql`
    UPDATE urgent_closures SET operation_ids = operation_ids || ${one.operationId}::uuid, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${one.id} AND status = 'active'
  `.execute(trx);
}

/** Deletes previews that expired an hour ago; returns how many, at most so many. */
export async function deleteOldUrgentPreviews(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM urgent_closures
    WHERE tenant_id = ${tenantId} AND id IN (
      SELECT u.id FROM urgent_closures u
      WHERE u.tenant_id = ${tenantId} AND u.status = 'previewed' AND u.expires_at < clock_now() - interval '1 hour'
      ORDER BY u.id
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED)
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

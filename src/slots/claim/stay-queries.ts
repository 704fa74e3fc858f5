import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";

/** A stay of somebody at one resource, all of whose slots are among those asked for. */
export interface StayRow {
  readonly owner_kind: "hold" | "appointment";
  readonly owner_id: string;
  readonly leg: number;
  readonly resource_id: string;
  readonly role: string;
  /** In the order of their starts. */
  readonly slot_ids: number[];
  readonly units: number;
  /** Null for appointments. */
  readonly expires_at: Date | null;
  readonly party_size: number;
  /** Services of the whole visit, in order, and when each begins. */
  readonly service_ids: string[];
  readonly service_starts: Date[];
  /** How many stays the visit has: one for all services, or one for each. */
  readonly stay_count: number;
}

/**
 * Stays on these slots that may be moved to equivalent resources: counted, supported, of appointments that have not
 * begun and holds that have not expired, whose resource nobody chose or was told. Stable once the slots are locked.
 */
export async function listMovableStays(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<StayRow[]> {
  const { rows } = await sql<StayRow>`
    WITH owned AS (
      SELECT a.owner_kind, a.owner_id, a.leg, s.resource_id, min(a.units) AS units, min(a.expires_at) AS expires_at,
             json_agg(a.slot_id ORDER BY s.starts_at) AS slot_ids
      FROM allocations a
      JOIN slots s ON s.tenant_id = a.tenant_id AND s.id = a.slot_id
      WHERE a.tenant_id = ${tenantId} AND a.slot_id = ANY (${slotIds}::bigint[]) AND a.is_counted
        AND a.owner_kind IN ('hold', 'appointment')
      GROUP BY a.owner_kind, a.owner_id, a.leg, s.resource_id
      HAVING min(a.units) = max(a.units)
    )
    SELECT o.owner_kind, o.owner_id, o.leg, o.resource_id, r.role, o.slot_ids, o.units, o.expires_at,
           v.party_size, v.service_ids, v.service_starts, w.stay_count
    FROM owned o
    JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = o.resource_id
    CROSS JOIN LATERAL (
      SELECT ap.party_size, array_agg(l.service_id ORDER BY l.leg) AS service_ids,
             array_agg(l.starts_at ORDER BY l.leg) AS service_starts
      FROM appointments ap
      JOIN appointment_legs l ON l.tenant_id = ap.tenant_id AND l.appointment_id = ap.id
      WHERE o.owner_kind = 'appointment' AND ap.tenant_id = ${tenantId} AND ap.id = o.owner_id
        AND ap.status = 'booked' AND ap.support = 'supported' AND NOT ap.is_pinned AND ap.starts_at > clock_now()
      GROUP BY ap.party_size
      UNION ALL
      SELECT h.party_size, h.service_ids,
             ARRAY(SELECT (one.value ->> 'starts_at')::timestamptz FROM jsonb_array_elements(h.legs) AS one (value))
      FROM holds h
      WHERE o.owner_kind = 'hold' AND h.tenant_id = ${tenantId} AND h.id = o.owner_id
        AND h.status = 'open' AND NOT h.is_pinned AND h.expires_at > clock_now()) v
    CROSS JOIN LATERAL (
      SELECT count(DISTINCT a.leg)::int AS stay_count,
             count(*) FILTER (WHERE a.leg = o.leg AND s.resource_id = o.resource_id) AS slot_count
      FROM allocations a
      JOIN slots s ON s.tenant_id = a.tenant_id AND s.id = a.slot_id
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = o.owner_id) w
    WHERE w.slot_count = json_array_length(o.slot_ids)
    ORDER BY o.owner_id, o.leg, o.resource_id
  `.execute(trx);
  return rows;
}

/** A stay that leaves some slots for others. */
export interface MovedStay {
  readonly ownerKind: "hold" | "appointment";
  readonly ownerId: string;
  readonly leg: number;
  readonly units: number;
  /** Epoch ms; null for appointments. */
  readonly expiresAt: number | null;
  readonly fromSlotIds: readonly number[];
  readonly toSlotIds: readonly number[];
}

/**
 * Moves stays between locked slots; `taken` is the caller's to change. Parts of `writeTogether`.
 */
export function stayMoveWrites(
  tenantId: string,
  moved: readonly MovedStay[],
): RawBuilder<unknown>[] {
  if (moved.length === 0) return [];
  const gone = moved.flatMap((one) => one.fromSlotIds.map((slotId) => ({ ...one, slotId })));
  const come = moved.flatMap((one) => one.toSlotIds.map((slotId) => ({ ...one, slotId })));
  return [
    sql`
      DELETE FROM allocations a
      USING unnest(
        ${gone.map((one) => one.ownerId)}::uuid[],
        ${gone.map((one) => one.slotId)}::bigint[],
        ${gone.map((one) => one.leg)}::smallint[]) AS g (owner_id, slot_id, leg)
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = g.owner_id AND a.slot_id = g.slot_id AND a.leg = g.leg`,
    sql`
      INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, expires_at)
      SELECT ${tenantId}::uuid, c.slot_id, c.owner_kind, c.owner_id, c.leg, c.units, c.expires_at
      FROM unnest(
        ${come.map((one) => one.slotId)}::bigint[],
        ${come.map((one) => one.ownerKind)}::text[],
        ${come.map((one) => one.ownerId)}::uuid[],
        ${come.map((one) => one.leg)}::smallint[],
        ${come.map((one) => one.units)}::int[],
        ${come.map((one) => (one.expiresAt === null ? null : dateFromEpochMs(one.expiresAt)))}::timestamptz[])
        AS c (slot_id, owner_kind, owner_id, leg, units, expires_at)`,
  ];
}

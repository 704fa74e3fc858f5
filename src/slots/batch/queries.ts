import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { type SlotRow, slotColumns, withOpenings } from "../claim/queries.ts";
import type { SlotState } from "../claim/slot-board.ts";

/** Slots of one resource that start in [from, to) (epoch ms). */
export interface ResourceWindow {
  readonly resourceId: string;
  readonly from: number;
  readonly to: number;
}

/** Slots of all windows and of all holds; nothing is locked yet. */
export async function listWindowSlotIds(
  trx: Trx,
  tenantId: string,
  { windows, holdIds }: { windows: readonly ResourceWindow[]; holdIds: readonly string[] },
): Promise<number[]> {
  // One look into the index per window: joined as a set, the planner reads all slots of a young tenant instead.
  const { rows } = await sql<{ id: number }>`
    SELECT c.id
    FROM unnest(
      ${windows.map((one) => one.resourceId)}::uuid[],
      ${windows.map((one) => dateFromEpochMs(one.from))}::timestamptz[],
      ${windows.map((one) => dateFromEpochMs(one.to))}::timestamptz[]) AS w (resource_id, from_at, to_at)
    CROSS JOIN LATERAL (
      SELECT s.id FROM slots s
      WHERE s.tenant_id = ${tenantId} AND s.resource_id = w.resource_id
        AND s.starts_at >= w.from_at AND s.starts_at < w.to_at
      OFFSET 0) c
    UNION
    SELECT a.slot_id FROM allocations a
    WHERE a.tenant_id = ${tenantId} AND a.owner_id = ANY (${holdIds}::uuid[])
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Locks slots in id order and reads them as they are once locked. */
export async function lockSlotStates(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<SlotState[]> {
  const { rows } = await sql<SlotRow>`
    SELECT ${slotColumns}
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${slotIds}::bigint[])
    ORDER BY s.id
    FOR UPDATE OF s
  `.execute(trx);
  return withOpenings(trx, tenantId, rows);
}

/** Ends holds that become appointments; leaves out those that are not open or have expired by the database's clock. */
export async function confirmHolds(
  trx: Trx,
  tenantId: string,
  holdIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    UPDATE holds SET status = 'confirmed', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ANY (${holdIds}::uuid[]) AND status = 'open' AND expires_at > clock_now()
    RETURNING id
  `.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** Hands the places and ceilings of confirmed holds to their appointments. */
export async function handOverPlaces(
  trx: Trx,
  tenantId: string,
  pairs: readonly { readonly holdId: string; readonly appointmentId: string }[],
): Promise<void> {
  const holdIds = pairs.map((pair) => pair.holdId);
  const appointmentIds = pairs.map((pair) => pair.appointmentId);
  await sql`
    WITH p AS MATERIALIZED (
      SELECT * FROM unnest(${holdIds}::uuid[], ${appointmentIds}::uuid[]) AS t (hold_id, appointment_id)
    ), moved AS (
      UPDATE allocations a SET owner_kind = 'appointment', owner_id = p.appointment_id, expires_at = NULL
      FROM p
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = p.hold_id AND a.owner_id = ANY (${holdIds}::uuid[])
    )
    UPDATE ceiling_uses u SET owner_id = p.appointment_id
    FROM p
    WHERE u.tenant_id = ${tenantId} AND u.owner_id = p.hold_id AND u.owner_id = ANY (${holdIds}::uuid[])
  `.execute(trx);
}

export interface OwnedAllocation {
  readonly ownerId: string;
  readonly slotId: number;
  readonly leg: number;
  readonly units: number;
}

/** Takes units of locked slots for several owners of one kind: the net change of `taken`, and the allocations. */
export async function writeTakings(
  trx: Trx,
  tenantId: string,
  taken: {
    readonly ownerKind: "hold" | "appointment";
    /** Null for appointments; for holds, when they expire. */
    readonly expiresAt: ReadonlyMap<string, Date> | null;
    readonly allocations: readonly OwnedAllocation[];
  },
): Promise<void> {
  const { allocations, ownerKind, expiresAt } = taken;
  await sql`
    WITH a AS MATERIALIZED (
      SELECT * FROM unnest(
        ${allocations.map((one) => one.ownerId)}::uuid[],
        ${allocations.map((one) => one.slotId)}::bigint[],
        ${allocations.map((one) => one.leg)}::smallint[],
        ${allocations.map((one) => one.units)}::int[],
        ${allocations.map((one) => expiresAt?.get(one.ownerId) ?? null)}::timestamptz[])
        AS t (owner_id, slot_id, leg, units, expires_at)
    ), counted AS (
      UPDATE slots s SET taken = s.taken + d.units
      FROM (SELECT slot_id, sum(units)::int AS units FROM a GROUP BY slot_id) d
      WHERE s.tenant_id = ${tenantId} AND s.id = d.slot_id
        AND s.id = ANY (${allocations.map((one) => one.slotId)}::bigint[])
    )
    INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, expires_at)
    SELECT ${tenantId}, slot_id, ${ownerKind}, owner_id, leg, units, expires_at FROM a
  `.execute(trx);
}

import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { type SlotRow, slotColumns } from "../claim/queries.ts";
import { type MovedStay, stayMoveWrites } from "../claim/stay-queries.ts";

/** Slots of one resource that start in [from, to) (epoch ms). */
export interface ResourceWindow {
  readonly resourceId: string;
  readonly from: number;
  readonly to: number;
}

/** Slots of all windows and of all holds; nothing is locked yet. A part of `readTogether`. */
export function windowSlots(
  tenantId: string,
  { windows, holdIds }: { windows: readonly ResourceWindow[]; holdIds: readonly string[] },
): RawBuilder<{ id: number }> {
  // One look into the index per window: joined as a set, the planner reads all slots of a young tenant instead.
  return sql<{ id: number }>`
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
    WHERE a.tenant_id = ${tenantId} AND a.owner_id = ANY (${holdIds}::uuid[])`;
}

/** Locks slots in id order and reads them as they are once locked. */
export async function lockSlotRows(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<SlotRow[]> {
  if (slotIds.length === 0) return [];
  const { rows } = await sql<SlotRow>`
    SELECT ${slotColumns}
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${slotIds}::bigint[])
    ORDER BY s.id
    FOR UPDATE OF s
  `.execute(trx);
  return rows;
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

/** Hands the places and ceilings of confirmed holds to their appointments. Parts of `writeTogether`. */
export function handOverWrites(
  tenantId: string,
  pairs: readonly { readonly holdId: string; readonly appointmentId: string }[],
): RawBuilder<unknown>[] {
  if (pairs.length === 0) return [];
  const holdIds = pairs.map((pair) => pair.holdId);
  const appointmentIds = pairs.map((pair) => pair.appointmentId);
  const given = sql`unnest(${holdIds}::uuid[], ${appointmentIds}::uuid[]) AS p (hold_id, appointment_id)`;
  return [
    sql`
      UPDATE allocations a SET owner_kind = 'appointment', owner_id = p.appointment_id, expires_at = NULL
      FROM ${given}
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = p.hold_id AND a.owner_id = ANY (${holdIds}::uuid[])`,
    sql`
      UPDATE ceiling_uses u SET owner_id = p.appointment_id
      FROM ${given}
      WHERE u.tenant_id = ${tenantId} AND u.owner_id = p.hold_id AND u.owner_id = ANY (${holdIds}::uuid[])`,
  ];
}

export interface OwnedAllocation {
  readonly ownerId: string;
  readonly slotId: number;
  readonly leg: number;
  readonly units: number;
}

/**
 * Takes units of locked slots for several owners of one kind: the net change of `taken`, and the allocations. Parts of
 * `writeTogether`.
 */
export function takingWrites(
  tenantId: string,
  taken: {
    readonly ownerKind: "hold" | "appointment" | "offer";
    /** Null for appointments; for holds and offers, when they expire. */
    readonly expiresAt: ReadonlyMap<string, Date> | null;
    readonly allocations: readonly OwnedAllocation[];
    /** Stays of other people that make room. */
    readonly moved: readonly MovedStay[];
  },
): RawBuilder<unknown>[] {
  const { allocations, moved, ownerKind, expiresAt } = taken;
  if (allocations.length === 0) return [];
  const units = changesOf(allocations, moved);
  const slotIds = [...units.keys()];
  return [
    sql`
      UPDATE slots s SET taken = s.taken + d.units
      FROM unnest(${slotIds}::bigint[], ${[...units.values()]}::int[]) AS d (slot_id, units)
      WHERE s.tenant_id = ${tenantId} AND s.id = d.slot_id AND s.id = ANY (${slotIds}::bigint[])`,
    sql`
      INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, expires_at, created_at)
      SELECT ${tenantId}::uuid, a.slot_id, ${ownerKind}, a.owner_id, a.leg, a.units, a.expires_at, (SELECT clock_now())
      FROM unnest(
        ${allocations.map((one) => one.ownerId)}::uuid[],
        ${allocations.map((one) => one.slotId)}::bigint[],
        ${allocations.map((one) => one.leg)}::smallint[],
        ${allocations.map((one) => one.units)}::int[],
        ${allocations.map((one) => expiresAt?.get(one.ownerId) ?? null)}::timestamptz[])
        AS a (owner_id, slot_id, leg, units, expires_at)`,
    ...stayMoveWrites(tenantId, moved),
  ];
}

/** The net change of `taken` per slot. */
function changesOf(
  allocations: readonly OwnedAllocation[],
  moved: readonly MovedStay[],
): Map<number, number> {
  const units = new Map<number, number>();
  const add = (slotId: number, change: number): void => {
    units.set(slotId, (units.get(slotId) ?? 0) + change);
  };
  for (const one of allocations) add(one.slotId, one.units);
  for (const stay of moved) {
    for (const slotId of stay.fromSlotIds) add(slotId, -stay.units);
    for (const slotId of stay.toSlotIds) add(slotId, stay.units);
  }
  return units;
}

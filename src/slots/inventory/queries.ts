import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { isSuspendedNow } from "../suspensions/queries.ts";
import type { HeldUnits } from "./plan-eviction.ts";
import { isUnserved } from "./seats/queries.ts";
import type { MissedUnits, SlotRoom } from "./plan-return.ts";
import type { WantedInventory, WantedSlot } from "./wanted-slots.ts";

/** A row that is not as it should be. */
export interface ChangedSlot {
  readonly id: number;
  readonly capacity: number;
  /** What the capacity should be; 0 when the slot should not exist. */
  readonly wantedCapacity: number;
  readonly shouldExist: boolean;
  /** Another cell begins at the same instant, because the cell length changed: nobody in it can stay. */
  readonly hasOtherEnd: boolean;
}

/**
 * Waits until no other transaction works on the inventory of these resources, in an order all share; held until
 * this transaction ends. Waits at most the session's lock_timeout.
 */
export async function lockInventories(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<void> {
  await sql`
    SELECT pg_advisory_xact_lock(k.key)
    FROM (
      SELECT DISTINCT hashtextextended(${`slots/${tenantId}/`} || r.id::text, 0) AS key
      FROM unnest(${resourceIds}::uuid[]) AS r (id)
      ORDER BY key
      OFFSET 0) k
  `.execute(trx);
}

/** Adds the wanted slots that do not exist and have not begun; returns how many. Existing ones are not touched. */
export async function insertMissingSlots(
  trx: Trx,
  tenantId: string,
  wanted: readonly WantedInventory[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    INSERT INTO slots
      (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
    SELECT ${tenantId}, w.resource_id, w.opening_id, w.starts_at, w.ends_at, w.local_date, w.ordinal, w.is_start,
           w.mode, w.capacity
    FROM (${wantedRows(wanted)}) w
    WHERE w.starts_at > clock_now()
      AND NOT EXISTS (
        SELECT FROM slots s
        WHERE ${inReach(tenantId, wanted)} AND s.resource_id = w.resource_id AND s.starts_at = w.starts_at)
    ORDER BY w.resource_id, w.starts_at
    ON CONFLICT (resource_id, starts_at) DO NOTHING
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Slots in the windows that have not begun and differ from the wanted ones, by id. A slot that should not exist and
 * is closed already, but is still named by allocations, is as it should be.
 */
export async function listChangedSlots(
  trx: Trx,
  tenantId: string,
  wanted: readonly WantedInventory[],
): Promise<ChangedSlot[]> {
  const { rows } = await sql<{
    id: number;
    capacity: number;
    wanted_capacity: number;
    should_exist: boolean;
    has_other_end: boolean;
  }>`
    WITH wanted AS MATERIALIZED (${wantedRows(wanted)})
    SELECT s.id, s.capacity, coalesce(w.capacity, 0) AS wanted_capacity,
           w.starts_at IS NOT NULL AS should_exist, coalesce(w.ends_at <> s.ends_at, false) AS has_other_end
    FROM unnest(
      ${wanted.map((one) => one.resourceId)}::uuid[],
      ${numbers(wanted.map((one) => one.from))}::bigint[],
      ${numbers(wanted.map((one) => one.to))}::bigint[]) AS v (resource_id, from_ms, to_ms)
    JOIN slots s ON ${inReach(tenantId, wanted)} AND s.resource_id = v.resource_id
      AND s.starts_at >= to_timestamp(v.from_ms / 1000.0) AND s.starts_at < to_timestamp(v.to_ms / 1000.0)
    LEFT JOIN wanted w ON w.resource_id = s.resource_id AND w.starts_at = s.starts_at
    WHERE s.starts_at > clock_now()
      AND CASE
        WHEN w.starts_at IS NULL THEN s.capacity > 0 OR NOT EXISTS (
          SELECT FROM allocations a WHERE a.tenant_id = ${tenantId} AND a.slot_id = s.id)
        ELSE (w.opening_id, w.ends_at, w.local_date, w.ordinal, w.is_start, w.mode, w.capacity)
          IS DISTINCT FROM (s.opening_id, s.ends_at, s.local_date, s.ordinal, s.is_start, s.mode, s.capacity)
      END
    ORDER BY s.id
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    capacity: row.capacity,
    wantedCapacity: row.wanted_capacity,
    shouldExist: row.should_exist,
    hasOtherEnd: row.has_other_end,
  }));
}

/** Whether more than `countMax` slots that have not begun lie in the windows. */
export async function hasMoreSlotsThan(
  trx: Trx,
  tenantId: string,
  { windows, countMax }: { windows: readonly Omit<WantedInventory, "slots">[]; countMax: number },
): Promise<boolean> {
  const { rows } = await sql<{ is_more: boolean }>`
    SELECT count(*) > ${countMax} AS is_more
    FROM (
      SELECT
      FROM unnest(
        ${windows.map((one) => one.resourceId)}::uuid[],
        ${numbers(windows.map((one) => one.from))}::bigint[],
        ${numbers(windows.map((one) => one.to))}::bigint[]) AS v (resource_id, from_ms, to_ms)
      JOIN slots s ON ${inReach(tenantId, windows)} AND s.resource_id = v.resource_id
        AND s.starts_at >= to_timestamp(v.from_ms / 1000.0) AND s.starts_at < to_timestamp(v.to_ms / 1000.0)
      WHERE s.starts_at > clock_now()
      LIMIT ${countMax + 1}) s
  `.execute(trx);
  return rows[0]?.is_more ?? false;
}

/** Locks slots in id order. Waits at most the session's lock_timeout. */
export async function lockSlotRows(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<void> {
  await sql`
    SELECT s.id
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${numbers(slotIds)}::bigint[])
    ORDER BY s.id
    FOR UPDATE
  `.execute(trx);
}

/** The slots, besides the given ones, on which owners of allocations there have something too. */
export async function listSlotIdsOfOwners(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<number[]> {
  const { rows } = await sql<{ slot_id: number }>`
    SELECT DISTINCT b.slot_id
    FROM allocations a
    JOIN allocations b ON b.tenant_id = ${tenantId} AND b.owner_id = a.owner_id
    WHERE a.tenant_id = ${tenantId} AND a.slot_id = ANY (${numbers(slotIds)}::bigint[])
  `.execute(trx);
  return rows.map((row) => row.slot_id);
}

/** All allocations of everybody who has one on these slots, by id. Stable only once their slots are locked. */
export async function listHeldUnits(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<HeldUnits[]> {
  const { rows } = await sql<{
    id: number;
    slot_id: number;
    owner_kind: HeldUnits["ownerKind"];
    owner_id: string;
    units: number;
    is_counted: boolean;
  }>`
    SELECT b.id, b.slot_id, b.owner_kind, b.owner_id, b.units, b.is_counted
    FROM allocations b
    WHERE b.tenant_id = ${tenantId} AND b.owner_id IN (
      SELECT a.owner_id FROM allocations a
      WHERE a.tenant_id = ${tenantId} AND a.slot_id = ANY (${numbers(slotIds)}::bigint[]))
    ORDER BY b.id
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    slotId: row.slot_id,
    ownerKind: row.owner_kind,
    ownerId: row.owner_id,
    units: row.units,
    isCounted: row.is_counted,
  }));
}

/** What the booked appointments in conflict that have an allocation on these slots need, of all their slots. */
export async function listMissedUnits(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<MissedUnits[]> {
  const { rows } = await sql<{
    slot_id: number;
    appointment_id: string;
    units: number;
    is_overbooked: boolean;
  }>`
    SELECT b.slot_id, p.id AS appointment_id, b.units, p.overbooking_reason IS NOT NULL AS is_overbooked
    FROM appointments p
    JOIN allocations b ON b.tenant_id = ${tenantId} AND b.owner_id = p.id AND NOT b.is_counted
    WHERE p.tenant_id = ${tenantId} AND p.status = 'booked' AND p.support = 'conflict'
      AND NOT ${isUnserved(tenantId)} AND NOT ${isSuspendedNow(tenantId)} AND p.id IN (
        SELECT a.owner_id FROM allocations a
        WHERE a.tenant_id = ${tenantId} AND a.owner_kind = 'appointment' AND NOT a.is_counted
          AND a.slot_id = ANY (${numbers(slotIds)}::bigint[]))
  `.execute(trx);
  return rows.map((row) => ({
    slotId: row.slot_id,
    appointmentId: row.appointment_id,
    units: row.units,
    isOverbooked: row.is_overbooked,
  }));
}

/** Capacity and taken units of slots, by id. */
export async function listSlotRooms(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<Map<number, SlotRoom>> {
  const { rows } = await sql<{ id: number; capacity: number; taken: number }>`
    SELECT s.id, s.capacity, s.taken
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${numbers(slotIds)}::bigint[])
  `.execute(trx);
  return new Map(rows.map(({ id, capacity, taken }) => [id, { capacity, taken }]));
}

/** Ends open holds; returns how many. Their allocations are deleted apart. */
export async function endHolds(
  trx: Trx,
  tenantId: string,
  holdIds: readonly string[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE holds SET status = 'released', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ANY (${holdIds}::uuid[]) AND status = 'open'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Counts or no longer counts the allocations of appointments, with the slots' taken. Slots must be locked. */
export async function countAllocations(
  trx: Trx,
  tenantId: string,
  { appointmentIds, isCounted }: { appointmentIds: readonly string[]; isCounted: boolean },
): Promise<void> {
  const sign = isCounted ? 1 : -1;
  await sql`
    WITH turned AS (
      UPDATE allocations SET is_counted = ${isCounted}
      WHERE tenant_id = ${tenantId} AND owner_kind = 'appointment'
        AND owner_id = ANY (${appointmentIds}::uuid[]) AND is_counted <> ${isCounted}
      RETURNING slot_id, units
    ), sums AS (
      SELECT slot_id, sum(units)::int AS units FROM turned GROUP BY slot_id
    )
    UPDATE slots s SET taken = s.taken + ${sign} * t.units
    FROM sums t
    WHERE s.tenant_id = ${tenantId} AND s.id = t.slot_id
  `.execute(trx);
}

/** Deletes locked slots without allocations and closes the others; returns how many places in time are gone. */
export async function removeSlots(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<number> {
  await deleteEmptySlots(trx, tenantId, slotIds);
  await sql`
    UPDATE slots SET capacity = 0
    WHERE tenant_id = ${tenantId} AND id = ANY (${numbers(slotIds)}::bigint[]) AND capacity > 0
  `.execute(trx);
  return slotIds.length;
}

/** Deletes those of the locked slots that nobody has an allocation on. */
export async function deleteEmptySlots(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<void> {
  await sql`
    DELETE FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${numbers(slotIds)}::bigint[])
      AND NOT EXISTS (
        SELECT FROM allocations a WHERE a.tenant_id = ${tenantId} AND a.slot_id = s.id)
  `.execute(trx);
}

/** Makes locked slots as they should be. Throws when one would hold more than its capacity. */
export async function updateSlots(
  trx: Trx,
  tenantId: string,
  { slotIds, wanted }: { slotIds: readonly number[]; wanted: readonly WantedInventory[] },
): Promise<void> {
  await sql`
    WITH wanted AS MATERIALIZED (${wantedRows(wanted)})
    UPDATE slots s
    SET opening_id = w.opening_id, ends_at = w.ends_at, local_date = w.local_date, ordinal = w.ordinal,
        is_start = w.is_start, mode = w.mode, capacity = w.capacity
    FROM wanted w
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${numbers(slotIds)}::bigint[])
      AND s.resource_id = w.resource_id AND s.starts_at = w.starts_at
  `.execute(trx);
}

/**
 * Keeps slot `s` within all windows by constants, which the unique index answers. Joined only to rows that are sent
 * along, of which the planner knows nothing, statements slow down as the table grows (decision 30).
 */
function inReach(tenantId: string, windows: readonly Omit<WantedInventory, "slots">[]) {
  const from = windows.reduce((least, one) => Math.min(least, one.from), Number.MAX_SAFE_INTEGER);
  const to = windows.reduce((most, one) => Math.max(most, one.to), 0);
  return sql`s.tenant_id = ${tenantId} AND s.resource_id = ANY (${windows.map((one) => one.resourceId)}::uuid[])
    AND s.starts_at >= to_timestamp(${Math.min(from, to)}::bigint / 1000.0)
    AND s.starts_at < to_timestamp(${to}::bigint / 1000.0)`;
}

const modes: readonly WantedSlot["mode"][] = ["bookable", "walk_in", "undecided"];

/** The wanted slots as rows. Ids and modes that repeat are sent once and numbered, which halves what is sent. */
function wantedRows(wanted: readonly WantedInventory[]): RawBuilder<unknown> {
  const slots = wanted.flatMap((one) => one.slots);
  const openingIds = [...new Set(slots.map((slot) => slot.openingId))];
  const openingNumbers = new Map(openingIds.map((id, i) => [id, i + 1]));
  const resources = wanted.flatMap((one, i) => one.slots.map(() => i + 1));
  return sql`
    SELECT (${wanted.map((one) => one.resourceId)}::uuid[])[c.resource] AS resource_id,
           (${openingIds}::uuid[])[c.opening] AS opening_id,
           to_timestamp(c.start_seconds) AS starts_at, to_timestamp(c.end_seconds) AS ends_at,
           DATE '1970-01-01' + c.local_day AS local_date, c.ordinal, c.is_start = 1 AS is_start,
           (${modes}::text[])[c.mode] AS mode, c.capacity
    FROM unnest(
      ${numbers(resources)}::int[],
      ${numbers(slots.map((slot) => openingNumbers.get(slot.openingId) ?? 0))}::int[],
      ${numbers(slots.map((slot) => slot.start / 1000))}::bigint[],
      ${numbers(slots.map((slot) => slot.end / 1000))}::bigint[],
      ${numbers(slots.map((slot) => slot.localDay))}::int[],
      ${numbers(slots.map((slot) => slot.ordinal))}::int[],
      ${numbers(slots.map((slot) => Number(slot.isStart)))}::int[],
      ${numbers(slots.map((slot) => modes.indexOf(slot.mode) + 1))}::int[],
      ${numbers(slots.map((slot) => slot.capacity))}::int[])
      AS c (resource, opening, start_seconds, end_seconds, local_day, ordinal, is_start, mode, capacity)`;
}

/** An array of numbers as PostgreSQL writes it; pg would quote every element. */
function numbers(values: readonly number[]): string {
  return `{${values.join()}}`;
}

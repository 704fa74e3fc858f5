import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import type { KeptBackKind } from "../kept-back.ts";
import type { FreedUnits } from "./credit-units.ts";
import type { SlotState } from "./slot-board.ts";

/** Which slots to lock: those of resources that start in [from, to) (epoch ms), and some more by id. */
export interface SlotWindow {
  readonly resourceIds: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly slotIds: readonly number[];
}

/** A slot as the columns of `slotColumns` give it. */
export interface SlotRow {
  id: number;
  resource_id: string;
  opening_id: string;
  starts_at: Date;
  ends_at: Date;
  local_date: string;
  ordinal: number;
  is_start: boolean;
  mode: SlotState["mode"];
  capacity: number;
  taken: number;
}

/** What a claim locks of a slot `s`: columns of its own row, which alone is read again after the lock was waited for. */
export const slotColumns = sql`
  s.id, s.resource_id, s.opening_id, s.starts_at, s.ends_at, s.local_date, s.ordinal, s.is_start, s.mode,
  s.capacity, s.taken`;

/**
 * Locks slots in id order and reads them, and what their openings say, as they are once locked.
 * Waits at most the session's lock_timeout.
 */
export async function lockSlots(
  trx: Trx,
  tenantId: string,
  window: SlotWindow,
): Promise<SlotState[]> {
  const { rows } = await sql<SlotRow>`
    SELECT ${slotColumns}
    FROM slots s
    WHERE s.tenant_id = ${tenantId}
      AND ((s.resource_id = ANY (${window.resourceIds}::uuid[])
            AND s.starts_at >= to_timestamp(${window.from / 1000}) AND s.starts_at < to_timestamp(${window.to / 1000}))
        OR s.id = ANY (${window.slotIds}::bigint[]))
    ORDER BY s.id
    FOR UPDATE OF s
  `.execute(trx);
  return withOpenings(trx, tenantId, rows);
}

/** Locks slots in id order, for those who need not know what they say. Waits at most the session's lock_timeout. */
export async function lockSlotIds(
  trx: Trx,
  tenantId: string,
  slotIds: readonly number[],
): Promise<void> {
  await sql`
    SELECT FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${slotIds}::bigint[])
    ORDER BY s.id
    FOR UPDATE
  `.execute(trx);
}

/** What an opening says of its slots. */
export interface OpeningRow {
  id: string;
  service_ids: string[] | null;
  has_ceilings: boolean;
}

/**
 * What the openings of locked slots say. A part of `readTogether`, for a statement after the one that locked: a statement
 * that waited for locks still sees the openings of before, and would take a new one for unrestricted.
 */
export function openingsOf(tenantId: string, slots: readonly SlotRow[]): RawBuilder<OpeningRow> {
  return sql<OpeningRow>`
    SELECT o.id,
           (SELECT array_agg(os.service_id) FROM opening_services os
            WHERE os.tenant_id = ${tenantId} AND os.opening_id = o.id) AS service_ids,
           EXISTS (SELECT FROM ceilings c
                   WHERE c.tenant_id = ${tenantId} AND c.opening_id = o.id) AS has_ceilings
    FROM unnest(${[...new Set(slots.map((slot) => slot.opening_id))]}::uuid[]) AS o (id)`;
}

async function withOpenings(
  trx: Trx,
  tenantId: string,
  slots: readonly SlotRow[],
): Promise<SlotState[]> {
  if (slots.length === 0) return [];
  const { rows } = await openingsOf(tenantId, slots).execute(trx);
  return slotStates(slots, rows);
}

/** Locked rows of `slotColumns` as claims see them. */
export function slotStates(
  slots: readonly SlotRow[],
  openings: readonly OpeningRow[],
): SlotState[] {
  const byId = new Map(openings.map((row) => [row.id, row]));
  return slots.map((slot) => toSlotState(slot, byId.get(slot.opening_id)));
}

function toSlotState(row: SlotRow, opening: OpeningRow | undefined): SlotState {
  return {
    id: row.id,
    resourceId: row.resource_id,
    openingId: row.opening_id,
    startsAt: row.starts_at.getTime(),
    endsAt: row.ends_at.getTime(),
    localDate: row.local_date,
    ordinal: row.ordinal,
    isStart: row.is_start,
    mode: row.mode,
    capacity: row.capacity,
    taken: row.taken,
    serviceIds: opening?.service_ids ?? null,
    hasCeilings: opening?.has_ceilings ?? false,
  };
}

/** What an owner has of a slot. */
export interface OwnedUnits {
  readonly slotId: number;
  readonly units: number;
  readonly isCounted: boolean;
}

/** The allocations of one owner, in slot order. Stable only once their slots are locked. */
export async function listOwnedUnits(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<OwnedUnits[]> {
  const { rows } = await sql<{ slot_id: number; units: number; is_counted: boolean }>`
    SELECT slot_id, units, is_counted
    FROM allocations
    WHERE tenant_id = ${tenantId} AND owner_id = ANY (${ownerIds}::uuid[])
    ORDER BY slot_id
  `.execute(trx);
  return rows.map((row) => ({ slotId: row.slot_id, units: row.units, isCounted: row.is_counted }));
}

export interface NewAllocation {
  readonly slotId: number;
  readonly leg: number;
  readonly units: number;
}

/** What a claim changes; all slots named must be locked by this transaction. */
export interface Takeover {
  readonly owner: { readonly kind: "hold" | "appointment" | "offer"; readonly id: string };
  /** Null for appointments, which do not expire; for holds and offers, seconds from now by the database's clock. */
  readonly ttlSeconds: number | null;
  /** Start of the visit (epoch ms), which no hold outlives. */
  readonly startsAt: number;
  readonly isCounted: boolean;
  readonly allocations: readonly NewAllocation[];
  /** Owners whose allocations end with this claim. */
  readonly releasedOwnerIds: readonly string[];
  /** Net change of `taken` per slot. */
  readonly deltas: ReadonlyMap<number, number>;
}

/** Ends old allocations, applies the net change to `taken` and writes the new allocations, each in one statement. */
export async function writeTakeover(trx: Trx, tenantId: string, takeover: Takeover): Promise<void> {
  if (takeover.releasedOwnerIds.length > 0) {
    await sql`
      DELETE FROM allocations
      WHERE tenant_id = ${tenantId} AND owner_id = ANY (${takeover.releasedOwnerIds}::uuid[])
    `.execute(trx);
  }
  const deltas = [...takeover.deltas.entries()].filter(([, delta]) => delta !== 0);
  const { allocations, owner } = takeover;
  await sql`
    WITH counted AS (
      UPDATE slots s SET taken = s.taken + d.delta
      FROM unnest(${deltas.map(([id]) => id)}::bigint[], ${deltas.map(([, delta]) => delta)}::int[]) AS d (id, delta)
      WHERE s.tenant_id = ${tenantId} AND s.id = d.id
    )
    INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, is_counted, expires_at)
    SELECT ${tenantId}, a.slot_id, ${owner.kind}, ${owner.id}, a.leg, a.units, ${takeover.isCounted},
           CASE WHEN ${takeover.ttlSeconds}::int IS NOT NULL THEN least(
             clock_now() + ${takeover.ttlSeconds}::int * interval '1 second',
             to_timestamp(${takeover.startsAt}::float8 / 1000)) END
    FROM unnest(
      ${allocations.map((one) => one.slotId)}::bigint[],
      ${allocations.map((one) => one.leg)}::smallint[],
      ${allocations.map((one) => one.units)}::int[]) AS a (slot_id, leg, units)
  `.execute(trx);
}

/** Ends all allocations of owners and gives their units back. The slots must be locked by this transaction. */
export async function deleteAllocations(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<number[]> {
  const { rows } = await sql<{ slot_id: number }>`
    WITH gone AS (
      DELETE FROM allocations
      WHERE tenant_id = ${tenantId} AND owner_id = ANY (${ownerIds}::uuid[])
      RETURNING slot_id, units, is_counted
    ), freed AS (
      SELECT slot_id, coalesce(sum(units) FILTER (WHERE is_counted), 0)::int AS units FROM gone GROUP BY slot_id
    )
    UPDATE slots s SET taken = s.taken - f.units
    FROM freed f
    WHERE s.tenant_id = ${tenantId} AND s.id = f.slot_id
    RETURNING s.id AS slot_id
  `.execute(trx);
  return rows.map((row) => row.slot_id);
}

/** Hands allocations and ceiling uses from one owner to another; from a hold or an offer to the appointment it becomes. */
export async function moveAllocations(
  trx: Trx,
  tenantId: string,
  { fromId, toAppointmentId }: { fromId: string; toAppointmentId: string },
): Promise<void> {
  await sql`
    WITH moved AS (
      UPDATE allocations SET owner_kind = 'appointment', owner_id = ${toAppointmentId}, expires_at = NULL
      WHERE tenant_id = ${tenantId} AND owner_id = ${fromId}
    )
    UPDATE ceiling_uses SET owner_id = ${toAppointmentId}
    WHERE tenant_id = ${tenantId} AND owner_id = ${fromId}
  `.execute(trx);
}

/**
 * Deletes what has expired by the database's clock on slots that this transaction has locked, and on no others;
 * ends the holds it belonged to and gives their ceilings back.
 */
export async function expireAllocations(
  trx: Trx,
  tenantId: string,
  {
    slotIds,
    exceptOwnerIds = [],
  }: { slotIds: readonly number[]; exceptOwnerIds?: readonly string[] },
): Promise<FreedUnits[]> {
  const { rows } = await sql<{ slot_id: number; units: number; owner_ids: string[] }>`
    WITH gone AS (
      DELETE FROM allocations
      WHERE tenant_id = ${tenantId} AND slot_id = ANY (${slotIds}::bigint[]) AND expires_at <= clock_now()
        AND owner_id <> ALL (${exceptOwnerIds}::uuid[])
      RETURNING slot_id, owner_kind, owner_id, units, is_counted
    ), ended AS (
      UPDATE holds SET status = 'expired', ended_at = clock_now()
      WHERE tenant_id = ${tenantId} AND status = 'open'
        AND id IN (SELECT owner_id FROM gone WHERE owner_kind = 'hold')
    ), freed AS (
      SELECT slot_id, coalesce(sum(units) FILTER (WHERE is_counted), 0)::int AS units,
             array_agg(DISTINCT owner_id) AS owner_ids
      FROM gone GROUP BY slot_id
    )
    UPDATE slots s SET taken = s.taken - f.units
    FROM freed f
    WHERE s.tenant_id = ${tenantId} AND s.id = f.slot_id
    RETURNING s.id AS slot_id, f.units, f.owner_ids
  `.execute(trx);
  if (rows.length > 0)
    await deleteCeilingUses(trx, tenantId, [...new Set(rows.flatMap((row) => row.owner_ids))]);
  return rows.map((row) => ({ slotId: row.slot_id, units: row.units }));
}

/** Units of one slot that are kept back. */
export interface KeptBackUnits extends FreedUnits {
  readonly id: number;
}

/** Units of slots that are kept back in some way, the oldest first. */
export async function listKeptBack(
  trx: Trx,
  tenantId: string,
  {
    slotIds,
    kinds,
  }: { readonly slotIds: readonly number[]; readonly kinds: readonly KeptBackKind[] },
): Promise<KeptBackUnits[]> {
  const { rows } = await sql<{ id: number; slot_id: number; units: number }>`
    SELECT id, slot_id, units FROM allocations
    WHERE tenant_id = ${tenantId} AND owner_kind = ANY (${kinds}::text[]) AND slot_id = ANY (${slotIds}::bigint[]) AND is_counted
    ORDER BY id
  `.execute(trx);
  return rows.map((row) => ({ id: row.id, slotId: row.slot_id, units: row.units }));
}

/** Ends before its time what is kept back of locked slots. */
export async function deleteKeptBack(
  trx: Trx,
  tenantId: string,
  ids: readonly number[],
): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM allocations
      WHERE tenant_id = ${tenantId} AND owner_kind IN ('cooldown', 'reserve') AND id = ANY (${ids}::bigint[])
      RETURNING slot_id, units
    ), freed AS (
      SELECT slot_id, sum(units)::int AS units FROM gone GROUP BY slot_id
    )
    UPDATE slots s SET taken = s.taken - f.units
    FROM freed f
    WHERE s.tenant_id = ${tenantId} AND s.id = f.slot_id
  `.execute(trx);
}

/** Keeps freed units of locked slots back until the cool-down ends, but never past the notice limit of the start. */
export async function insertCoolDowns(
  trx: Trx,
  tenantId: string,
  coolDown: {
    ownerId: string;
    seconds: number;
    noticeMinutes: number;
    units: readonly OwnedUnits[];
  },
): Promise<void> {
  const counted = coolDown.units.filter((one) => one.isCounted);
  await sql`
    WITH kept AS (
      INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, units, expires_at)
      SELECT s.tenant_id, s.id, 'cooldown', ${coolDown.ownerId}, u.units, e.expires_at
      FROM (
        SELECT slot_id, sum(units)::int AS units
        FROM unnest(${counted.map((one) => one.slotId)}::bigint[], ${counted.map((one) => one.units)}::int[])
               AS w (slot_id, units)
        GROUP BY slot_id) u
      JOIN slots s ON s.tenant_id = ${tenantId} AND s.id = u.slot_id
      CROSS JOIN LATERAL (SELECT least(
        clock_now() + ${coolDown.seconds} * interval '1 second',
        s.starts_at - ${coolDown.noticeMinutes} * interval '1 minute') AS expires_at) e
      WHERE e.expires_at > clock_now() AND s.taken + u.units <= s.capacity
      RETURNING slot_id, units
    )
    UPDATE slots s SET taken = s.taken + k.units
    FROM kept k
    WHERE s.tenant_id = ${tenantId} AND s.id = k.slot_id
  `.execute(trx);
}

/** The database's clock (epoch ms), with the tests' shift. */
export async function readClock(trx: Trx): Promise<number> {
  const { rows } = await clockReading().execute(trx);
  return nowOf(rows);
}

/** The database's clock. A part of `readTogether`, whose answer `nowOf` reads. */
export function clockReading(): RawBuilder<{ now_ms: number }> {
  return sql<{
    now_ms: number;
  }>`SELECT floor(extract(epoch FROM clock_now()) * 1000)::float8 AS now_ms`;
}

/** Epoch ms of a clock reading. */
export function nowOf(rows: readonly { now_ms: number }[]): number {
  const now = rows[0]?.now_ms;
  if (now === undefined) throw new Error("The database's clock gave no time");
  return now;
}

/**
 * Lowers an owner's units from a party of `from` to one of `to`; what is left over when they are dealt out among the
 * people is counted per visit and stays. Returns whether anything changed. The slots must be locked by this
 * transaction.
 */
export async function lowerUnits(
  trx: Trx,
  tenantId: string,
  { ownerId, from, to }: { ownerId: string; from: number; to: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    WITH before AS (
      SELECT slot_id, leg, units FROM allocations
      WHERE tenant_id = ${tenantId} AND owner_id = ${ownerId} AND units >= ${from}::int
    ), lowered AS (
      UPDATE allocations a SET units = a.units / ${from}::int * ${to}::int + a.units % ${from}::int
      FROM before b
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = ${ownerId} AND a.slot_id = b.slot_id AND a.leg = b.leg
      RETURNING a.slot_id, CASE WHEN a.is_counted THEN b.units - a.units ELSE 0 END AS freed
    ), freed AS (
      SELECT slot_id, sum(freed)::int AS units FROM lowered GROUP BY slot_id
    )
    UPDATE slots s SET taken = s.taken - f.units
    FROM freed f
    WHERE s.tenant_id = ${tenantId} AND s.id = f.slot_id
  `.execute(trx);
  return (numAffectedRows ?? 0n) > 0n;
}

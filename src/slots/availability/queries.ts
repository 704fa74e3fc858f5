import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Counter } from "../ceilings/ceilings.ts";
import type { SlotState } from "../claim/slot-board.ts";

/** Slots of resources that start in [from, to) (epoch ms). */
export interface SlotWindow {
  readonly resourceIds: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * Lets all statements of this transaction see one moment, so that a claim between two of them cannot show a place
 * that it took. Must be the first statement.
 */
export async function seeOneMoment(trx: Trx): Promise<void> {
  await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`.execute(trx);
}

/** Slots as one resource has them of one opening's day: arrays of one length. Slots begin and end at whole seconds. */
interface DayRow {
  resource_id: string;
  opening_id: string;
  local_date: string;
  mode: SlotState["mode"];
  ids: string;
  starts: string;
  ends: string;
  ordinals: string;
  are_starts: string;
  capacities: string;
  takens: string;
}

/**
 * Reads the slots of a window. A day's cells come as arrays in text form, which JSON.parse reads: a month of ten
 * resources is ten thousand slots, and reading them as rows costs several times as much.
 */
export async function listSlotsOfDays(
  trx: Trx,
  tenantId: string,
  window: SlotWindow,
): Promise<SlotState[]> {
  const { rows } = await sql<DayRow>`
    SELECT s.resource_id, s.opening_id, s.local_date, s.mode,
           array_agg(s.id)::text AS ids,
           array_agg(date_part('epoch', s.starts_at)::bigint)::text AS starts,
           array_agg(date_part('epoch', s.ends_at)::bigint)::text AS ends,
           array_agg(s.ordinal)::text AS ordinals,
           array_agg(s.is_start::int)::text AS are_starts,
           array_agg(s.capacity)::text AS capacities,
           array_agg(s.taken)::text AS takens
    FROM slots s
    WHERE s.tenant_id = ${tenantId}
      AND s.resource_id = ANY (${window.resourceIds}::uuid[])
      AND s.starts_at >= to_timestamp(${window.from / 1000}) AND s.starts_at < to_timestamp(${window.to / 1000})
    GROUP BY s.resource_id, s.opening_id, s.local_date, s.mode
  `.execute(trx);
  return rows.flatMap(slotsOfDay);
}

function slotsOfDay(row: DayRow): SlotState[] {
  const starts = numbers(row.starts);
  const ends = numbers(row.ends);
  const ordinals = numbers(row.ordinals);
  const areStarts = numbers(row.are_starts);
  const capacities = numbers(row.capacities);
  const takens = numbers(row.takens);
  return numbers(row.ids).map((id, at) => ({
    id,
    resourceId: row.resource_id,
    openingId: row.opening_id,
    startsAt: (starts[at] ?? 0) * 1000,
    endsAt: (ends[at] ?? 0) * 1000,
    localDate: row.local_date,
    ordinal: ordinals[at] ?? 0,
    isStart: areStarts[at] === 1,
    mode: row.mode,
    capacity: capacities[at] ?? 0,
    taken: takens[at] ?? 0,
    serviceIds: null,
    hasCeilings: false,
  }));
}

/** An array of integers in PostgreSQL's text form. */
function numbers(text: string): readonly number[] {
  const parsed: unknown = JSON.parse(`[${text.slice(1, -1)}]`);
  return Array.isArray(parsed) ? parsed.map(Number) : [];
}

/** The services that openings are restricted to; openings without a restriction are left out. */
export async function listRestrictions(
  trx: Trx,
  tenantId: string,
  openingIds: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const { rows } = await sql<{ opening_id: string; service_ids: string[] }>`
    SELECT opening_id, array_agg(service_id) AS service_ids
    FROM opening_services
    WHERE tenant_id = ${tenantId} AND opening_id = ANY (${openingIds}::uuid[])
    GROUP BY opening_id
  `.execute(trx);
  return new Map(rows.map((row) => [row.opening_id, row.service_ids]));
}

/** Counted units of a slot that end by themselves, in the past when nobody has tidied yet. */
export interface PassingUnits {
  readonly slotId: number;
  readonly units: number;
  readonly kind: "hold" | "offer" | "cooldown";
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** What holds, offers and cool-downs have of the slots of a window. */
export async function listPassingUnits(
  trx: Trx,
  tenantId: string,
  window: SlotWindow,
): Promise<PassingUnits[]> {
  const { rows } = await sql<{
    slot_id: number;
    units: number;
    owner_kind: PassingUnits["kind"];
    expires_at: Date;
  }>`
    SELECT a.slot_id, a.units, a.owner_kind, a.expires_at
    FROM allocations a
    JOIN slots s ON s.tenant_id = a.tenant_id AND s.id = a.slot_id
    WHERE a.tenant_id = ${tenantId} AND a.expires_at IS NOT NULL AND a.is_counted
      AND s.resource_id = ANY (${window.resourceIds}::uuid[])
      AND s.starts_at >= to_timestamp(${window.from / 1000}) AND s.starts_at < to_timestamp(${window.to / 1000})
  `.execute(trx);
  return rows.map((row) => ({
    slotId: row.slot_id,
    units: row.units,
    kind: row.owner_kind,
    expiresAt: row.expires_at.getTime(),
  }));
}

/** A counter, and how much of it holds use that have expired. */
export interface PassingCounter extends Counter {
  readonly expired: number;
}

/** Counters in use of ceilings, for some slots and the days between two dates (both included). */
export async function listCountersOfDays(
  trx: Trx,
  tenantId: string,
  wanted: {
    readonly ceilingIds: readonly string[];
    readonly slotIds: readonly number[];
    readonly from: string;
    readonly to: string;
    /** Epoch ms. */
    readonly now: number;
  },
): Promise<PassingCounter[]> {
  const { rows } = await sql<{
    id: number;
    ceiling_id: string;
    slot_id: number | null;
    on_date: string | null;
    capacity: number;
    taken: number;
    expired: number;
  }>`
    WITH expired AS (
      SELECT u.counter_id, sum(u.units)::int AS units
      FROM holds h
      JOIN ceiling_uses u ON u.tenant_id = h.tenant_id AND u.owner_id = h.id
      WHERE h.tenant_id = ${tenantId} AND h.status = 'open' AND h.expires_at <= to_timestamp(${wanted.now / 1000})
      GROUP BY u.counter_id
    )
    SELECT c.id, c.ceiling_id, c.slot_id, c.on_date, c.capacity, c.taken, coalesce(e.units, 0) AS expired
    FROM ceiling_counters c
    LEFT JOIN expired e ON e.counter_id = c.id
    WHERE c.tenant_id = ${tenantId} AND c.ceiling_id = ANY (${wanted.ceilingIds}::uuid[]) AND c.taken > 0
      AND (c.on_date BETWEEN ${wanted.from}::date AND ${wanted.to}::date OR c.slot_id = ANY (${wanted.slotIds}::bigint[]))
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    ceilingId: row.ceiling_id,
    slotId: row.slot_id,
    onDate: row.on_date,
    capacity: row.capacity,
    taken: row.taken,
    expired: row.expired,
  }));
}

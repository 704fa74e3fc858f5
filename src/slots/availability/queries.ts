import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import type { Counter } from "../ceilings/ceilings.ts";
import type { SlotState } from "../claim/slot-board.ts";
import type { KeptBackKind } from "../kept-back.ts";

/** Slots of one site's resources that start in [from, to) (epoch ms). */
export interface SiteWindow {
  readonly siteId: string;
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

/** What the slots of one site's local day come to: another text whenever anything of them changed. */
export interface DayDigest {
  readonly siteId: string;
  readonly date: string;
  readonly digest: string;
}

/** One look into the index per resource and window: joined as sets, the planner reads all slots of a young tenant. */
const slotsOf = (tenantId: string, windows: readonly SiteWindow[]) => sql`
  unnest(
    ${windows.map((one) => one.siteId)}::uuid[],
    ${windows.map((one) => dateFromEpochMs(one.from))}::timestamptz[],
    ${windows.map((one) => dateFromEpochMs(one.to))}::timestamptz[]) AS w (site_id, from_at, to_at)
  JOIN resources r ON r.tenant_id = ${tenantId} AND r.site_id = w.site_id AND r.retired_at IS NULL
  CROSS JOIN LATERAL (
    SELECT s.*, s.xmin AS version
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.resource_id = r.id
      AND s.starts_at >= w.from_at AND s.starts_at < w.to_at
    OFFSET 0) s`;

/**
 * Digests of the local days that have slots in the windows, over the transactions that wrote them last: whoever takes,
 * gives back or moves a place writes its slot. Reading them costs a tenth of reading the slots, and mostly nothing has
 * changed.
 */
export async function listDayDigests(
  trx: Trx,
  tenantId: string,
  windows: readonly SiteWindow[],
): Promise<DayDigest[]> {
  const { rows } = await sql<{ site_id: string; local_date: string; digest: string }>`
    SELECT w.site_id, s.local_date,
           concat(count(*), '/', bit_xor(hash_record_extended((s.id, s.version), 0))) AS digest
    FROM ${slotsOf(tenantId, windows)}
    GROUP BY w.site_id, s.local_date
  `.execute(trx);
  return rows.map((row) => ({ siteId: row.site_id, date: row.local_date, digest: row.digest }));
}

/** Slots as one resource has them of one opening's day: arrays of one length. Slots begin and end at whole seconds. */
interface DayRow {
  site_id: string;
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

/** A slot, and the site it belongs to. */
export type SiteSlot = SlotState & { readonly siteId: string };

/**
 * Reads the slots of windows. A day's cells come as arrays in text form, which JSON.parse reads: a month of ten
 * resources is ten thousand slots, and reading them as rows costs several times as much.
 */
export async function listSlotsOfDays(
  trx: Trx,
  tenantId: string,
  windows: readonly SiteWindow[],
): Promise<SiteSlot[]> {
  const { rows } = await sql<DayRow>`
    SELECT w.site_id, s.resource_id, s.opening_id, s.local_date, s.mode,
           array_agg(s.id)::text AS ids,
           array_agg(date_part('epoch', s.starts_at)::bigint)::text AS starts,
           array_agg(date_part('epoch', s.ends_at)::bigint)::text AS ends,
           array_agg(s.ordinal)::text AS ordinals,
           array_agg(s.is_start::int)::text AS are_starts,
           array_agg(s.capacity)::text AS capacities,
           array_agg(s.taken)::text AS takens
    FROM ${slotsOf(tenantId, windows)}
    GROUP BY w.site_id, s.resource_id, s.opening_id, s.local_date, s.mode
  `.execute(trx);
  return rows.flatMap(slotsOfDay);
}

function slotsOfDay(row: DayRow): SiteSlot[] {
  const starts = numbers(row.starts);
  const ends = numbers(row.ends);
  const ordinals = numbers(row.ordinals);
  const areStarts = numbers(row.are_starts);
  const capacities = numbers(row.capacities);
  const takens = numbers(row.takens);
  return numbers(row.ids).map((id, at) => ({
    id,
    siteId: row.site_id,
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
  readonly kind: "hold" | "offer" | KeptBackKind;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Passing units, and the site's local day they belong to. */
export type PassingOfDay = PassingUnits & { readonly siteId: string; readonly date: string };

/** What holds, offers and cool-downs have of the slots of sites that start in [from, to) (epoch ms). */
export async function listPassingUnits(
  trx: Trx,
  tenantId: string,
  window: { readonly siteIds: readonly string[]; readonly from: number; readonly to: number },
): Promise<PassingOfDay[]> {
  const { rows } = await sql<{
    site_id: string;
    local_date: string;
    slot_id: number;
    units: number;
    owner_kind: PassingUnits["kind"];
    expires_at: Date;
  }>`
    SELECT r.site_id, s.local_date, a.slot_id, a.units, a.owner_kind, a.expires_at
    FROM allocations a
    JOIN slots s ON s.tenant_id = a.tenant_id AND s.id = a.slot_id
    JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
    WHERE a.tenant_id = ${tenantId} AND a.expires_at IS NOT NULL AND a.is_counted
      AND r.site_id = ANY (${window.siteIds}::uuid[])
      AND s.starts_at >= to_timestamp(${window.from / 1000}) AND s.starts_at < to_timestamp(${window.to / 1000})
    ORDER BY a.id
  `.execute(trx);
  return rows.map((row) => ({
    siteId: row.site_id,
    date: row.local_date,
    slotId: row.slot_id,
    units: row.units,
    kind: row.owner_kind,
    expiresAt: row.expires_at.getTime(),
  }));
}

/** Units of a ceiling that a hold uses until it ends. */
export interface PassingUse {
  readonly units: number;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** A counter, and what of it ends by itself. */
export interface PassingCounter extends Counter {
  readonly passing: readonly PassingUse[];
}

/** Counters in use of ceilings, for some slots and days. */
export async function listCountersOfDays(
  trx: Trx,
  tenantId: string,
  wanted: {
    readonly ceilingIds: readonly string[];
    readonly slotIds: readonly number[];
    readonly dates: readonly string[];
  },
): Promise<PassingCounter[]> {
  const { rows } = await sql<{
    id: number;
    ceiling_id: string;
    slot_id: number | null;
    on_date: string | null;
    capacity: number;
    taken: number;
    passing: { units: number; expires_ms: number }[];
  }>`
    SELECT c.id, c.ceiling_id, c.slot_id, c.on_date, c.capacity, c.taken, coalesce(p.passing, '[]'::json) AS passing
    FROM ceiling_counters c
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('units', u.units, 'expires_ms', extract(epoch FROM h.expires_at) * 1000))
               AS passing
      FROM ceiling_uses u
      JOIN holds h ON h.tenant_id = u.tenant_id AND h.id = u.owner_id AND h.status = 'open'
      WHERE u.tenant_id = c.tenant_id AND u.counter_id = c.id) p ON true
    WHERE c.tenant_id = ${tenantId} AND c.ceiling_id = ANY (${wanted.ceilingIds}::uuid[]) AND c.taken > 0
      AND (c.on_date = ANY (${wanted.dates}::date[]) OR c.slot_id = ANY (${wanted.slotIds}::bigint[]))
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    ceilingId: row.ceiling_id,
    slotId: row.slot_id,
    onDate: row.on_date,
    capacity: row.capacity,
    taken: row.taken,
    passing: row.passing.map((one) => ({ units: one.units, expiresAt: one.expires_ms })),
  }));
}

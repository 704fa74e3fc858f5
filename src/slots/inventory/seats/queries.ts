import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../../db/database.ts";
import { isSuspendedNow } from "../../suspensions/queries.ts";
import { writeTogether } from "../../../db/together.ts";
import type { Interval } from "../../../time/interval.ts";
import type { KnownStay } from "../../claim/mover.ts";
import { openingsOf, slotColumns, type SlotRow, slotStates } from "../../claim/queries.ts";
import type { SlotState } from "../../claim/slot-board.ts";
import { type MovedStay, stayMoveWrites } from "../../claim/stay-queries.ts";

/** An appointment none of whose places is counted, and which may have others. Instants are epoch ms. */
export interface UnseatedVisit {
  readonly id: string;
  readonly siteId: string;
  readonly partySize: number;
  readonly startsAt: number;
  readonly legs: readonly {
    readonly serviceId: string;
    readonly startsAt: number;
    readonly endsAt: number;
  }[];
  /** What it has now, without being counted. */
  readonly slotIds: readonly number[];
}

/**
 * Those of the appointments that are booked, have not begun and have no counted place, oldest first; without those who
 * chose or were told their resource, and those booked or kept beyond capacity on purpose.
 */
export async function listUnseatedVisits(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<UnseatedVisit[]> {
  const { rows } = await sql<{
    id: string;
    site_id: string;
    party_size: number;
    starts_at: Date;
    service_ids: string[];
    leg_starts: Date[];
    leg_ends: Date[];
    slot_ids: number[];
  }>`
    SELECT p.id, p.site_id, p.party_size, p.starts_at, l.service_ids, l.leg_starts, l.leg_ends, o.slot_ids
    FROM appointments p
    CROSS JOIN LATERAL (
      SELECT array_agg(g.service_id ORDER BY g.leg) AS service_ids,
             array_agg(g.starts_at ORDER BY g.leg) AS leg_starts, array_agg(g.ends_at ORDER BY g.leg) AS leg_ends
      FROM appointment_legs g
      WHERE g.tenant_id = ${tenantId} AND g.appointment_id = p.id) l
    CROSS JOIN LATERAL (
      SELECT json_agg(a.slot_id ORDER BY a.slot_id) AS slot_ids, bool_or(a.is_counted) AS has_places
      FROM allocations a
      WHERE a.tenant_id = ${tenantId} AND a.owner_kind = 'appointment' AND a.owner_id = p.id) o
    WHERE p.tenant_id = ${tenantId} AND p.id = ANY (${appointmentIds}::uuid[]) AND p.status = 'booked'
      AND NOT p.is_pinned AND p.overbooking_reason IS NULL AND p.starts_at > clock_now() AND NOT o.has_places
      AND l.service_ids IS NOT NULL
    ORDER BY p.id
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id,
    partySize: row.party_size,
    startsAt: row.starts_at.getTime(),
    legs: row.service_ids.map((serviceId, i) => ({
      serviceId,
      startsAt: row.leg_starts[i]?.getTime() ?? 0,
      endsAt: row.leg_ends[i]?.getTime() ?? 0,
    })),
    slotIds: row.slot_ids,
  }));
}

/**
 * Whether a resource that appointment `p` has an allocation at does not offer what it would serve there: all services
 * of a visit with one stay, else the one of that leg.
 */
export function isUnserved(tenantId: string): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (
    SELECT FROM allocations ua
    JOIN slots us ON us.tenant_id = ${tenantId} AND us.id = ua.slot_id
    JOIN appointment_legs ug ON ug.tenant_id = ${tenantId} AND ug.appointment_id = p.id AND (ug.leg = ua.leg OR NOT EXISTS (
      SELECT FROM allocations ul
      WHERE ul.tenant_id = ${tenantId} AND ul.owner_id = p.id AND ul.leg <> 0))
    WHERE ua.tenant_id = ${tenantId} AND ua.owner_id = p.id AND ua.owner_kind = 'appointment' AND NOT EXISTS (
      SELECT FROM resource_services uo
      WHERE uo.tenant_id = ${tenantId} AND uo.resource_id = us.resource_id AND uo.service_id = ug.service_id))`;
}

/** Supported appointments that have not begun and have places at these resources, which no longer offer what they are for. */
export async function listUnservedIds(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.id
    FROM appointments p
    WHERE p.tenant_id = ${tenantId} AND p.status = 'booked' AND p.support = 'supported'
      AND p.overbooking_reason IS NULL AND p.starts_at > clock_now() AND p.id IN (
        SELECT a.owner_id FROM allocations a
        JOIN slots s ON s.tenant_id = ${tenantId} AND s.id = a.slot_id
        WHERE a.tenant_id = ${tenantId} AND a.owner_kind = 'appointment' AND a.is_counted
          AND s.resource_id = ANY (${resourceIds}::uuid[]) AND s.starts_at > clock_now())
      AND ${isUnserved(tenantId)}
    ORDER BY p.id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Appointments in conflict at the resources' sites that begin in the windows, the oldest first; at most `countMax`. */
export async function listConflictIds(
  trx: Trx,
  tenantId: string,
  {
    windows,
    countMax,
  }: {
    windows: readonly {
      readonly resourceId: string;
      readonly from: number;
      readonly to: number;
    }[];
    countMax: number;
  },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT p.id
    FROM appointments p
    WHERE p.tenant_id = ${tenantId} AND p.status = 'booked' AND p.support = 'conflict'
      AND NOT p.is_pinned AND p.overbooking_reason IS NULL AND NOT ${isSuspendedNow(tenantId)} AND EXISTS (
        SELECT
        FROM unnest(
          ${windows.map((one) => one.resourceId)}::uuid[], ${windows.map((one) => one.from)}::float8[],
          ${windows.map((one) => one.to)}::float8[]) AS w (resource_id, from_ms, to_ms)
        JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = w.resource_id
        WHERE r.site_id = p.site_id AND p.starts_at >= to_timestamp(w.from_ms / 1000)
          AND p.starts_at < to_timestamp(w.to_ms / 1000))
    ORDER BY p.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** The slots that appointments have, whether counted or not. */
export async function listSlotIdsOf(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<number[]> {
  const { rows } = await sql<{ slot_id: number }>`
    SELECT DISTINCT a.slot_id
    FROM allocations a
    WHERE a.tenant_id = ${tenantId} AND a.owner_id = ANY (${appointmentIds}::uuid[])
  `.execute(trx);
  return rows.map((row) => row.slot_id);
}

/**
 * The starts (epoch ms) among those asked for at which any of the resources has room, or somebody whose time to decide
 * is over. Reads only.
 */
export async function listStartsWithRoom(
  trx: Trx,
  tenantId: string,
  { resourceIds, starts }: { resourceIds: readonly string[]; starts: readonly number[] },
): Promise<Set<number>> {
  const { rows } = await sql<{ start_ms: number }>`
    SELECT w.start_ms
    FROM unnest(${starts}::float8[]) AS w (start_ms)
    WHERE EXISTS (
      SELECT FROM slots s
      WHERE s.tenant_id = ${tenantId} AND s.resource_id = ANY (${resourceIds}::uuid[])
        AND s.starts_at = to_timestamp(w.start_ms / 1000) AND s.capacity > 0
        AND (s.taken < s.capacity OR EXISTS (
          SELECT FROM allocations a
          WHERE a.tenant_id = ${tenantId} AND a.slot_id = s.id AND a.expires_at <= clock_now())))
  `.execute(trx);
  return new Set(rows.map((row) => row.start_ms));
}

/**
 * Locks the slots of resources that start within intervals, in id order, and reads them with what their openings say.
 * Waits at most the session's lock_timeout.
 */
export async function lockSlotsDuring(
  trx: Trx,
  tenantId: string,
  { resourceIds, intervals }: { resourceIds: readonly string[]; intervals: readonly Interval[] },
): Promise<SlotState[]> {
  const found = await sql<{ id: number }>`
    SELECT s.id
    FROM unnest(${intervals.map((one) => one.start)}::float8[], ${intervals.map((one) => one.end)}::float8[])
           AS i (from_ms, to_ms)
    CROSS JOIN LATERAL (
      SELECT s.id FROM slots s
      WHERE s.tenant_id = ${tenantId} AND s.resource_id = ANY (${resourceIds}::uuid[])
        AND s.starts_at >= to_timestamp(i.from_ms / 1000) AND s.starts_at < to_timestamp(i.to_ms / 1000)
      OFFSET 0) s
  `.execute(trx);
  if (found.rows.length === 0) return [];
  const { rows } = await sql<SlotRow>`
    SELECT ${slotColumns}
    FROM slots s
    WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${found.rows.map((row) => row.id)}::bigint[])
    ORDER BY s.id
    FOR UPDATE OF s
  `.execute(trx);
  if (rows.length === 0) return [];
  const openings = await openingsOf(tenantId, rows).execute(trx);
  return slotStates(rows, openings.rows);
}

/** Gives appointments other places instead of their uncounted ones, and moves whoever made room; slots must be locked. */
export async function writeSeats(
  trx: Trx,
  tenantId: string,
  {
    appointmentIds,
    seats,
    moved,
  }: {
    appointmentIds: readonly string[];
    seats: readonly KnownStay[];
    moved: readonly MovedStay[];
  },
): Promise<void> {
  await sql`
    DELETE FROM allocations
    WHERE tenant_id = ${tenantId} AND owner_kind = 'appointment' AND owner_id = ANY (${appointmentIds}::uuid[])
  `.execute(trx);
  const deltas = [...unitsBySlot(seats, moved)].filter(([, units]) => units !== 0);
  await sql`
    UPDATE slots s SET taken = s.taken + d.units
    FROM unnest(${deltas.map(([id]) => id)}::bigint[], ${deltas.map(([, units]) => units)}::int[]) AS d (id, units)
    WHERE s.tenant_id = ${tenantId} AND s.id = d.id
  `.execute(trx);
  const come = seats.flatMap((one) => one.slotIds.map((slotId) => ({ ...one, slotId })));
  await sql`
    INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units)
    SELECT ${tenantId}::uuid, c.slot_id, 'appointment', c.owner_id, c.leg, c.units
    FROM unnest(
      ${come.map((one) => one.slotId)}::bigint[], ${come.map((one) => one.ownerId)}::uuid[],
      ${come.map((one) => one.leg)}::smallint[], ${come.map((one) => one.units)}::int[])
      AS c (slot_id, owner_id, leg, units)
  `.execute(trx);
  await writeTogether(trx, stayMoveWrites(tenantId, moved));
}

function unitsBySlot(
  seats: readonly KnownStay[],
  moved: readonly MovedStay[],
): Map<number, number> {
  const sums = new Map<number, number>();
  const add = (slotIds: readonly number[], units: number): void => {
    for (const id of slotIds) sums.set(id, (sums.get(id) ?? 0) + units);
  };
  for (const { slotIds, units } of seats) add(slotIds, units);
  for (const { fromSlotIds, toSlotIds, units } of moved) {
    add(fromSlotIds, -units);
    add(toSlotIds, units);
  }
  return sums;
}

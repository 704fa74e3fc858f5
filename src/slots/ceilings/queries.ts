import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Ceiling, Counter, CounterKey } from "./ceilings.ts";

/** The ceilings of openings. */
export async function listCeilings(
  trx: Trx,
  tenantId: string,
  openingIds: readonly string[],
): Promise<Ceiling[]> {
  const { rows } = await sql<{
    id: string;
    opening_id: string;
    scope: Ceiling["scope"];
    channel: Ceiling["channel"];
    service_id: string | null;
    capacity: number;
    lifted_days_before: number | null;
    lifted_time: string | null;
  }>`
    SELECT id, opening_id, scope, channel, service_id, capacity, lifted_days_before,
           to_char(lifted_time, 'HH24:MI') AS lifted_time
    FROM ceilings
    WHERE tenant_id = ${tenantId} AND opening_id = ANY (${openingIds}::uuid[])
  `.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    openingId: row.opening_id,
    scope: row.scope,
    channel: row.channel,
    serviceId: row.service_id,
    capacity: row.capacity,
    liftedDaysBefore: row.lifted_days_before,
    liftedTime: row.lifted_time,
  }));
}

/**
 * Makes sure counters exist, brings their capacity up to date with their ceiling (never below what is taken),
 * locks them in the order given and reads them.
 */
export async function lockCounters(
  trx: Trx,
  tenantId: string,
  keys: readonly CounterKey[],
): Promise<Counter[]> {
  const { rows } = await sql<CounterRow>`
    INSERT INTO ceiling_counters (tenant_id, ceiling_id, slot_id, on_date, capacity)
    SELECT ${tenantId}, k.ceiling_id, k.slot_id, k.on_date, c.capacity
    FROM unnest(
      ${keys.map((key) => key.ceilingId)}::uuid[],
      ${keys.map((key) => key.slotId)}::bigint[],
      ${keys.map((key) => key.onDate)}::date[]) WITH ORDINALITY AS k (ceiling_id, slot_id, on_date, place)
    JOIN ceilings c ON c.tenant_id = ${tenantId} AND c.id = k.ceiling_id
    ORDER BY k.place
    ON CONFLICT (ceiling_id, slot_id, on_date)
      DO UPDATE SET capacity = greatest(ceiling_counters.taken, EXCLUDED.capacity)
    RETURNING id, ceiling_id, slot_id, on_date, capacity, taken
  `.execute(trx);
  return rows.map(toCounter);
}

/** Reads counters by id. */
export async function listCounters(
  trx: Trx,
  tenantId: string,
  counterIds: readonly number[],
): Promise<Counter[]> {
  const { rows } = await sql<CounterRow>`
    SELECT id, ceiling_id, slot_id, on_date, capacity, taken
    FROM ceiling_counters
    WHERE tenant_id = ${tenantId} AND id = ANY (${counterIds}::bigint[])
  `.execute(trx);
  return rows.map(toCounter);
}

/** The counters under which owners use units. */
export async function listUsedCounters(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<CounterKey[]> {
  const { rows } = await sql<CounterRow>`
    SELECT c.id, c.ceiling_id, c.slot_id, c.on_date, c.capacity, c.taken
    FROM ceiling_uses u
    JOIN ceiling_counters c ON c.tenant_id = u.tenant_id AND c.id = u.counter_id
    WHERE u.tenant_id = ${tenantId} AND u.owner_id = ANY (${ownerIds}::uuid[])
  `.execute(trx);
  return rows.map(toCounter);
}

/**
 * Gives back what holds that have expired by the database's clock use of locked counters, and reads these as they
 * then are. A hold that is just being confirmed or ended by somebody else is left to him.
 */
export async function expireCeilingUses(
  trx: Trx,
  tenantId: string,
  counterIds: readonly number[],
): Promise<Counter[]> {
  await sql`
    WITH expired AS (
      SELECT h.id FROM holds h
      WHERE h.tenant_id = ${tenantId} AND h.status = 'open' AND h.expires_at <= clock_now()
      FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM ceiling_uses u USING expired e
      WHERE u.tenant_id = ${tenantId} AND u.owner_id = e.id AND u.counter_id = ANY (${counterIds}::bigint[])
      RETURNING u.counter_id, u.units
    ), freed AS (
      SELECT counter_id, sum(units)::int AS units FROM gone GROUP BY counter_id
    )
    UPDATE ceiling_counters c SET taken = c.taken - f.units
    FROM freed f
    WHERE c.tenant_id = ${tenantId} AND c.id = f.counter_id
  `.execute(trx);
  return listCounters(trx, tenantId, counterIds);
}

interface CounterRow {
  id: number;
  ceiling_id: string;
  slot_id: number | null;
  on_date: string | null;
  capacity: number;
  taken: number;
}

function toCounter(row: CounterRow): Counter {
  return {
    id: row.id,
    ceilingId: row.ceiling_id,
    slotId: row.slot_id,
    onDate: row.on_date,
    capacity: row.capacity,
    taken: row.taken,
  };
}

/** Counts units under ceilings for an owner; the counters must be locked. */
export async function insertCeilingUses(
  trx: Trx,
  tenantId: string,
  { ownerId, uses }: { ownerId: string; uses: ReadonlyMap<number, number> },
): Promise<void> {
  await sql`
    WITH used AS (
      INSERT INTO ceiling_uses (tenant_id, counter_id, owner_id, units)
      SELECT ${tenantId}, u.counter_id, ${ownerId}, u.units
      FROM unnest(${[...uses.keys()]}::bigint[], ${[...uses.values()]}::int[]) AS u (counter_id, units)
      RETURNING counter_id, units
    )
    UPDATE ceiling_counters c SET taken = c.taken + u.units
    FROM used u
    WHERE c.tenant_id = ${tenantId} AND c.id = u.counter_id
  `.execute(trx);
}

/** Locks the counters under which owners use units, in the order in which claims lock them. */
async function lockUsedCounters(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<void> {
  await sql`
    SELECT FROM ceiling_counters c
    WHERE c.tenant_id = ${tenantId} AND c.id IN (
      SELECT counter_id FROM ceiling_uses
      WHERE tenant_id = ${tenantId} AND owner_id = ANY (${ownerIds}::uuid[]))
    ORDER BY c.ceiling_id::text, coalesce(c.slot_id::text, c.on_date::text) COLLATE "C"
    FOR UPDATE
  `.execute(trx);
}

/** Gives the ceilings of owners back. */
export async function deleteCeilingUses(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<void> {
  await lockUsedCounters(trx, tenantId, ownerIds);
  await sql`
    WITH gone AS (
      DELETE FROM ceiling_uses
      WHERE tenant_id = ${tenantId} AND owner_id = ANY (${ownerIds}::uuid[])
      RETURNING counter_id, units
    ), freed AS (
      SELECT counter_id, sum(units)::int AS units FROM gone GROUP BY counter_id
    )
    UPDATE ceiling_counters c SET taken = c.taken - f.units
    FROM freed f
    WHERE c.tenant_id = ${tenantId} AND c.id = f.counter_id
  `.execute(trx);
}

/** Lowers what an owner uses under ceilings from a party of `from` to one of `to`, as its allocations are lowered. */
export async function lowerCeilingUses(
  trx: Trx,
  tenantId: string,
  { ownerId, from, to }: { ownerId: string; from: number; to: number },
): Promise<void> {
  await lockUsedCounters(trx, tenantId, [ownerId]);
  await sql`
    WITH before AS (
      SELECT counter_id, units FROM ceiling_uses
      WHERE tenant_id = ${tenantId} AND owner_id = ${ownerId} AND units >= ${from}::int
    ), lowered AS (
      UPDATE ceiling_uses u SET units = u.units / ${from}::int * ${to}::int + u.units % ${from}::int
      FROM before b
      WHERE u.tenant_id = ${tenantId} AND u.owner_id = ${ownerId} AND u.counter_id = b.counter_id
      RETURNING u.counter_id, b.units - u.units AS freed
    )
    UPDATE ceiling_counters c SET taken = c.taken - l.freed
    FROM lowered l
    WHERE c.tenant_id = ${tenantId} AND c.id = l.counter_id
  `.execute(trx);
}

/** Whether any of the owners uses units under a ceiling; stable once their slots are locked. */
export async function hasCeilingUses(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<{ has_uses: boolean }>`
    SELECT EXISTS (
      SELECT FROM ceiling_uses u
      WHERE u.tenant_id = ${tenantId} AND u.owner_id = ANY (${ownerIds}::uuid[])) AS has_uses
  `.execute(trx);
  return rows[0]?.has_uses ?? false;
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { GateState } from "./grant-turns.ts";

/** Makes gates that are not there yet and locks all of them in the order of their names until the transaction ends. */
export async function lockGates(trx: Trx, names: readonly string[]): Promise<GateState[]> {
  const locked = await selectForUpdate(trx, names);
  if (locked.length === names.length) return locked;
  await sql`
    INSERT INTO sending_gates (name)
    SELECT name FROM unnest(${names}::text[]) AS n (name) ORDER BY name
    ON CONFLICT DO NOTHING
  `.execute(trx);
  return selectForUpdate(trx, names);
}

async function selectForUpdate(trx: Trx, names: readonly string[]): Promise<GateState[]> {
  const { rows } = await sql<{ name: string; free_at: Date }>`
    SELECT name, free_at FROM sending_gates WHERE name = ANY (${names}::text[]) ORDER BY name FOR UPDATE
  `.execute(trx);
  return rows.map((row) => ({ name: row.name, freeAt: row.free_at.getTime() }));
}

/** Writes from when locked gates are free again. */
export async function updateGates(trx: Trx, gates: readonly GateState[]): Promise<void> {
  const rows = gates.map(({ name, freeAt }) => ({ name, free_ms: freeAt }));
  await sql`
    UPDATE sending_gates g
    SET free_at = to_timestamp(r.free_ms / 1000.0), used_at = clock_now()
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (name text, free_ms float8)
    WHERE g.name = r.name
  `.execute(trx);
}

/** Counts one more fault of a provider in a row, except while it is left alone anyway. Returns the count. */
export async function addFault(trx: Trx, name: string): Promise<number> {
  const { rows } = await sql<{ faults: number }>`
    INSERT INTO sending_gates AS g (name, faults) VALUES (${name}, 1)
    ON CONFLICT (name) DO UPDATE
    SET faults = CASE WHEN g.blocked_until > clock_now() THEN g.faults ELSE g.faults + 1 END, used_at = clock_now()
    RETURNING g.faults
  `.execute(trx);
  return rows[0]?.faults ?? 0;
}

/** A provider that took something is in order again. Locks nothing where it was so before. */
export async function clearFaults(trx: Trx, name: string): Promise<void> {
  await sql`UPDATE sending_gates SET faults = 0 WHERE name = ${name} AND faults > 0`.execute(trx);
}

/** Leaves a provider alone for so long, by all workers; a longer wish that was stated before stays. */
export async function blockGate(trx: Trx, name: string, seconds: number): Promise<void> {
  await sql`
    INSERT INTO sending_gates AS g (name, blocked_until)
    VALUES (${name}, clock_now() + make_interval(secs => ${seconds}::float8))
    ON CONFLICT (name) DO UPDATE
    SET blocked_until = greatest(g.blocked_until, excluded.blocked_until), used_at = clock_now()
  `.execute(trx);
}

/** Whether a provider is to be left alone at this moment. For the system's scope. */
export async function findBlocked(trx: Trx, name: string): Promise<boolean> {
  const { rows } = await sql<{ is_blocked: boolean }>`
    SELECT EXISTS (SELECT FROM sending_gates WHERE name = ${name} AND blocked_until > clock_now()) AS is_blocked
  `.execute(trx);
  return rows[0]?.is_blocked ?? false;
}

/** Forgets gates that nothing went through for a day. */
export async function deleteIdleGates(trx: Trx): Promise<void> {
  await sql`
    DELETE FROM sending_gates
    WHERE used_at < clock_now() - interval '1 day' AND (blocked_until IS NULL OR blocked_until < clock_now())
  `.execute(trx);
}

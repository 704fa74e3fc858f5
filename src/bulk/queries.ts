import { sql } from "kysely";
import type { Language } from "../context.ts";
import type { Trx } from "../db/database.ts";
import type { BulkStatus, FreedCapacity, OperationRow } from "./operation.ts";

const columns = sql`
  o.id, o.kind, o.status, o.filter, o.reason, o.is_urgent, o.move_rule, o.rebooking, o.items, o.counts, encode(o.digest, 'hex') AS digest,
  o.freed_capacity, o.waitlist_minutes, o.created_by, o.started_by, o.created_at, o.expires_at, o.started_at,
  o.slots_closed_at, o.places_reserved_at, o.rebook_until, o.ended_at, o.version, o.expires_at <= clock_now() AS is_expired`;

/** One operation. */
export async function findOperation(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OperationRow | undefined> {
  const { rows } = await sql<OperationRow>`
    SELECT ${columns} FROM bulk_operations o WHERE o.tenant_id = ${tenantId} AND o.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** One operation, locked until the transaction ends: parts under way are waited for. */
export async function lockOperation(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OperationRow | undefined> {
  const { rows } = await sql<OperationRow>`
    SELECT ${columns} FROM bulk_operations o WHERE o.tenant_id = ${tenantId} AND o.id = ${id} FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Operations, the latest first. */
export async function listOperationRows(
  trx: Trx,
  tenantId: string,
  page: { readonly after: readonly [at: string, id: string] | null; readonly countMax: number },
): Promise<OperationRow[]> {
  const [at, id] = page.after ?? [null, null];
  const { rows } = await sql<OperationRow>`
    SELECT ${columns}
    FROM bulk_operations o
    WHERE o.tenant_id = ${tenantId}
      AND (${at}::timestamptz IS NULL OR (o.created_at, o.id) < (${at}::timestamptz, ${id}::uuid))
    ORDER BY o.created_at DESC, o.id DESC
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** The texts of an operation by language. */
export async function listTexts(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<Partial<Record<Language, string>>> {
  const { rows } = await sql<{ language: Language; text: string }>`
    SELECT t.language, t.text FROM bulk_operation_texts t
    WHERE t.tenant_id = ${tenantId} AND t.operation_id = ${operationId}
  `.execute(trx);
  return Object.fromEntries(rows.map((row) => [row.language, row.text]));
}

/** Starts a previewed operation that is locked. */
export async function updateStarted(
  trx: Trx,
  tenantId: string,
  start: {
    readonly id: string;
    readonly startedBy: string | null;
    readonly freedCapacity: FreedCapacity | null;
    readonly waitlistMinutes: number | null;
  },
): Promise<void> {
  await sql`
    UPDATE bulk_operations
    SET status = 'running', started_at = clock_now(), started_by = ${start.startedBy},
        rebook_until = clock_now() + make_interval(mins => (rebooking ->> 'minutes')::int),
        freed_capacity = ${start.freedCapacity}, waitlist_minutes = ${start.waitlistMinutes},
        version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${start.id} AND status = 'previewed'
  `.execute(trx);
}

/** Changes the state of an operation that has started; false when it is in none of those named. */
export async function updateStatus(
  trx: Trx,
  tenantId: string,
  change: { readonly id: string; readonly from: readonly BulkStatus[]; readonly to: BulkStatus },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE bulk_operations
    SET status = ${change.to}, version = version + 1, updated_at = clock_now(),
        ended_at = CASE WHEN ${change.to} IN ('expired', 'finished', 'aborted') THEN clock_now() END
    WHERE tenant_id = ${tenantId} AND id = ${change.id} AND status = ANY (${change.from}::text[])
  `.execute(trx);
  return numAffectedRows === 1n;
}

/**
 * Ids of operations that do not get on: they are running, or have parts whose messages are not planned though they were
 * paused or aborted, and for some seconds nothing was noted.
 */
export async function listStalled(trx: Trx, tenantId: string): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT o.id
    FROM bulk_operations o
    CROSS JOIN LATERAL (
      SELECT max(greatest(q.settled_at, q.told_at)) AS last_at, bool_or(q.status = 'settled') AS has_untold
      FROM bulk_operation_parts q WHERE q.tenant_id = o.tenant_id AND q.operation_id = o.id) p
    WHERE o.tenant_id = ${tenantId} AND greatest(o.updated_at, p.last_at) < clock_now() - interval '4 seconds'
      AND (o.status = 'running'
        OR (o.status IN ('paused', 'aborted') AND o.updated_at > clock_now() - interval '7 days' AND p.has_untold))
    ORDER BY o.id
  `.execute(trx);
  return rows;
}

/** Ends previews that nobody started in time; returns how many. */
export async function expirePreviews(trx: Trx, tenantId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE bulk_operations
    SET status = 'expired', ended_at = clock_now(), version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND status = 'previewed' AND expires_at <= clock_now()
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Forgets previews that expired long ago, with their parts and texts. */
export async function deleteOldPreviews(
  trx: Trx,
  tenantId: string,
  { keptDays, countMax }: { readonly keptDays: number; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM bulk_operations
    WHERE tenant_id = ${tenantId} AND id IN (
      SELECT id FROM bulk_operations
      WHERE tenant_id = ${tenantId} AND status = 'expired'
        AND ended_at < clock_now() - make_interval(days => ${keptDays})
      ORDER BY ended_at
      LIMIT ${countMax})
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

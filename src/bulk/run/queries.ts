import { sql } from "kysely";
import type { FrozenAppointment } from "../../appointments/many/frozen.ts";
import type { Trx } from "../../db/database.ts";
import type { BulkStatus, ItemOutcome } from "../operation.ts";

/**
 * The state of an operation, kept from changing until the transaction ends: pausing and aborting wait for the part that
 * is under way.
 */
export async function shareStatus(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<BulkStatus | undefined> {
  const { rows } = await sql<{ status: BulkStatus }>`
    SELECT o.status FROM bulk_operations o WHERE o.tenant_id = ${tenantId} AND o.id = ${operationId} FOR SHARE
  `.execute(trx);
  return rows[0]?.status;
}

/** Items that are dealt with together, in the order of the visits. */
export interface Part {
  readonly number: number;
  readonly items: readonly FrozenAppointment[];
}

/**
 * Takes the first part that is to be done and that nobody else has, until the transaction ends: a worker that dies gives
 * it back at once. With `number` that part only.
 */
export async function claimPart(
  trx: Trx,
  tenantId: string,
  wish: { readonly operationId: string; readonly number?: number | undefined },
): Promise<Part | undefined> {
  const { rows } = await sql<PartRow>`
    SELECT p.number, p.appointment_ids, p.versions, p.in_conflict
    FROM bulk_operation_parts p
    WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${wish.operationId} AND p.status = 'pending'
      AND (${wish.number ?? null}::int IS NULL OR p.number = ${wish.number ?? null})
    ORDER BY p.number
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  `.execute(trx);
  return rows[0] && partOf(rows[0]);
}

/** The first part that is to be done, without taking it. */
export async function findNextPart(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<Part | undefined> {
  const { rows } = await sql<PartRow>`
    SELECT p.number, p.appointment_ids, p.versions, p.in_conflict
    FROM bulk_operation_parts p
    WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId} AND p.status = 'pending'
    ORDER BY p.number
    LIMIT 1
  `.execute(trx);
  return rows[0] && partOf(rows[0]);
}

interface PartRow {
  readonly number: number;
  readonly appointment_ids: string[];
  readonly versions: number[];
  readonly in_conflict: boolean[];
}

function partOf(row: PartRow): Part {
  return {
    number: row.number,
    items: row.appointment_ids.map((id, index) => ({
      id,
      version: row.versions[index] ?? 0,
      wasInConflict: row.in_conflict[index] ?? false,
    })),
  };
}

/** Writes what came of a claimed part. */
export async function settlePart(
  trx: Trx,
  tenantId: string,
  settled: {
    readonly operationId: string;
    readonly number: number;
    readonly outcomes: readonly ItemOutcome[];
    readonly eventIds: readonly string[];
  },
): Promise<void> {
  await sql`
    UPDATE bulk_operation_parts
    SET status = 'settled', outcomes = ${[...settled.outcomes]}::text[], event_ids = ${[...settled.eventIds]}::uuid[],
        settled_at = clock_now()
    WHERE tenant_id = ${tenantId} AND operation_id = ${settled.operationId} AND number = ${settled.number}
      AND status = 'pending'
  `.execute(trx);
}

/** Parts whose messages are still to be planned, with their events. */
export interface SettledPart {
  readonly number: number;
  readonly eventIds: readonly string[];
}

/** The parts of an operation that are settled and not told, the first ones. */
export async function listSettled(
  trx: Trx,
  tenantId: string,
  { operationId, countMax }: { readonly operationId: string; readonly countMax: number },
): Promise<SettledPart[]> {
  const { rows } = await sql<{ number: number; event_ids: string[] }>`
    SELECT p.number, p.event_ids
    FROM bulk_operation_parts p
    WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId} AND p.status = 'settled'
    ORDER BY p.number
    LIMIT ${countMax}
  `.execute(trx);
  return rows.map((row) => ({ number: row.number, eventIds: row.event_ids }));
}

/**
 * Notes that the messages of parts are planned, in the transaction that plans them; returns the events of those parts that
 * nobody told before, so that whoever comes second plans nothing.
 */
export async function takeSettled(
  trx: Trx,
  tenantId: string,
  { operationId, numbers }: { readonly operationId: string; readonly numbers: readonly number[] },
): Promise<string[]> {
  const { rows } = await sql<{ event_ids: string[] }>`
    UPDATE bulk_operation_parts SET status = 'told', told_at = clock_now()
    WHERE tenant_id = ${tenantId} AND operation_id = ${operationId} AND number = ANY (${[...numbers]}::int[])
      AND status = 'settled'
    RETURNING event_ids
  `.execute(trx);
  return rows.flatMap((row) => row.event_ids);
}

/** Whether any part is not told yet. */
export async function hasMoreToDo(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<boolean> {
  const { rows } = await sql<{ has_more: boolean }>`
    SELECT EXISTS (
      SELECT FROM bulk_operation_parts p
      WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId} AND p.status <> 'told') AS has_more
  `.execute(trx);
  return rows[0]?.has_more ?? false;
}

/** Notes that the places of an operation are closed. */
export async function updateSlotsClosed(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<void> {
  await sql`
    UPDATE bulk_operations SET slots_closed_at = clock_now(), updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${operationId} AND slots_closed_at IS NULL
  `.execute(trx);
}

/** The latest start that the operation gave to a visit of the same services, as far as its moves are known. */
export async function findLastMovedStart(
  trx: Trx,
  tenantId: string,
  wish: {
    readonly operationId: string;
    readonly beforeNumber: number;
    readonly appointmentId: string;
  },
): Promise<Date | undefined> {
  const { rows } = await sql<{ starts_at: Date }>`
    SELECT a.starts_at
    FROM bulk_operation_parts p
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = p.appointment_ids[1]
    WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${wish.operationId} AND p.number < ${wish.beforeNumber}
      AND p.outcomes = ARRAY['done'] AND a.status = 'booked'
      AND ARRAY(
        SELECT l.service_id FROM appointment_legs l
        WHERE l.tenant_id = ${tenantId} AND l.appointment_id = a.id ORDER BY l.leg)
      = ARRAY(
        SELECT l.service_id FROM appointment_legs l
        WHERE l.tenant_id = ${tenantId} AND l.appointment_id = ${wish.appointmentId} ORDER BY l.leg)
    ORDER BY p.number DESC
    LIMIT 1
  `.execute(trx);
  return rows[0]?.starts_at;
}

/** How many places the people of an operation need, with its sites and services. */
export interface RebookingNeeds {
  readonly people: number;
  readonly site_ids: readonly string[];
  readonly service_ids: readonly string[];
}

/** Reads what the people of an operation need to choose other times. */
export async function readRebookingNeeds(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<RebookingNeeds> {
  const { rows } = await sql<RebookingNeeds>`
    WITH items AS (
      SELECT unnest(p.appointment_ids) AS id
      FROM bulk_operation_parts p
      WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId}
    )
    SELECT coalesce(sum(a.party_size), 0)::int AS people, coalesce(array_agg(DISTINCT a.site_id), '{}') AS site_ids,
      ARRAY(
        SELECT DISTINCT l.service_id
        FROM items i JOIN appointment_legs l ON l.tenant_id = ${tenantId} AND l.appointment_id = i.id) AS service_ids
    FROM items i
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = i.id
  `.execute(trx);
  return rows[0] ?? { people: 0, site_ids: [], service_ids: [] };
}

/** Notes that places are kept back for those who rebook; false when that was noted before. */
export async function updatePlacesReserved(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE bulk_operations SET places_reserved_at = clock_now(), updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${operationId} AND places_reserved_at IS NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

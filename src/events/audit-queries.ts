import { sql } from "kysely";
import type { Trx } from "../db/database.ts";
import type { AuditedEvent } from "./hash-event.ts";

/** The newest seal of a chain. */
export interface SealHead {
  readonly seq: number;
  readonly hash: Buffer;
  /** Greatest id of a sealed event, not necessarily the newest seal's. */
  readonly greatest_event_id: number;
}

export interface NewSeal {
  readonly seq: number;
  readonly event_id: number;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

export interface SealedEvent extends NewSeal {
  /** Null when the event is gone. */
  readonly event: AuditedEvent | null;
}

/** Text with microseconds: a Date would lose them, and with them changes that small. */
const eventColumns = sql`
  e.tenant_id, e.id, e.kind, e.subject_kind, e.subject_id, e.actor_kind, e.actor_id, e.reason, e.body, e.request_id,
  to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at`;

/** Takes the tenant's chain for this transaction; false when another sealer has it, without waiting. */
export async function tryLockSealing(trx: Trx, tenantId: string): Promise<boolean> {
  const { rows } = await sql<{ is_locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`sportello:audit:${tenantId}`}, 0)) AS is_locked
  `.execute(trx);
  return rows[0]?.is_locked ?? false;
}

/** The end of the chain; undefined when nothing was sealed yet. */
export async function findLastSeal(trx: Trx, tenantId: string): Promise<SealHead | undefined> {
  const { rows } = await sql<SealHead>`
    SELECT s.seq, s.hash,
      (SELECT max(g.event_id) FROM audit_seals g WHERE g.tenant_id = ${tenantId}) AS greatest_event_id
    FROM audit_seals s
    WHERE s.tenant_id = ${tenantId}
    ORDER BY s.seq DESC
    LIMIT 1
  `.execute(trx);
  return rows[0];
}

export async function findSealHash(
  trx: Trx,
  tenantId: string,
  seq: number,
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ hash: Buffer }>`
    SELECT hash FROM audit_seals WHERE tenant_id = ${tenantId} AND seq = ${seq}
  `.execute(trx);
  return rows[0]?.hash;
}

/**
 * Which of the `lookMax` events above an id can be sealed, by id. A visible row is committed, so one with a transaction
 * number that this cluster has not handed out yet came with a restored history and is complete as well.
 */
export async function listUnsealed(
  trx: Trx,
  tenantId: string,
  range: { readonly afterId: number; readonly lookMax: number; readonly countMax: number },
): Promise<AuditedEvent[]> {
  const { rows } = await sql<AuditedEvent>`
    SELECT ${eventColumns}
    FROM (
      SELECT *
      FROM audit_events
      WHERE tenant_id = ${tenantId} AND id > ${range.afterId}
      ORDER BY id
      LIMIT ${range.lookMax}) e
    WHERE (e.written_by < pg_snapshot_xmin(pg_current_snapshot())
        OR e.written_by >= pg_snapshot_xmax(pg_current_snapshot()))
      AND NOT EXISTS (
        SELECT FROM audit_seals s
        WHERE s.tenant_id = ${tenantId} AND s.event_id = e.id AND s.event_id > ${range.afterId})
    ORDER BY e.id
    LIMIT ${range.countMax}
  `.execute(trx);
  return rows;
}

/** The id of the event that comes `count` events after an id; undefined when there are fewer. */
export async function findEventAfter(
  trx: Trx,
  tenantId: string,
  { afterId, count }: { readonly afterId: number; readonly count: number },
): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    SELECT id
    FROM audit_events
    WHERE tenant_id = ${tenantId} AND id > ${afterId}
    ORDER BY id
    OFFSET ${count - 1}
    LIMIT 1
  `.execute(trx);
  return rows[0]?.id;
}

/** Appends seals. A second sealer would violate the primary key; the lock keeps it from trying. */
export async function insertSeals(
  trx: Trx,
  tenantId: string,
  seals: readonly NewSeal[],
): Promise<void> {
  const hex = (hashes: Buffer[]): string[] => hashes.map((hash) => hash.toString("hex"));
  await sql`
    INSERT INTO audit_seals (tenant_id, seq, event_id, previous_hash, hash)
    SELECT ${tenantId}, n.seq, n.event_id, decode(n.previous_hash, 'hex'), decode(n.hash, 'hex')
    FROM unnest(
      ${seals.map(({ seq }) => seq)}::bigint[], ${seals.map(({ event_id }) => event_id)}::bigint[],
      ${hex(seals.map((seal) => seal.previous_hash))}::text[], ${hex(seals.map(({ hash }) => hash))}::text[])
      AS n (seq, event_id, previous_hash, hash)
  `.execute(trx);
}

/** The seals of a range, each with its event, by seq; missing seals are not among them. */
export async function listSealed(
  trx: Trx,
  tenantId: string,
  { fromSeq, toSeq }: { readonly fromSeq: number; readonly toSeq: number },
): Promise<SealedEvent[]> {
  const { rows } = await sql<NewSeal & AuditedEvent>`
    SELECT s.seq, s.event_id, s.previous_hash, s.hash, ${eventColumns}
    FROM audit_seals s
    LEFT JOIN audit_events e ON e.tenant_id = ${tenantId} AND e.id = s.event_id
    WHERE s.tenant_id = ${tenantId} AND s.seq BETWEEN ${fromSeq} AND ${toSeq}
    ORDER BY s.seq
  `.execute(trx);
  return rows.map(({ seq, event_id, previous_hash, hash, ...event }) => ({
    seq,
    event_id,
    previous_hash,
    hash,
    event: isPresent(event) ? event : null,
  }));
}

/** The LEFT JOIN gives nulls where there is no event. */
function isPresent(event: { readonly id: number | null }): boolean {
  return event.id !== null;
}

/** How much of the audit is not sealed, and since when; the age is null when all is. */
export async function stateTail(
  trx: Trx,
  tenantId: string,
): Promise<{ count: number; oldest_age_seconds: number | null }> {
  const { rows } = await sql<{ count: number; oldest_age_seconds: number | null }>`
    SELECT count(*)::int AS count,
      CASE WHEN count(*) > 0
        THEN greatest(extract(epoch FROM (SELECT clock_now()) - min(e.occurred_at)), 0)::float8
      END AS oldest_age_seconds
    FROM audit_events e
    WHERE e.tenant_id = ${tenantId}
      AND NOT EXISTS (
        SELECT FROM audit_seals s
        WHERE s.tenant_id = ${tenantId} AND s.event_id = e.id)
  `.execute(trx);
  return rows[0] ?? { count: 0, oldest_age_seconds: null };
}

/** Which audit events are wanted. */
export interface AuditFilter {
  readonly subjectId: string | null;
  readonly kind: string | null;
  /** Only events with a lower id; null begins with the newest. */
  readonly beforeId: number | null;
  readonly countMax: number;
}

export interface ListedEvent extends AuditedEvent {
  readonly seq: number | null;
  readonly hash: Buffer | null;
}

/** Audit events, the newest first, with their seals. */
export async function listAuditRows(
  trx: Trx,
  tenantId: string,
  filter: AuditFilter,
): Promise<ListedEvent[]> {
  const { rows } = await sql<ListedEvent>`
    SELECT ${eventColumns}, s.seq, s.hash
    FROM audit_events e
    LEFT JOIN audit_seals s ON s.tenant_id = ${tenantId} AND s.event_id = e.id
    WHERE e.tenant_id = ${tenantId}
      AND (${filter.subjectId}::uuid IS NULL OR e.subject_id = ${filter.subjectId}::uuid)
      AND (${filter.kind}::text IS NULL OR e.kind = ${filter.kind}::text)
      AND (${filter.beforeId}::bigint IS NULL OR e.id < ${filter.beforeId}::bigint)
    ORDER BY e.id DESC
    LIMIT ${filter.countMax}
  `.execute(trx);
  return rows;
}

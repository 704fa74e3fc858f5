import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../db/database.ts";
import type { OutboxEvent } from "./outbox-event.ts";

export interface AuditRow {
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly body: object;
  readonly request_id: string;
}

/** Appends audit rows in the order given; the sealer chains them later. A part of `writeTogether`. */
export function auditEventsInsert(
  tenantId: string,
  rows: readonly AuditRow[],
): RawBuilder<unknown> {
  return sql`
    INSERT INTO audit_events
      (tenant_id, kind, subject_kind, subject_id, actor_kind, actor_id, reason, body, request_id, occurred_at)
    SELECT ${tenantId}::uuid, r.kind, r.subject_kind, r.subject_id, r.actor_kind, r.actor_id, r.reason, r.body,
           r.request_id, (SELECT clock_now())
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      kind text, subject_kind text, subject_id uuid, actor_kind text, actor_id text, reason text, body jsonb,
      request_id text)`;
}

export interface OutboxRow {
  readonly id: string;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_version: number;
  readonly body: object;
}

/** Writes events that must cause work; the relay finds them by their state. A part of `writeTogether`. */
export function outboxEventsInsert(
  tenantId: string,
  rows: readonly OutboxRow[],
): RawBuilder<unknown> {
  return sql`
    INSERT INTO outbox_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, body, created_at)
    SELECT ${tenantId}::uuid, r.id, r.kind, r.subject_kind, r.subject_id, r.subject_version, r.body,
           (SELECT clock_now())
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      id uuid, kind text, subject_kind text, subject_id uuid, subject_version integer, body jsonb)`;
}

/** What a kind of event did to many subjects, in order; `bodies` are the different ones, `places` count from one. */
export interface ManyEventRows {
  readonly kind: string;
  readonly subjectKind: string;
  readonly ids: readonly string[];
  readonly subjectIds: readonly string[];
  readonly subjectVersions: readonly number[];
  readonly bodies: readonly object[];
  readonly places: readonly number[];
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly requestId: string;
}

/**
 * Writes events of one kind to the audit and the outbox. Bodies travel once each and not in every row, so that neither
 * side spells and reads the same text five hundred times.
 */
export async function insertManyEvents(
  trx: Trx,
  tenantId: string,
  rows: ManyEventRows,
): Promise<void> {
  await sql`
    WITH happened AS MATERIALIZED (
      SELECT e.id, e.subject_id, e.subject_version,
        (${rows.bodies.map((body) => JSON.stringify(body))}::jsonb[])[e.place] AS body
      FROM unnest(
        ${[...rows.ids]}::uuid[], ${[...rows.subjectIds]}::uuid[], ${[...rows.subjectVersions]}::int[],
        ${[...rows.places]}::int[]) AS e (id, subject_id, subject_version, place)
    ), remembered AS (
      INSERT INTO audit_events
        (tenant_id, kind, subject_kind, subject_id, actor_kind, actor_id, body, request_id, occurred_at)
      SELECT ${tenantId}::uuid, ${rows.kind}, ${rows.subjectKind}, h.subject_id, ${rows.actor.kind}, ${rows.actor.id},
        h.body, ${rows.requestId}, (SELECT clock_now())
      FROM happened h
    )
    INSERT INTO outbox_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, body, created_at)
    SELECT ${tenantId}::uuid, h.id, ${rows.kind}, ${rows.subjectKind}, h.subject_id, h.subject_version, h.body,
      (SELECT clock_now())
    FROM happened h
  `.execute(trx);
}

export interface ClaimedEvents {
  /** Seconds since the oldest event not yet relayed was written; 0 when all are. */
  readonly oldestAgeSeconds: number;
  readonly events: OutboxEvent[];
}

/**
 * Locks events of all tenants that nobody is relaying now, the oldest first, until the end of the transaction. For the
 * system's scope.
 */
export async function lockDueEvents(trx: Trx, countMax: number): Promise<ClaimedEvents> {
  const age = await sql<{ seconds: number | null }>`
    SELECT extract(epoch FROM clock_now() - min(created_at))::float8 AS seconds
    FROM outbox_events
    WHERE status IN ('pending', 'leased')
  `.execute(trx);
  const oldestAgeSeconds = Math.max(age.rows[0]?.seconds ?? 0, 0);
  const { rows } = await sql<OutboxEvent>`
    SELECT o.tenant_id AS "tenantId", o.id, o.kind, o.subject_kind AS "subjectKind", o.subject_id AS "subjectId",
      o.subject_version AS "subjectVersion", o.body
    FROM outbox_events o
    WHERE o.status IN ('pending', 'leased')
      AND (o.leased_until IS NULL OR o.leased_until <= (SELECT clock_now()))
    ORDER BY o.created_at
    LIMIT ${countMax}
    FOR UPDATE SKIP LOCKED
  `.execute(trx);
  return { oldestAgeSeconds, events: rows };
}

type EventKey = Pick<OutboxEvent, "tenantId" | "id">;

/** Leases locked events, so that nobody else relays them for some time. */
export async function leaseEvents(
  trx: Trx,
  events: readonly EventKey[],
  leaseSeconds: number,
): Promise<void> {
  if (events.length === 0) return;
  await sql`
    UPDATE outbox_events o
    SET status = 'leased', leased_until = (SELECT clock_now()) + make_interval(secs => ${leaseSeconds}::float8)
    FROM ${keysOf(events)}
    WHERE o.tenant_id = k.tenant_id AND o.id = k.id
  `.execute(trx);
}

/**
 * Notes that nothing is left to be handed over of events. Whose lease another relay took meanwhile is marked too: it is
 * true.
 */
export async function markRelayed(trx: Trx, events: readonly EventKey[]): Promise<void> {
  if (events.length === 0) return;
  await sql`
    UPDATE outbox_events o
    SET status = 'relayed', leased_until = NULL, relayed_at = (SELECT clock_now())
    FROM ${keysOf(events)}
    WHERE o.tenant_id = k.tenant_id AND o.id = k.id AND o.status IN ('pending', 'leased')
  `.execute(trx);
}

/** Gives events back that could not be handed over, so that they are due at once. */
export async function returnLease(trx: Trx, events: readonly EventKey[]): Promise<void> {
  await sql`
    UPDATE outbox_events o
    SET status = 'pending', leased_until = NULL
    FROM ${keysOf(events)}
    WHERE o.tenant_id = k.tenant_id AND o.id = k.id AND o.status = 'leased'
  `.execute(trx);
}

function keysOf(events: readonly EventKey[]) {
  const tenantIds = events.map((event) => event.tenantId);
  const ids = events.map((event) => event.id);
  return sql`unnest(${tenantIds}::uuid[], ${ids}::uuid[]) AS k (tenant_id, id)`;
}

/** Forgets events relayed long ago, the oldest first; returns how many. For the system's scope. */
export async function deleteRelayedEvents(
  trx: Trx,
  { keptDays, countMax }: { readonly keptDays: number; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM outbox_events o
    USING (
      SELECT tenant_id, id
      FROM outbox_events
      WHERE status = 'relayed' AND relayed_at < (SELECT clock_now()) - make_interval(days => ${keptDays})
      ORDER BY relayed_at
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED) old
    WHERE o.tenant_id = old.tenant_id AND o.id = old.id
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

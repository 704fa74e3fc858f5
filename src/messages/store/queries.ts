import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { MessageChannel, MessageKind } from "../message-state.ts";
import type { MessageFacts } from "./planned-message.ts";

/** The database's clock, in epoch milliseconds. */
export async function readClock(trx: Trx): Promise<number> {
  const { rows } = await sql<{ now: Date }>`SELECT clock_now() AS now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error("The clock gave no row");
  return row.now.getTime();
}

/** A message as it is written; sealed parts in hexadecimal, instants in epoch milliseconds. */
export interface NewMessageRow {
  readonly id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_version: number;
  readonly kind: string;
  readonly channel: string;
  readonly language: string;
  readonly offset_minutes: number;
  readonly endpoint_id: string | null;
  readonly recipient_hex: string | null;
  readonly domain_hex: string | null;
  readonly facts: MessageFacts;
  readonly priority: number;
  readonly due_ms: number;
  readonly not_after_ms: number;
  readonly is_training: boolean;
}

/** Writes messages that are not there yet; returns the ids of those it wrote. */
export async function insertMessages(
  trx: Trx,
  tenantId: string,
  messages: readonly NewMessageRow[],
): Promise<string[]> {
  const { rows } = await messagesInsert(tenantId, messages).execute(trx);
  return rows.map((row) => row.id);
}

/** The same as a part of `writeTogether`. */
export function messagesInsert(
  tenantId: string,
  messages: readonly NewMessageRow[],
): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    INSERT INTO messages
      (tenant_id, id, subject_kind, subject_id, subject_version, kind, channel, language, offset_minutes, endpoint_id,
       recipient_encrypted, domain_hash, facts, priority, due_at, next_at, not_after, is_training, created_at)
    SELECT ${tenantId}::uuid, r.id, r.subject_kind, r.subject_id, r.subject_version, r.kind, r.channel, r.language,
      r.offset_minutes, r.endpoint_id, decode(r.recipient_hex, 'hex'), decode(r.domain_hex, 'hex'), r.facts, r.priority,
      to_timestamp(r.due_ms / 1000.0), to_timestamp(r.due_ms / 1000.0), to_timestamp(r.not_after_ms / 1000.0),
      r.is_training, (SELECT clock_now())
    FROM json_to_recordset(${JSON.stringify(messages)}::json) AS r (
      id uuid, subject_kind text, subject_id uuid, subject_version integer, kind text, channel text, language text,
      offset_minutes integer, endpoint_id uuid, recipient_hex text, domain_hex text, facts jsonb, priority smallint,
      due_ms bigint, not_after_ms bigint, is_training boolean)
    ON CONFLICT ON CONSTRAINT messages_are_planned_once DO NOTHING
    RETURNING id`;
}

/** Which planned messages of a subject are not to be sent any more, and why. */
export interface DiscardWish {
  readonly subjectId: string;
  readonly kinds: readonly MessageKind[];
  readonly reason: string;
  /** Those whose facts hold these stay. */
  readonly except?: MessageFacts;
}

/** Discards planned messages; one that is being sent now is judged again before its next attempt. Returns how many. */
export async function discardPlanned(
  trx: Trx,
  tenantId: string,
  wishes: readonly DiscardWish[],
): Promise<number> {
  let count = 0;
  const alike = Map.groupBy(wishes, ({ kinds, reason }) => [reason, ...kinds].join());
  for (const group of alike.values()) count += await discardAlike(trx, tenantId, group);
  return count;
}

/** Discards for wishes of the same kinds and reason. */
async function discardAlike(
  trx: Trx,
  tenantId: string,
  wishes: readonly DiscardWish[],
): Promise<number> {
  const [first] = wishes;
  if (!first || first.kinds.length === 0) return 0;
  const subjectIds = wishes.map(({ subjectId }) => subjectId);
  const excepts = wishes.map((wish) => (wish.except ? JSON.stringify(wish.except) : null));
  // OFFSET and ARRAY, and the state judged outside, keep the planner to one look by subject: of a table that grows by
  // thousands within a minute it knows too little, and would read all that the administration has planned each time.
  const { numAffectedRows } = await sql`
    UPDATE messages m
    SET status = 'discarded', end_reason = ${first.reason}, ended_at = (SELECT clock_now()), queued_until = NULL
    FROM (
      SELECT p.id
      FROM messages p
      WHERE p.tenant_id = ${tenantId} AND p.status = 'planned' AND p.id = ANY (ARRAY(
        SELECT f.id
        FROM unnest(${subjectIds}::uuid[], ${excepts}::jsonb[]) AS w (subject_id, "except")
        CROSS JOIN LATERAL (
          SELECT s.id, s.facts, s.status
          FROM messages s
          WHERE s.tenant_id = ${tenantId} AND s.subject_id = w.subject_id AND s.kind = ANY (${first.kinds}::text[])
          OFFSET 0) f
        WHERE f.status = 'planned' AND NOT coalesce(f.facts @> w."except", false)))
      ORDER BY p.id
      FOR UPDATE) d
    WHERE m.tenant_id = ${tenantId} AND m.id = d.id AND m.status = 'planned'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** A message of a subject as far as planning asks for it. */
export interface KnownMessage {
  readonly subject_id: string;
  readonly kind: MessageKind;
  readonly channel: MessageChannel;
  readonly offset_minutes: number;
  readonly endpoint_id: string | null;
  readonly facts: MessageFacts;
}

/** Messages of subjects that are planned, on their way or were handed over: what must not be planned again. */
export async function listKnownMessages(
  trx: Trx,
  tenantId: string,
  {
    subjectIds,
    kinds,
  }: { readonly subjectIds: readonly string[]; readonly kinds: readonly MessageKind[] },
): Promise<KnownMessage[]> {
  const { rows } = await sql<KnownMessage>`
    SELECT m.subject_id, m.kind, m.channel, m.offset_minutes, m.endpoint_id, m.facts
    FROM messages m
    WHERE m.tenant_id = ${tenantId} AND m.subject_id = ANY (${subjectIds}::uuid[])
      AND m.kind = ANY (${kinds}::text[]) AND m.status <> 'discarded'
  `.execute(trx);
  return rows;
}

/** Forgets recipients of messages that were due long ago; returns how many. May be repeated. */
export async function eraseRecipients(
  trx: Trx,
  tenantId: string,
  {
    keptDays,
    lookedAtDays,
    countMax,
  }: {
    readonly keptDays: number;
    /** Messages that were due still earlier were looked at before. */
    readonly lookedAtDays: number;
    readonly countMax: number;
  },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE messages m
    SET recipient_encrypted = NULL, domain_hash = NULL
    FROM (
      SELECT o.id FROM messages o
      WHERE o.tenant_id = ${tenantId} AND o.status NOT IN ('planned', 'leased') AND o.recipient_encrypted IS NOT NULL
        AND o.due_at < (SELECT clock_now()) - make_interval(days => ${keptDays})
        AND o.due_at > (SELECT clock_now()) - make_interval(days => ${lookedAtDays})
      ORDER BY o.due_at
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED) old
    WHERE m.tenant_id = ${tenantId} AND m.id = old.id
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

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
       recipient_encrypted, domain_hash, facts, priority, due_at, next_at, not_after, is_training)
    SELECT ${tenantId}::uuid, r.id, r.subject_kind, r.subject_id, r.subject_version, r.kind, r.channel, r.language,
      r.offset_minutes, r.endpoint_id, decode(r.recipient_hex, 'hex'), decode(r.domain_hex, 'hex'), r.facts, r.priority,
      to_timestamp(r.due_ms / 1000.0), to_timestamp(r.due_ms / 1000.0), to_timestamp(r.not_after_ms / 1000.0),
      r.is_training
    FROM jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) AS r (
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
  if (wishes.length === 0) return 0;
  const rows = wishes.flatMap(({ subjectId, kinds, reason, except = null }) =>
    kinds.map((kind) => ({ subject_id: subjectId, kind, reason, except })),
  );
  const { numAffectedRows } = await sql`
    UPDATE messages m
    SET status = 'discarded', end_reason = d.reason, ended_at = clock_now(), queued_until = NULL
    FROM (
      SELECT p.id, r.reason
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (subject_id uuid, kind text, reason text, "except" jsonb)
      JOIN messages p ON p.tenant_id = ${tenantId} AND p.subject_id = r.subject_id AND p.kind = r.kind
      WHERE p.status = 'planned' AND NOT coalesce(p.facts @> r."except", false)
      ORDER BY p.id
      FOR UPDATE OF p) d
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

import { sql } from "kysely";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type {
  AttemptOutcome,
  MessageChannel,
  MessageKind,
  MessageStatus,
  SubjectKind,
} from "../message-state.ts";
import type { MessageFacts } from "../store/planned-message.ts";

/** A message that this process may hand over now. */
export interface LeasedRow {
  readonly id: string;
  readonly subject_kind: SubjectKind;
  readonly subject_id: string;
  readonly kind: MessageKind;
  readonly language: Language;
  readonly offset_minutes: number;
  readonly endpoint_id: string | null;
  readonly recipient_encrypted: Buffer | null;
  readonly domain_hex: string | null;
  readonly facts: MessageFacts;
  readonly due_at: Date;
  readonly not_after: Date;
  readonly attempt: number;
  readonly is_training: boolean;
  readonly now: Date;
}

/** What is leased, and for how long. */
export interface LeaseWish {
  readonly ids: readonly string[];
  readonly channel: MessageChannel;
  readonly leaseSeconds: number;
}

/**
 * Leases those of the messages that are planned and due, unless sending is paused or the provider asked for patience.
 * Whoever holds one of them now, such as a cancellation, is waited for and then believed.
 */
export async function leaseRows(
  trx: Trx,
  tenantId: string,
  { ids, channel, leaseSeconds }: LeaseWish,
): Promise<LeasedRow[]> {
  const { rows } = await sql<LeasedRow>`
    UPDATE messages m
    SET status = 'leased', attempt = m.attempt + 1, queued_until = NULL,
        leased_until = clock_now() + make_interval(secs => ${leaseSeconds}::float8)
    FROM (
      SELECT p.id
      FROM messages p
      WHERE p.tenant_id = ${tenantId} AND p.id = ANY (${ids}::uuid[]) AND p.channel = ${channel}
        AND p.status = 'planned' AND p.next_at <= (SELECT clock_now())
        AND (SELECT paused_at IS NULL AND place = sending_place() FROM sending_switch)
        AND NOT EXISTS (SELECT FROM message_settings s WHERE s.tenant_id = ${tenantId} AND s.paused_at IS NOT NULL)
        AND NOT EXISTS (
          SELECT FROM sending_gates g WHERE g.name = ${channel} AND g.blocked_until > (SELECT clock_now()))
      ORDER BY p.id
      FOR UPDATE OF p) due
    WHERE m.tenant_id = ${tenantId} AND m.id = due.id AND m.status = 'planned'
    RETURNING m.id, m.subject_kind, m.subject_id, m.kind, m.language, m.offset_minutes, m.endpoint_id,
      m.recipient_encrypted, encode(m.domain_hash, 'hex') AS domain_hex, m.facts, m.due_at, m.not_after, m.attempt,
      m.is_training, clock_now() AS now
  `.execute(trx);
  return rows;
}

/** What became of a leased message; null leaves a column as it is. */
export interface SettlementRow {
  readonly id: string;
  /** The attempt it was leased for; another one's settlement changes nothing. */
  readonly attempt: number;
  readonly status: Exclude<MessageStatus, "leased">;
  readonly end_reason: string | null;
  /** When it is tried again, epoch milliseconds; of planned ones only. */
  readonly next_ms: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly outcome_reason: string | null;
  readonly code: string | null;
  readonly duration_ms: number | null;
  readonly provider: string | null;
  readonly provider_reference: string | null;
  readonly parts: number | null;
  /** Added to what the message has cost. */
  readonly cost_micros: number;
}

/** Notes what became of leased messages and of the attempt; returns the ids of those that were still this lease's. */
export async function settleRows(
  trx: Trx,
  tenantId: string,
  settlements: readonly SettlementRow[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    WITH told AS (
      SELECT r.*
      FROM jsonb_to_recordset(${JSON.stringify(settlements)}::jsonb) AS r (
        id uuid, attempt integer, status text, end_reason text, next_ms bigint, outcome text, outcome_reason text,
        code text, duration_ms integer, provider text, provider_reference text, parts smallint, cost_micros bigint)
    ), settled AS (
      UPDATE messages m
      SET status = t.status, end_reason = t.end_reason, leased_until = NULL,
          -- What was given back unsent has not been tried.
          attempt = CASE WHEN t.status = 'planned' AND t.outcome IS NULL THEN m.attempt - 1 ELSE m.attempt END,
          ended_at = CASE WHEN t.status = 'planned' THEN NULL ELSE clock_now() END,
          next_at = coalesce(to_timestamp(t.next_ms / 1000.0), m.next_at),
          provider = coalesce(t.provider, m.provider),
          provider_reference = coalesce(t.provider_reference, m.provider_reference),
          parts = coalesce(t.parts, m.parts), cost_micros = m.cost_micros + t.cost_micros
      FROM told t
      WHERE m.tenant_id = ${tenantId} AND m.id = t.id AND m.attempt = t.attempt AND m.status = 'leased'
      RETURNING m.id
    ), noted AS (
      INSERT INTO message_attempts (tenant_id, message_id, attempt, outcome, reason, code, duration_ms)
      SELECT ${tenantId}, t.id, t.attempt, t.outcome, t.outcome_reason, t.code, t.duration_ms
      FROM told t
      JOIN settled s USING (id)
      WHERE t.outcome IS NOT NULL
    )
    SELECT id FROM settled
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Leases that ended without a word, by tenant. For the system's scope. */
export async function listTenantsWithLostLeases(trx: Trx): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT DISTINCT tenant_id FROM messages WHERE status = 'leased' AND leased_until <= (SELECT clock_now())
  `.execute(trx);
  return rows.map((row) => row.tenant_id);
}

/**
 * Makes messages due again whose worker died or lost its database; what it may have handed over goes out a second
 * time under the same name. Returns how many.
 */
export async function returnLostLeases(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    WITH returned AS (
      UPDATE messages m
      SET status = 'planned', leased_until = NULL, next_at = clock_now()
      FROM (
        SELECT id FROM messages
        WHERE tenant_id = ${tenantId} AND status = 'leased' AND leased_until <= (SELECT clock_now())
        ORDER BY id
        LIMIT ${countMax}
        FOR UPDATE SKIP LOCKED) lost
      WHERE m.tenant_id = ${tenantId} AND m.id = lost.id AND m.status = 'leased'
      RETURNING m.id, m.attempt
    ), noted AS (
      INSERT INTO message_attempts (tenant_id, message_id, attempt, outcome)
      SELECT ${tenantId}, id, attempt, 'lost' FROM returned
    )
    SELECT id FROM returned
  `.execute(trx);
  return rows.length;
}

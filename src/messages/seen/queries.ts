import { sql } from "kysely";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type {
  AttemptOutcome,
  MessageChannel,
  MessageKind,
  MessageStatus,
  ReceiptState,
  SubjectKind,
} from "../message-state.ts";
import type { MessageFacts } from "../store/planned-message.ts";

/** A message as staff see it: what, when, what came of it; never to whom or what it says. */
export interface MessageRow {
  readonly id: string;
  readonly subject_kind: SubjectKind;
  readonly appointment_id: string | null;
  readonly kind: MessageKind;
  readonly channel: MessageChannel;
  readonly language: Language;
  readonly offset_minutes: number;
  readonly endpoint_id: string | null;
  readonly facts: MessageFacts;
  readonly status: MessageStatus;
  readonly due_at: Date;
  readonly next_at: Date;
  readonly not_after: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly attempt: number;
  readonly provider: string | null;
  readonly parts: number | null;
  readonly cost_micros: number;
  readonly receipt: ReceiptState | null;
  readonly receipt_at: Date | null;
  readonly is_training: boolean;
  readonly created_at: Date;
}

const columns = sql`
  m.id, m.subject_kind, m.appointment_id, m.kind, m.channel, m.language, m.offset_minutes, m.endpoint_id, m.facts,
  m.status, m.due_at, m.next_at, m.not_after, m.ended_at, m.end_reason, m.attempt, m.provider, m.parts, m.cost_micros,
  m.receipt, m.receipt_at, m.is_training, m.created_at`;

/** Which messages are wanted; all parts given must hold. */
export interface MessageFilter {
  readonly appointmentId: string | null;
  readonly status: MessageStatus | null;
  readonly kind: MessageKind | null;
  readonly channel: MessageChannel | null;
  /** Due from, and before. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Sort key of the last one of the page before. */
  readonly after: readonly [dueAt: string, id: string] | null;
  readonly countMax: number;
}

/** Messages, the latest due first. */
export async function listMessageRows(
  trx: Trx,
  tenantId: string,
  filter: MessageFilter,
): Promise<MessageRow[]> {
  const [afterDue, afterId] = filter.after ?? [null, null];
  const { rows } = await sql<MessageRow>`
    SELECT ${columns}
    FROM messages m
    WHERE m.tenant_id = ${tenantId}
      AND (${filter.appointmentId}::uuid IS NULL
        OR m.subject_id = ${filter.appointmentId}::uuid AND m.subject_kind = 'appointment')
      AND (${filter.status}::text IS NULL OR m.status = ${filter.status})
      AND (${filter.kind}::text IS NULL OR m.kind = ${filter.kind})
      AND (${filter.channel}::text IS NULL OR m.channel = ${filter.channel})
      AND (${filter.from}::timestamptz IS NULL OR m.due_at >= ${filter.from})
      AND (${filter.to}::timestamptz IS NULL OR m.due_at < ${filter.to})
      AND (${afterDue}::timestamptz IS NULL OR (m.due_at, m.id) < (${afterDue}::timestamptz, ${afterId}::uuid))
    ORDER BY m.due_at DESC, m.id DESC
    LIMIT ${filter.countMax}
  `.execute(trx);
  return rows;
}

/** Messages that did not reach anybody, the latest ended first. */
export async function listUnreachedRows(
  trx: Trx,
  tenantId: string,
  { after, countMax }: Pick<MessageFilter, "after" | "countMax">,
): Promise<MessageRow[]> {
  const [afterEnd, afterId] = after ?? [null, null];
  const { rows } = await sql<MessageRow>`
    SELECT ${columns}
    FROM messages m
    WHERE m.tenant_id = ${tenantId} AND (m.status IN ('failed', 'unknown') OR m.receipt IN ('failed', 'expired'))
      AND (${afterEnd}::timestamptz IS NULL OR (m.ended_at, m.id) < (${afterEnd}::timestamptz, ${afterId}::uuid))
    ORDER BY m.ended_at DESC, m.id DESC
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** One message. */
export async function findMessageRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<MessageRow | undefined> {
  const { rows } = await sql<MessageRow>`
    SELECT ${columns} FROM messages m WHERE m.tenant_id = ${tenantId} AND m.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** One time a message was handed over. */
export interface AttemptRow {
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly reason: string | null;
  readonly code: string | null;
  readonly ended_at: Date;
  readonly duration_ms: number | null;
}

/** Attempts of a message, in their order. */
export async function listAttemptRows(
  trx: Trx,
  tenantId: string,
  messageId: string,
): Promise<AttemptRow[]> {
  const { rows } = await sql<AttemptRow>`
    SELECT a.attempt, a.outcome, a.reason, a.code, a.ended_at, a.duration_ms
    FROM message_attempts a
    WHERE a.tenant_id = ${tenantId} AND a.message_id = ${messageId}
    ORDER BY a.attempt
  `.execute(trx);
  return rows;
}

/** What a provider reported. */
export interface ReceiptRow {
  readonly state: ReceiptState;
  readonly code: string | null;
  readonly reported_at: Date;
}

/** Receipts of a message, in their order. */
export async function listReceiptRows(
  trx: Trx,
  tenantId: string,
  messageId: string,
): Promise<ReceiptRow[]> {
  const { rows } = await sql<ReceiptRow>`
    SELECT r.state, r.code, r.reported_at
    FROM message_receipts r
    WHERE r.tenant_id = ${tenantId} AND r.message_id = ${messageId}
    ORDER BY r.reported_at, r.id
  `.execute(trx);
  return rows;
}

/** Has a message that failed or got no answer sent again, while it is worth it; false when it is neither. */
export async function retryMessageRow(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE messages
    SET status = 'planned', end_reason = NULL, ended_at = NULL, next_at = clock_now(),
        not_after = greatest(not_after, clock_now() + interval '1 hour')
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status IN ('failed', 'unknown')
      AND recipient_encrypted IS NOT NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** What waits, and what has been spent today. */
export interface SendingRow {
  readonly due: number;
  readonly failed_today: number;
  readonly installation_paused_at: Date | null;
  readonly installation_paused_reason: string | null;
}

/** How the sending of an administration stands; counts are bounded at 10,000. */
export async function readSending(trx: Trx, tenantId: string): Promise<SendingRow> {
  const { rows } = await sql<SendingRow>`
    SELECT
      (SELECT count(*) FROM (
         SELECT FROM messages m
         WHERE m.tenant_id = ${tenantId} AND m.priority BETWEEN 0 AND 3 AND m.status = 'planned'
           AND m.next_at <= clock_now()
         LIMIT 10000) d) AS due,
      (SELECT count(*) FROM (
         SELECT FROM messages m
         WHERE m.tenant_id = ${tenantId} AND m.status IN ('failed', 'unknown')
           AND m.ended_at > clock_now() - interval '1 day'
         LIMIT 10000) f) AS failed_today,
      w.paused_at AS installation_paused_at, w.paused_reason AS installation_paused_reason
    FROM sending_switch w
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error("The switch of sending is missing");
  return row;
}

/** What SMS cost on a day. */
export async function findSpend(
  trx: Trx,
  tenantId: string,
  date: string,
): Promise<{ spent_micros: number; parts: number }> {
  const { rows } = await sql<{ spent_micros: number; parts: number }>`
    SELECT s.spent_micros, s.parts FROM message_spend s WHERE s.tenant_id = ${tenantId} AND s.on_date = ${date}
  `.execute(trx);
  return rows[0] ?? { spent_micros: 0, parts: 0 };
}

/** Tests planned within the last hour. */
export async function countRecentTests(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM messages m
    WHERE m.tenant_id = ${tenantId} AND m.subject_kind = 'test' AND m.due_at > clock_now() - interval '1 hour'
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { ReceiptState } from "../message-state.ts";

/** By what a receipt names its message. */
export interface ReceiptName {
  /** Id of ours, which is in the Message-ID and is the reference of an SMS. */
  readonly messageId: string | null;
  /** The provider's own, of SMS. */
  readonly providerReference: string | null;
}

/** A message that a receipt is about. */
export interface NamedMessage {
  readonly tenant_id: string;
  readonly id: string;
  readonly provider_reference: string | null;
}

/** Messages by our ids or by a provider's references, of all administrations. For the system's scope. */
export async function findNamedMessages(
  trx: Trx,
  names: readonly ReceiptName[],
): Promise<NamedMessage[]> {
  const ids = names.flatMap((name) => name.messageId ?? []);
  const references = names.flatMap((name) => name.providerReference ?? []);
  const { rows } = await sql<NamedMessage>`
    SELECT m.tenant_id, m.id, m.provider_reference
    FROM tenants t
    JOIN messages m ON m.tenant_id = t.id AND m.id = ANY (${ids}::uuid[])
    UNION
    SELECT m.tenant_id, m.id, m.provider_reference
    FROM messages m
    WHERE m.channel = 'sms' AND m.provider_reference = ANY (${references}::text[])
  `.execute(trx);
  return rows;
}

/** A receipt of a message that is known. */
export interface NewReceipt {
  readonly messageId: string;
  readonly state: ReceiptState;
  readonly code: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Keeps receipts that are not kept yet, in the order given; returns the messages they are of. */
export async function insertReceipts(
  trx: Trx,
  tenantId: string,
  receipts: readonly NewReceipt[],
): Promise<NewReceipt[]> {
  const rows = receipts.map(({ messageId, state, code, at }) => ({
    message_id: messageId,
    state,
    code,
    at_ms: at,
  }));
  const inserted = await sql<{
    message_id: string;
    state: ReceiptState;
    code: string | null;
    at: Date;
  }>`
    INSERT INTO message_receipts (tenant_id, message_id, state, code, reported_at)
    SELECT ${tenantId}, r.message_id, r.state, r.code, to_timestamp(r.at_ms / 1000.0)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      message_id uuid, state text, code text, at_ms bigint)
    ON CONFLICT ON CONSTRAINT message_receipts_are_kept_once DO NOTHING
    RETURNING message_id, state, code, reported_at AS at
  `.execute(trx);
  return inserted.rows.map((row) => ({
    messageId: row.message_id,
    state: row.state,
    code: row.code,
    at: row.at.getTime(),
  }));
}

/** What the receipts of a message come to. */
export interface Verdict {
  readonly messageId: string;
  readonly state: ReceiptState;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Writes what receipts come to: what has arrived stays so, whatever is reported later. A message whose attempt had no
 * answer is sent when it arrived, and has failed when it did not.
 */
export async function applyVerdicts(
  trx: Trx,
  tenantId: string,
  verdicts: readonly Verdict[],
): Promise<void> {
  const rows = verdicts.map(({ messageId, state, at }) => ({ id: messageId, state, at_ms: at }));
  await sql`
    UPDATE messages m
    SET receipt = r.state, receipt_at = to_timestamp(r.at_ms / 1000.0),
        status = CASE
          WHEN r.state = 'delivered' AND (m.status = 'unknown' OR m.status = 'planned' AND m.attempt > 0) THEN 'sent'
          WHEN r.state IN ('failed', 'expired') AND m.status = 'unknown' THEN 'failed'
          ELSE m.status END,
        end_reason = CASE
          WHEN r.state = 'delivered' AND m.status = 'unknown' THEN NULL
          WHEN r.state IN ('failed', 'expired') AND m.status = 'unknown' THEN 'bounced'
          ELSE m.end_reason END,
        ended_at = CASE
          WHEN r.state = 'delivered' AND m.status = 'planned' AND m.attempt > 0 THEN clock_now()
          ELSE m.ended_at END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, state text, at_ms bigint)
    WHERE m.tenant_id = ${tenantId} AND m.id = r.id AND m.receipt IS DISTINCT FROM 'delivered'
      AND (r.state <> 'delayed' OR m.receipt IS NULL OR m.receipt = 'delayed')
  `.execute(trx);
}

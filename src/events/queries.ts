import { sql } from "kysely";
import type { Trx } from "../db/database.ts";

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

/** Appends audit rows in the order given; the sealer chains them later. */
export async function insertAuditEvents(
  trx: Trx,
  tenantId: string,
  rows: readonly AuditRow[],
): Promise<void> {
  await sql`
    INSERT INTO audit_events
      (tenant_id, kind, subject_kind, subject_id, actor_kind, actor_id, reason, body, request_id)
    SELECT ${tenantId}, r.kind, r.subject_kind, r.subject_id, r.actor_kind, r.actor_id, r.reason, r.body, r.request_id
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      kind text, subject_kind text, subject_id uuid, actor_kind text, actor_id text, reason text, body jsonb,
      request_id text)
  `.execute(trx);
}

export interface OutboxRow {
  readonly id: string;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_version: number;
  readonly body: object;
}

export async function insertOutboxEvents(
  trx: Trx,
  tenantId: string,
  rows: readonly OutboxRow[],
): Promise<void> {
  await sql`
    INSERT INTO outbox_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, body)
    SELECT ${tenantId}, r.id, r.kind, r.subject_kind, r.subject_id, r.subject_version, r.body
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      id uuid, kind text, subject_kind text, subject_id uuid, subject_version integer, body jsonb)
  `.execute(trx);
}

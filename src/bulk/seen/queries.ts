import { sql } from "kysely";
import type { AppointmentStatus } from "../../appointments/appointment.ts";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { MessageStatus, ReceiptState } from "../../messages/message-state.ts";
import type { PhoneTaskOutcome, PhoneTaskStatus } from "../../messages/phone-tasks/phone-task.ts";
import type { BulkProgress, ItemOutcome } from "../operation.ts";

/** How far an operation is: a few hundred rows of parts. */
export async function readProgress(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<BulkProgress> {
  const { rows } = await sql<{
    told: number;
    recent: number;
    outcomes: Partial<Record<ItemOutcome, number>>;
  }>`
    WITH parts AS (
      SELECT p.status, p.outcomes, p.settled_at
      FROM bulk_operation_parts p
      WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId} AND p.status <> 'pending'
    )
    SELECT coalesce(sum(cardinality(outcomes)) FILTER (WHERE status = 'told'), 0)::int AS told,
      coalesce(sum(cardinality(outcomes)) FILTER (WHERE settled_at > clock_now() - interval '10 seconds'), 0)::int AS recent,
      (SELECT coalesce(jsonb_object_agg(g.outcome, g.count), '{}')
       FROM (SELECT o AS outcome, count(*) AS count FROM parts, unnest(outcomes) AS o GROUP BY o) g) AS outcomes
    FROM parts
  `.execute(trx);
  const { told = 0, recent = 0, outcomes = {} } = rows[0] ?? {};
  const { done = 0, ...left } = outcomes;
  const settled = Object.values(left).reduce((sum, count) => sum + count, done);
  return { settled, done, left, told, recent };
}

/** An item with its appointment as it is now, and what its people were told. */
export interface ItemRow {
  readonly number: number;
  readonly place: number;
  readonly appointment_id: string;
  readonly version: number;
  /** Null while it is not its turn. */
  readonly outcome: ItemOutcome | null;
  readonly reference: string;
  readonly site_id: string;
  readonly site_code: string;
  readonly time_zone: string;
  readonly starts_at: Date;
  readonly status: AppointmentStatus;
  readonly language: Language;
  readonly has_email: boolean;
  readonly has_phone: boolean;
  readonly messages: readonly ItemMessage[];
  readonly call: ItemCall | null;
}

/** A message to a person of the operation. */
export interface ItemMessage {
  readonly channel: "email" | "sms";
  readonly status: MessageStatus;
  readonly end_reason: string | null;
  readonly receipt: ReceiptState | null;
}

/** A call to a person of the operation. */
export interface ItemCall {
  readonly status: PhoneTaskStatus;
  readonly outcome: PhoneTaskOutcome | null;
}

/** Which items are listed: with an outcome or all, after the one named, in the order of the operation. */
export interface ItemPage {
  readonly operationId: string;
  readonly outcome: ItemOutcome | "pending" | null;
  readonly after: readonly [number: number, place: number] | null;
  readonly countMax: number;
}

/** Items of an operation. */
export async function listItemRows(
  trx: Trx,
  tenantId: string,
  { operationId, outcome, after, countMax }: ItemPage,
): Promise<ItemRow[]> {
  const [number, place] = after ?? [-1, 0];
  const { rows } = await sql<ItemRow>`
    WITH page AS (
      SELECT p.number, i.place::int AS place, i.id, p.versions[i.place] AS version, p.outcomes[i.place] AS outcome
      FROM bulk_operation_parts p
      CROSS JOIN LATERAL unnest(p.appointment_ids) WITH ORDINALITY AS i (id, place)
      WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId} AND p.number >= ${number}
        AND (p.number, i.place) > (${number}::int, ${place}::bigint)
        AND (${outcome}::text IS NULL OR coalesce(p.outcomes[i.place], 'pending') = ${outcome})
      ORDER BY p.number, i.place
      LIMIT ${countMax}
    )
    SELECT g.number, g.place, g.id AS appointment_id, g.version, g.outcome, a.reference, a.site_id, st.code AS site_code,
      st.time_zone, a.starts_at, a.status, a.language, a.has_email, a.has_phone, m.messages, c.call
    FROM page g
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = g.id
    JOIN sites st ON st.tenant_id = ${tenantId} AND st.id = a.site_id
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('channel', m.channel, 'status', m.status, 'end_reason', m.end_reason,
        'receipt', m.receipt) ORDER BY m.channel), '[]') AS messages
      FROM messages m
      WHERE m.tenant_id = ${tenantId} AND m.subject_id = g.id AND m.channel <> 'webhook'
        AND m.facts ->> 'operation_id' = ${operationId}) m
    LEFT JOIN LATERAL (
      SELECT jsonb_build_object('status', t.status, 'outcome', t.outcome) AS call
      FROM phone_tasks t
      WHERE t.tenant_id = ${tenantId} AND t.appointment_id = g.id AND t.facts ->> 'operation_id' = ${operationId}
      ORDER BY t.id DESC
      LIMIT 1) c ON true
    ORDER BY g.number, g.place
  `.execute(trx);
  return rows;
}

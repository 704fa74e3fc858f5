import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { MessageKind } from "../message-state.ts";
import type { PhoneTaskCause, PlannedPhoneTask } from "./phone-task.ts";

/** Writes calls to be made about appointments; one that is known already stays. Returns how many are new. */
export async function insertPhoneTasks(
  trx: Trx,
  tenantId: string,
  tasks: readonly PlannedPhoneTask[],
): Promise<number> {
  if (tasks.length === 0) return 0;
  const rows = tasks.map((task) => ({
    id: task.id,
    appointment_id: task.appointmentId,
    kind: task.kind,
    cause: task.cause,
    version: task.version,
    facts: task.facts,
    next_ms: task.nextAt,
    not_after_ms: task.notAfter,
  }));
  const { numAffectedRows } = await sql`
    INSERT INTO phone_tasks
      (tenant_id, id, appointment_id, kind, cause, subject_version, facts, visit_at, next_at, not_after)
    SELECT ${tenantId}, r.id, r.appointment_id, r.kind, r.cause, r.version, r.facts, a.starts_at,
      to_timestamp(r.next_ms / 1000.0), to_timestamp(r.not_after_ms / 1000.0)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (
      id uuid, appointment_id uuid, kind text, cause text, version integer, facts jsonb, next_ms bigint,
      not_after_ms bigint)
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = r.appointment_id
    ON CONFLICT ON CONSTRAINT phone_tasks_are_planned_once DO NOTHING
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** A message that did not get through, and the id of the call that is made instead. */
export interface UnsentMessage {
  readonly messageId: string;
  readonly taskId: string;
  readonly cause: PhoneTaskCause;
}

/**
 * Has the citizens called whom required messages did not reach, unless the visit is over, or the message was a test or
 * for training, or another channel still may. One call per kind and version, though two channels failed.
 */
export async function insertTasksForUnsent(
  trx: Trx,
  tenantId: string,
  {
    unsent,
    kinds,
  }: { readonly unsent: readonly UnsentMessage[]; readonly kinds: readonly MessageKind[] },
): Promise<number> {
  if (unsent.length === 0) return 0;
  const { numAffectedRows } = await sql`
    INSERT INTO phone_tasks
      (tenant_id, id, appointment_id, kind, cause, message_id, subject_version, facts, visit_at, next_at, not_after)
    SELECT ${tenantId}, r.task_id, m.appointment_id, m.kind, r.cause, m.id, m.subject_version, m.facts, a.starts_at,
      clock_now(), greatest(a.starts_at, clock_now())
    FROM unnest(
      ${unsent.map((one) => one.messageId)}::uuid[],
      ${unsent.map((one) => one.taskId)}::uuid[],
      ${unsent.map((one) => one.cause)}::text[]) AS r (message_id, task_id, cause)
    JOIN messages m ON m.tenant_id = ${tenantId} AND m.id = r.message_id
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = m.appointment_id
    WHERE m.kind = ANY (${kinds}::text[]) AND m.channel <> 'webhook' AND NOT m.is_training AND a.starts_at > clock_now()
      AND (a.status = 'booked' OR m.kind IN ('cancellation', 'released'))
      AND NOT EXISTS (
        SELECT FROM messages o
        WHERE o.tenant_id = ${tenantId} AND o.subject_id = m.subject_id AND o.kind = m.kind
          AND o.subject_version = m.subject_version AND o.id <> m.id AND o.channel <> 'webhook'
          AND o.status IN ('planned', 'leased', 'sent') AND o.receipt IS DISTINCT FROM 'failed')
    ORDER BY m.id
    ON CONFLICT ON CONSTRAINT phone_tasks_are_planned_once DO NOTHING
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Drops calls that would say what is no longer true. */
export async function dropTasks(
  trx: Trx,
  tenantId: string,
  {
    appointmentIds,
    kinds,
  }: { readonly appointmentIds: readonly string[]; readonly kinds: readonly MessageKind[] },
): Promise<number> {
  if (appointmentIds.length === 0) return 0;
  const { numAffectedRows } = await sql`
    UPDATE phone_tasks t
    SET status = 'dropped', leased_by = NULL, leased_until = NULL, ended_at = clock_now(), version = t.version + 1
    WHERE t.tenant_id = ${tenantId} AND t.appointment_id = ANY (${appointmentIds}::uuid[])
      AND t.kind = ANY (${kinds}::text[]) AND t.status IN ('open', 'leased')
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

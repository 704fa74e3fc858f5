import { type RawBuilder, sql } from "kysely";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { MessageKind } from "../message-state.ts";
import type { MessageFacts } from "../store/planned-message.ts";
import type {
  PhoneTaskCause,
  PhoneTaskOutcome,
  PhoneTaskStatus,
  PlannedPhoneTask,
} from "./phone-task.ts";

/** Writes calls to be made about appointments; one that is known already stays. Returns how many are new. */
export async function insertPhoneTasks(
  trx: Trx,
  tenantId: string,
  tasks: readonly PlannedPhoneTask[],
): Promise<number> {
  if (tasks.length === 0) return 0;
  const { numAffectedRows } = await phoneTasksInsert(tenantId, tasks).execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** The same as a part of `writeTogether`. */
export function phoneTasksInsert(
  tenantId: string,
  tasks: readonly PlannedPhoneTask[],
): RawBuilder<unknown> {
  const rows = tasks.map((task) => ({
    id: task.id,
    appointment_id: task.appointmentId,
    kind: task.kind,
    cause: task.cause,
    version: task.version,
    facts: task.facts,
    visit_ms: task.visitAt,
    next_ms: task.nextAt,
    not_after_ms: task.notAfter,
  }));
  return sql`
    INSERT INTO phone_tasks
      (tenant_id, id, appointment_id, kind, cause, subject_version, facts, visit_at, next_at, not_after,
       created_at)
    SELECT ${tenantId}::uuid, r.id, r.appointment_id, r.kind, r.cause, r.version, r.facts,
      to_timestamp(r.visit_ms / 1000.0), to_timestamp(r.next_ms / 1000.0), to_timestamp(r.not_after_ms / 1000.0),
      (SELECT clock_now())
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      id uuid, appointment_id uuid, kind text, cause text, version integer, facts jsonb, visit_ms bigint,
      next_ms bigint, not_after_ms bigint)
    ON CONFLICT ON CONSTRAINT phone_tasks_are_planned_once DO NOTHING`;
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

/** A call as staff see it. */
export interface TaskRow {
  readonly id: string;
  readonly appointment_id: string;
  readonly reference: string;
  readonly language: Language;
  readonly kind: MessageKind;
  readonly cause: PhoneTaskCause;
  readonly facts: MessageFacts;
  readonly visit_at: Date;
  readonly next_at: Date;
  readonly not_after: Date;
  readonly status: PhoneTaskStatus;
  readonly calls: number;
  readonly leased_by: string | null;
  readonly leased_until: Date | null;
  readonly outcome: PhoneTaskOutcome | null;
  readonly ended_at: Date | null;
  readonly version: number;
  readonly created_at: Date;
  /** Whether it cannot wait: what it is about happens now. */
  readonly is_urgent: boolean;
  /** Whether nobody has it and it is time. */
  readonly is_free: boolean;
  /** IANA zone of the site. */
  readonly time_zone: string;
}

/** Whether a call cannot wait: what it is about happens now. */
const isUrgent = sql`(t.kind = 'urgent_notice' OR coalesce(t.facts ->> 'is_urgent' = 'true', false))`;

/** Nobody has it, or whoever had it is gone; and it is time. */
const isFree = sql`(
  t.not_after > clock_now() AND t.next_at <= clock_now()
  AND (t.status = 'open' OR t.status = 'leased' AND t.leased_until <= clock_now()))`;

const taskColumns = sql`
  t.id, t.appointment_id, a.reference, a.language, t.kind, t.cause, t.facts, t.visit_at, t.next_at, t.not_after, t.status,
  t.calls, t.leased_by, t.leased_until, t.outcome, t.ended_at, t.version, t.created_at,
  ${isUrgent} AS is_urgent, ${isFree} AS is_free,
  (SELECT s.time_zone FROM sites s WHERE s.tenant_id = t.tenant_id AND s.id = a.site_id) AS time_zone`;

/** Sort key of the last one of the page before, and how many are wanted. */
export interface TaskPage {
  readonly after: readonly [at: string, id: string] | null;
  readonly countMax: number;
  /** Only those of an operation over many appointments. */
  readonly operationId?: string | undefined;
}

function ofOperation(operationId: string | undefined) {
  return sql`(${operationId ?? null}::text IS NULL OR t.facts ->> 'operation_id' = ${operationId ?? null})`;
}

/** Calls to be made now: urgent ones, then those about the next visits. */
export async function listTasksToDo(
  trx: Trx,
  tenantId: string,
  {
    after,
    countMax,
    operationId,
  }: Omit<TaskPage, "after"> & {
    readonly after: readonly [isUrgent: boolean, at: string, id: string] | null;
  },
): Promise<TaskRow[]> {
  const [afterUrgent, afterVisit, afterId] = after ?? [null, null, null];
  const { rows } = await sql<TaskRow>`
    SELECT ${taskColumns}
    FROM phone_tasks t
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = t.appointment_id
    WHERE t.tenant_id = ${tenantId} AND t.status IN ('open', 'leased') AND t.next_at <= clock_now()
      AND t.not_after > clock_now() AND ${ofOperation(operationId)}
      AND (${afterVisit}::timestamptz IS NULL
        OR (NOT ${isUrgent}, t.visit_at, t.id) > (NOT ${afterUrgent}::boolean, ${afterVisit}::timestamptz, ${afterId}::uuid))
    ORDER BY NOT ${isUrgent}, t.visit_at, t.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** A call as it stands in the order of the list. */
export type TaskPlace = Pick<TaskRow, "id" | "visit_at" | "is_urgent">;

/** The first call that nobody has; undefined when there is none. Takes nothing. */
export async function peekTask(
  trx: Trx,
  tenantId: string,
  operationId: string | undefined,
): Promise<TaskPlace | undefined> {
  const { rows } = await sql<TaskPlace>`
    SELECT t.id, t.visit_at, ${isUrgent} AS is_urgent
    FROM phone_tasks t
    WHERE t.tenant_id = ${tenantId} AND ${isFree} AND ${ofOperation(operationId)}
    ORDER BY NOT ${isUrgent}, t.visit_at, t.id
    LIMIT 1
  `.execute(trx);
  return rows[0];
}

/**
 * Gives an operator the first call that nobody has, for some minutes; undefined when there is none. Materialized, because
 * a subquery that is scanned again for each row locks another row each time.
 */
export async function claimNextTask(
  trx: Trx,
  tenantId: string,
  lease: {
    readonly operatorId: string;
    readonly minutes: number;
    readonly operationId: string | undefined;
  },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    WITH first AS MATERIALIZED (
      SELECT t.id FROM phone_tasks t
      WHERE t.tenant_id = ${tenantId} AND ${isFree} AND ${ofOperation(lease.operationId)}
      ORDER BY NOT ${isUrgent}, t.visit_at, t.id
      LIMIT 1
      FOR UPDATE SKIP LOCKED)
    UPDATE phone_tasks n
    SET status = 'leased', leased_by = ${lease.operatorId},
        leased_until = clock_now() + make_interval(mins => ${lease.minutes}), version = n.version + 1
    FROM first
    WHERE n.tenant_id = ${tenantId} AND n.id = first.id
    RETURNING n.id
  `.execute(trx);
  return rows[0]?.id;
}

/** Whether an operator has a call at this moment. */
export async function hasTask(
  trx: Trx,
  tenantId: string,
  { id, operatorId }: { readonly id: string; readonly operatorId: string },
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM phone_tasks
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'leased' AND leased_by = ${operatorId}
      AND leased_until > clock_now()
  `.execute(trx);
  return rows.length > 0;
}

/** Calls to be made now, those of an operation or (null) of none. */
export interface TaskCount {
  readonly operation_id: string | null;
  readonly kind: "cancel" | "move" | "notify" | null;
  readonly started_at: Date | null;
  readonly calls: number;
}

/** How many calls are to be made now, by the operation that causes them, the latest operation first. */
export async function countTasksToDo(trx: Trx, tenantId: string): Promise<TaskCount[]> {
  const { rows } = await sql<TaskCount>`
    SELECT o.id AS operation_id, o.kind, o.started_at, c.calls
    FROM (
      SELECT t.facts ->> 'operation_id' AS operation_id, count(*)::integer AS calls
      FROM phone_tasks t
      WHERE t.tenant_id = ${tenantId} AND t.status IN ('open', 'leased') AND t.next_at <= clock_now()
        AND t.not_after > clock_now()
      GROUP BY 1) c
    LEFT JOIN bulk_operations o ON o.tenant_id = ${tenantId} AND o.id::text = c.operation_id
    ORDER BY o.started_at DESC NULLS LAST, o.id
  `.execute(trx);
  return rows;
}

/** Calls that are over, the latest first. */
export async function listEndedTasks(
  trx: Trx,
  tenantId: string,
  { after, countMax, operationId }: TaskPage,
): Promise<TaskRow[]> {
  const [afterEnd, afterId] = after ?? [null, null];
  const { rows } = await sql<TaskRow>`
    SELECT ${taskColumns}
    FROM phone_tasks t
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = t.appointment_id
    WHERE t.tenant_id = ${tenantId} AND t.status IN ('done', 'dropped') AND ${ofOperation(operationId)}
      AND (${afterEnd}::timestamptz IS NULL OR (t.ended_at, t.id) < (${afterEnd}::timestamptz, ${afterId}::uuid))
    ORDER BY t.ended_at DESC, t.id DESC
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** One call. */
export async function findTask(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<TaskRow | undefined> {
  const { rows } = await sql<TaskRow>`
    SELECT ${taskColumns}
    FROM phone_tasks t
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = t.appointment_id
    WHERE t.tenant_id = ${tenantId} AND t.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Gives a call to an operator for some minutes; false when somebody else has it or it is over. */
export async function leaseTask(
  trx: Trx,
  tenantId: string,
  lease: { readonly id: string; readonly operatorId: string; readonly minutes: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE phone_tasks
    SET status = 'leased', leased_by = ${lease.operatorId},
        leased_until = clock_now() + make_interval(mins => ${lease.minutes}), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${lease.id} AND not_after > clock_now()
      AND (status = 'open' OR status = 'leased' AND (leased_by = ${lease.operatorId} OR leased_until <= clock_now()))
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** What an operator made of a call: it is over, or (no outcome) open again from an instant on. */
export interface TaskResult {
  readonly id: string;
  readonly operatorId: string;
  readonly outcome: PhoneTaskOutcome | null;
  readonly isCalled: boolean;
  /** Minutes until it is to be tried again. */
  readonly againInMinutes: number;
  /** When it is to be tried again instead (epoch ms). */
  readonly againAt?: number | undefined;
}

/** Ends an operator's call, or gives it back; false when the operator no longer has it. */
export async function settleTask(trx: Trx, tenantId: string, result: TaskResult): Promise<boolean> {
  const { outcome } = result;
  const { numAffectedRows } = await sql`
    UPDATE phone_tasks
    SET status = CASE WHEN ${outcome}::text IS NULL THEN 'open' ELSE 'done' END, outcome = ${outcome},
        ended_at = CASE WHEN ${outcome}::text IS NULL THEN NULL ELSE clock_now() END,
        calls = calls + CASE WHEN ${result.isCalled} THEN 1 ELSE 0 END,
        next_at = coalesce(
          to_timestamp(${result.againAt ?? null}::double precision / 1000), clock_now() + make_interval(mins => ${result.againInMinutes})),
        leased_by = NULL, leased_until = NULL, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${result.id} AND status = 'leased' AND leased_by = ${result.operatorId}
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Drops calls that are too late to be made; returns how many. */
export async function dropLateTasks(trx: Trx, tenantId: string, countMax: number): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE phone_tasks t
    SET status = 'dropped', ended_at = clock_now(), leased_by = NULL, leased_until = NULL, version = t.version + 1
    FROM (
      SELECT id FROM phone_tasks
      WHERE tenant_id = ${tenantId} AND status IN ('open', 'leased') AND not_after <= clock_now()
      ORDER BY id
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED) late
    WHERE t.tenant_id = ${tenantId} AND t.id = late.id AND t.status IN ('open', 'leased')
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

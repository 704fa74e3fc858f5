import { sql } from "kysely";
import type { PageStart } from "../../catalog/pages.ts";
import type { LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { WantedInventory } from "../../slots/inventory/wanted-slots.ts";
import type { Effect, Outcome, Part, ProposalStatus, ProposedChange } from "./proposal.ts";
import type { OutcomeOf } from "./turn-part.ts";

/** A proposal as it is kept. */
export interface ProposalRow {
  readonly id: string;
  readonly status: ProposalStatus;
  /** As `proposedChanges` of the schema wrote them. */
  readonly changes: unknown;
  readonly resource_ids: string[];
  readonly rules_digest: Buffer;
  readonly snapshot: Buffer;
  readonly effect: Effect;
  readonly parts: Part[];
  readonly parts_done: number;
  readonly version: number;
  readonly created_at: Date;
  readonly computed_at: Date;
  readonly expires_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  /** Whether it can no longer be applied because it is too old. */
  readonly is_late: boolean;
}

const columns = sql.raw(`
  p.id, p.status, p.changes, p.resource_ids, p.rules_digest, p.snapshot, p.effect, p.parts, p.parts_done, p.version,
  p.created_at, p.computed_at, p.expires_at, p.started_at, p.ended_at,
  p.status = 'computed' AND p.expires_at <= clock_now() AS is_late`);

/** What a computation found. */
export interface ComputedRow {
  readonly resourceIds: readonly string[];
  readonly rulesDigest: Buffer;
  readonly snapshot: Buffer;
  readonly effect: Effect;
  readonly outcomes: readonly OutcomeOf[];
}

/** Adds a proposal with what it would do. */
export async function insertProposal(
  trx: Trx,
  tenantId: string,
  {
    id,
    changes,
    computed,
    hoursMax,
  }: {
    id: string;
    changes: readonly ProposedChange[];
    computed: ComputedRow;
    hoursMax: number;
  },
): Promise<void> {
  await sql`
    INSERT INTO schedule_proposals
      (tenant_id, id, changes, resource_ids, rules_digest, snapshot, effect, expires_at)
    VALUES (${tenantId}, ${id}, ${JSON.stringify(changes)}, ${computed.resourceIds}::uuid[], ${computed.rulesDigest},
      ${computed.snapshot}, ${JSON.stringify(computed.effect)}, clock_now() + ${hoursMax}::int * interval '1 hour')
  `.execute(trx);
  await insertOutcomes(trx, tenantId, { id, outcomes: computed.outcomes });
}

/** Replaces what an open proposal would do; false when it is no longer open. */
export async function replaceComputed(
  trx: Trx,
  tenantId: string,
  { id, computed, hoursMax }: { id: string; computed: ComputedRow; hoursMax: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE schedule_proposals
    SET resource_ids = ${computed.resourceIds}::uuid[], rules_digest = ${computed.rulesDigest},
        snapshot = ${computed.snapshot}, effect = ${JSON.stringify(computed.effect)}, version = version + 1,
        computed_at = clock_now(), expires_at = clock_now() + ${hoursMax}::int * interval '1 hour'
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'computed'
  `.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await sql`
    DELETE FROM proposal_outcomes WHERE tenant_id = ${tenantId} AND proposal_id = ${id}
  `.execute(trx);
  await insertOutcomes(trx, tenantId, { id, outcomes: computed.outcomes });
  return true;
}

async function insertOutcomes(
  trx: Trx,
  tenantId: string,
  { id, outcomes }: { id: string; outcomes: readonly OutcomeOf[] },
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`
    INSERT INTO proposal_outcomes (tenant_id, proposal_id, appointment_id, outcome, starts_at)
    SELECT ${tenantId}, ${id}, a.id, o.outcome, a.starts_at
    FROM unnest(
      ${outcomes.map((one) => one.appointmentId)}::uuid[],
      ${outcomes.map((one) => one.outcome)}::text[]) AS o (id, outcome)
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = o.id
  `.execute(trx);
}

/** One proposal. */
export async function findProposalRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<ProposalRow | undefined> {
  const { rows } = await sql<ProposalRow>`
    SELECT ${columns} FROM schedule_proposals p WHERE p.tenant_id = ${tenantId} AND p.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Locks one proposal until the transaction ends. */
export async function lockProposalRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<ProposalRow | undefined> {
  const { rows } = await sql<ProposalRow>`
    SELECT ${columns} FROM schedule_proposals p WHERE p.tenant_id = ${tenantId} AND p.id = ${id} FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Proposals, the newest first; `after` is the id of the last one before. */
export async function listProposalRows(
  trx: Trx,
  tenantId: string,
  { status, start }: { status: ProposalStatus | undefined; start: PageStart },
): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`
    SELECT ${columns} FROM schedule_proposals p
    WHERE p.tenant_id = ${tenantId} AND (${status ?? null}::text IS NULL OR p.status = ${status ?? null})
      AND (${start.after} = '' OR p.id::text < ${start.after})
    ORDER BY p.id DESC
    LIMIT ${start.countMax}
  `.execute(trx);
  return rows;
}

/** Begins or ends the applying of a locked proposal. */
export async function markApplied(
  trx: Trx,
  tenantId: string,
  {
    id,
    status,
    parts = [],
  }: { id: string; status: "applying" | "applied"; parts?: readonly Part[] },
): Promise<void> {
  await sql`
    UPDATE schedule_proposals
    SET status = ${status}, version = version + 1, started_at = coalesce(started_at, clock_now()),
        ended_at = CASE WHEN ${status} = 'applied' THEN clock_now() END,
        parts = CASE WHEN ${status} = 'applying' THEN ${JSON.stringify(parts)}::jsonb ELSE parts END
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status IN ('computed', 'applying')
  `.execute(trx);
}

/** Notes that the next part of a locked proposal is done. */
export async function notePartDone(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE schedule_proposals SET parts_done = parts_done + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'applying'
  `.execute(trx);
}

/** Drops an open proposal; false when it is not open. */
export async function dropProposalRow(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE schedule_proposals SET status = 'dropped', version = version + 1, ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'computed'
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Ends open proposals that are too old, and deletes those that ended 90 days ago, at most so many each. */
export async function tidyProposalRows(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<void> {
  await sql`
    UPDATE schedule_proposals SET status = 'expired', version = version + 1, ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND status = 'computed' AND id IN (
      SELECT p.id FROM schedule_proposals p
      WHERE p.tenant_id = ${tenantId} AND p.status = 'computed' AND p.expires_at <= clock_now()
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED)
  `.execute(trx);
  await sql`
    DELETE FROM schedule_proposals
    WHERE tenant_id = ${tenantId} AND id IN (
      SELECT p.id FROM schedule_proposals p
      WHERE p.tenant_id = ${tenantId} AND p.ended_at < clock_now() - interval '90 days'
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED)
  `.execute(trx);
}

/** Proposals whose applying has begun and not ended. */
export async function listApplyingIds(trx: Trx, tenantId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM schedule_proposals WHERE tenant_id = ${tenantId} AND status = 'applying' ORDER BY id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** What was shown of each appointment. */
export async function listOutcomes(
  trx: Trx,
  tenantId: string,
  proposalId: string,
): Promise<OutcomeOf[]> {
  const { rows } = await sql<{ appointment_id: string; outcome: Outcome }>`
    SELECT appointment_id, outcome FROM proposal_outcomes
    WHERE tenant_id = ${tenantId} AND proposal_id = ${proposalId}
  `.execute(trx);
  return rows.map((row) => ({ appointmentId: row.appointment_id, outcome: row.outcome }));
}

/** Which of the appointments are booked and have no place. */
export async function listStillInConflict(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM appointments
    WHERE tenant_id = ${tenantId} AND id = ANY (${appointmentIds}::uuid[]) AND status = 'booked'
      AND support = 'conflict'
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** An appointment that a proposal concerns, without contact data. */
export interface ConcernedRow {
  readonly id: string;
  readonly outcome: Outcome;
  readonly reference: string;
  readonly site_id: string;
  readonly site_code: string;
  readonly site_name: LocalizedText;
  readonly time_zone: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly party_size: number;
  readonly has_email: boolean;
  readonly has_phone: boolean;
  readonly service_ids: string[];
}

/** Which appointments of a proposal are listed, after which one. */
export interface ConcernedFilter {
  readonly proposalId: string;
  readonly outcome: Outcome | undefined;
  readonly hasContact: boolean | undefined;
  readonly after: { readonly startsAt: string; readonly id: string } | null;
  readonly countMax: number;
}

/** Appointments that a proposal concerns, by start; those that were cancelled or closed since are left out. */
export async function listConcernedRows(
  trx: Trx,
  tenantId: string,
  { proposalId, outcome, hasContact, after, countMax }: ConcernedFilter,
): Promise<ConcernedRow[]> {
  const { rows } = await sql<ConcernedRow>`
    SELECT a.id, o.outcome, a.reference, a.site_id, i.code AS site_code, i.name AS site_name, i.time_zone, a.starts_at,
           a.ends_at, a.party_size, a.has_email, a.has_phone, l.service_ids
    FROM proposal_outcomes o
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = o.appointment_id AND a.status = 'booked'
    JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = a.site_id
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(g.service_id ORDER BY g.leg), '{}') AS service_ids
      FROM appointment_legs g
      WHERE g.tenant_id = ${tenantId} AND g.appointment_id = a.id) l
    WHERE o.tenant_id = ${tenantId} AND o.proposal_id = ${proposalId}
      AND (${outcome ?? null}::text IS NULL OR o.outcome = ${outcome ?? null})
      AND (${hasContact ?? null}::boolean IS NULL OR (a.has_email OR a.has_phone) = ${hasContact ?? null})
      AND (${after === null}
        OR (o.starts_at, o.appointment_id) > (${after?.startsAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY o.starts_at, o.appointment_id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** How many slots resources have on which of their dates, from now on. */
export async function countSlotsByDay(
  trx: Trx,
  tenantId: string,
  windows: readonly { readonly resourceId: string; readonly from: string; readonly to: string }[],
): Promise<{ resource_id: string; local_date: string; count: number }[]> {
  const { rows } = await sql<{ resource_id: string; local_date: string; count: number }>`
    SELECT s.resource_id, s.local_date, count(*)::int AS count
    FROM unnest(
      ${windows.map((one) => one.resourceId)}::uuid[], ${windows.map((one) => one.from)}::date[],
      ${windows.map((one) => one.to)}::date[]) AS w (resource_id, from_date, to_date)
    JOIN slots s ON s.tenant_id = ${tenantId} AND s.resource_id = w.resource_id
      AND s.resource_id = ANY (${windows.map((one) => one.resourceId)}::uuid[])
      AND s.local_date BETWEEN w.from_date AND w.to_date
    WHERE s.starts_at > clock_now()
    GROUP BY s.resource_id, s.local_date
  `.execute(trx);
  return rows;
}

/** The site of each resource. */
export async function listSitesOfResources(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; site_id: string }>`
    SELECT id, site_id FROM resources WHERE tenant_id = ${tenantId} AND id = ANY (${resourceIds}::uuid[])
  `.execute(trx);
  return new Map(rows.map((row) => [row.id, row.site_id]));
}

/** A slot that can be booked; the start in epoch ms, the date by the site's calendar. */
export interface BookableSlot {
  readonly resourceId: string;
  readonly startsAt: number;
  readonly date: string;
  readonly capacity: number;
}

/** Slots in the windows that have not begun and can be booked as far as they have room. */
export async function listBookableSlots(
  trx: Trx,
  tenantId: string,
  windows: readonly Omit<WantedInventory, "slots">[],
): Promise<BookableSlot[]> {
  const { rows } = await sql<{
    resource_id: string;
    starts_ms: number;
    local_date: string;
    capacity: number;
  }>`
    SELECT s.resource_id, extract(epoch FROM s.starts_at)::float8 * 1000 AS starts_ms, s.local_date, s.capacity
    FROM unnest(
      ${windows.map((one) => one.resourceId)}::uuid[], ${windows.map((one) => one.from)}::float8[],
      ${windows.map((one) => one.to)}::float8[]) AS w (resource_id, from_ms, to_ms)
    JOIN slots s ON s.tenant_id = ${tenantId} AND s.resource_id = w.resource_id
      AND s.resource_id = ANY (${windows.map((one) => one.resourceId)}::uuid[])
      AND s.starts_at >= to_timestamp(w.from_ms / 1000) AND s.starts_at < to_timestamp(w.to_ms / 1000)
    WHERE s.starts_at > clock_now() AND s.mode = 'bookable' AND s.capacity > 0
  `.execute(trx);
  return rows.map((row) => ({
    resourceId: row.resource_id,
    startsAt: row.starts_ms,
    date: row.local_date,
    capacity: row.capacity,
  }));
}

/** The day of appointments by their site's calendar, and whether they can be written to. */
export async function listConcerned(
  trx: Trx,
  tenantId: string,
  appointmentIds: readonly string[],
): Promise<Map<string, { date: string; hasContact: boolean }>> {
  const { rows } = await sql<{ id: string; local_date: string; has_contact: boolean }>`
    SELECT id, local_date, has_email OR has_phone AS has_contact FROM appointments
    WHERE tenant_id = ${tenantId} AND id = ANY (${appointmentIds}::uuid[])
  `.execute(trx);
  return new Map(
    rows.map((row) => [row.id, { date: row.local_date, hasContact: row.has_contact }]),
  );
}

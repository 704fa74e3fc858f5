import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Language } from "../../context.ts";
import type { CallOutcome } from "../offers/offer.ts";

/** Whether somebody is to be called about an offer now: by telephone, or because the message did not arrive. */
export const isToCall = sql`(
  o.status = 'offered' AND p.answer_by > clock_now() AND o.next_call_at <= clock_now()
  AND o.call_outcome IS DISTINCT FROM 'reached' AND o.call_outcome IS DISTINCT FROM 'left_message'
  AND (o.way = 'phone' OR EXISTS (
    SELECT FROM messages m
    WHERE m.tenant_id = o.tenant_id AND m.subject_id = o.id
      AND (m.status IN ('failed', 'unknown') OR m.receipt IN ('failed', 'expired')))))`;

/** Whether no operator has the call about an offer. */
export const isFree = sql`(o.called_until IS NULL OR o.called_until <= clock_now())`;

/** A call about an offer, as the list of calls shows it. */
export interface OfferCallRow {
  readonly id: string;
  readonly language: Language;
  readonly starts_at: Date;
  readonly answer_by: Date;
  readonly time_zone: string;
  readonly calls: number;
  readonly called_by: string | null;
  readonly is_free: boolean;
}

/** Calls about offers to be made now, also those that an operator has; those that must be answered first come first. */
export async function listCallsToMake(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<OfferCallRow[]> {
  const { rows } = await sql<OfferCallRow>`
    SELECT o.id, e.language, p.starts_at, p.answer_by, s.time_zone, o.calls, o.called_by, ${isFree} AS is_free
    FROM waitlist_offers o
    JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
    JOIN waitlist_entries e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id
    JOIN sites s ON s.tenant_id = p.tenant_id AND s.id = p.site_id
    WHERE o.tenant_id = ${tenantId} AND ${isToCall}
    ORDER BY p.answer_by, o.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/**
 * Gives an operator the first call about an offer that nobody has; undefined when there is none. Materialized, because a
 * subquery that is scanned again for each row locks another row each time.
 */
export async function claimNextCall(
  trx: Trx,
  tenantId: string,
  lease: { readonly operatorId: string; readonly minutes: number },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    WITH first AS MATERIALIZED (
      SELECT o.id
      FROM waitlist_offers o
      JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
      WHERE o.tenant_id = ${tenantId} AND ${isToCall} AND ${isFree}
      ORDER BY p.answer_by, o.id
      LIMIT 1
      FOR UPDATE OF o SKIP LOCKED)
    UPDATE waitlist_offers n
    SET called_by = ${lease.operatorId}, called_until = clock_now() + make_interval(mins => ${lease.minutes}),
        version = n.version + 1
    FROM first
    WHERE n.tenant_id = ${tenantId} AND n.id = first.id
    RETURNING n.id
  `.execute(trx);
  return rows[0]?.id;
}

/** Whether an operator has the call about an open offer at this moment. */
export async function hasCall(
  trx: Trx,
  tenantId: string,
  { id, operatorId }: { readonly id: string; readonly operatorId: string },
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM waitlist_offers
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'offered' AND called_by = ${operatorId}
      AND called_until > clock_now()
  `.execute(trx);
  return rows.length > 0;
}

/** Gives a call about an open offer to an operator for some minutes; false when somebody else has it or it is over. */
export async function leaseCall(
  trx: Trx,
  tenantId: string,
  lease: { readonly id: string; readonly operatorId: string; readonly minutes: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_offers
    SET called_by = ${lease.operatorId}, called_until = clock_now() + make_interval(mins => ${lease.minutes}),
        version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${lease.id} AND status = 'offered'
      AND (called_until IS NULL OR called_until <= clock_now() OR called_by = ${lease.operatorId})
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Notes what came of an operator's call, or (no outcome) that it was not made; false when the operator no longer has it or the offer is over. */
export async function settleCall(
  trx: Trx,
  tenantId: string,
  call: {
    readonly id: string;
    readonly operatorId: string;
    readonly outcome: CallOutcome | null;
    readonly againInMinutes: number;
  },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_offers
    SET calls = calls + CASE WHEN ${call.outcome}::text IS NULL THEN 0 ELSE 1 END,
        call_outcome = coalesce(${call.outcome}, call_outcome), called_by = NULL, called_until = NULL,
        next_call_at = clock_now() + make_interval(mins => ${call.againInMinutes}), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${call.id} AND status = 'offered' AND called_by = ${call.operatorId}
      AND called_until > clock_now()
  `.execute(trx);
  return numAffectedRows === 1n;
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { CallOutcome } from "../offers/offer.ts";

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

/** Notes what came of an operator's call; false when the operator no longer has it or the offer is over. */
export async function settleCall(
  trx: Trx,
  tenantId: string,
  call: {
    readonly id: string;
    readonly operatorId: string;
    readonly outcome: CallOutcome;
    readonly againInMinutes: number;
  },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waitlist_offers
    SET calls = calls + 1, call_outcome = ${call.outcome}, called_by = NULL, called_until = NULL,
        next_call_at = clock_now() + make_interval(mins => ${call.againInMinutes}), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${call.id} AND status = 'offered' AND called_by = ${call.operatorId}
      AND called_until > clock_now()
  `.execute(trx);
  return numAffectedRows === 1n;
}

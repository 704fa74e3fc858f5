import type { Database } from "../db/database.ts";
import { findLastSeal, stateTail } from "./audit-queries.ts";

/** How far a tenant's audit is sealed. */
export interface AuditState {
  /** The newest seal, its hash in hexadecimal digits; null when nothing was sealed yet. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly unsealed: { readonly count: number; readonly oldest_age_seconds: number | null };
}

/**
 * States the head of a tenant's chain and what no seal protects yet. Whoever writes the head down outside the database
 * can prove later that the end of the chain was not cut off or written anew.
 */
export async function stateAudit(
  { db }: { readonly db: Database },
  tenantId: string,
  signal?: AbortSignal,
): Promise<AuditState> {
  return db.inTenant(
    tenantId,
    async (trx) => {
      const head = await findLastSeal(trx, tenantId);
      return {
        head: head === undefined ? null : { seq: head.seq, hash: head.hash.toString("hex") },
        unsealed: await stateTail(trx, tenantId),
      };
    },
    { isReadOnly: true, signal },
  );
}

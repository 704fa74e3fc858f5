import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** Which days are published to whom before others: dates on the wall clock of each site, both included. */
export interface EarlyAccessWish {
  /** The operation whose people come first. */
  readonly ownerId: string;
  readonly siteIds: readonly string[];
  readonly serviceIds: readonly string[];
  readonly from: string;
  readonly to: string;
  /** From then on everybody may book them. */
  readonly publicAt: Date;
}

/** Keeps days from everybody but those who were cancelled until an instant, at once; twice for one owner changes nothing. */
export async function insertEarlyAccess(
  trx: Trx,
  tenantId: string,
  wish: EarlyAccessWish,
): Promise<void> {
  await sql`
    INSERT INTO early_accesses (tenant_id, owner_id, service_id, site_id, starts_at, ends_at, public_at)
    SELECT ${tenantId}, ${wish.ownerId}, v.id, st.id, ${wish.from}::date::timestamp AT TIME ZONE st.time_zone,
      (${wish.to}::date + 1)::timestamp AT TIME ZONE st.time_zone, ${wish.publicAt}
    FROM sites st
    CROSS JOIN services v
    WHERE st.tenant_id = ${tenantId} AND st.id = ANY (${[...wish.siteIds]}::uuid[])
      AND v.tenant_id = ${tenantId} AND v.id = ANY (${[...wish.serviceIds]}::uuid[])
    ON CONFLICT DO NOTHING
  `.execute(trx);
}

/** Forgets what has been everybody's for a day; returns how many rows. */
export async function deletePastEarlyAccesses(trx: Trx, tenantId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM early_accesses
    WHERE tenant_id = ${tenantId} AND public_at < clock_now() - interval '1 day'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

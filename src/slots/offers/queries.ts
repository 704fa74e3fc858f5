import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** How many allocations of an owner have not expired by the database's clock. Stable once their slots are locked. */
export async function countOpenUnits(trx: Trx, tenantId: string, ownerId: string): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    SELECT count(*)::int AS open FROM allocations
    WHERE tenant_id = ${tenantId} AND owner_id = ${ownerId} AND expires_at > clock_now()
  `.execute(trx);
  return rows[0]?.open ?? 0;
}

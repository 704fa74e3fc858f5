import type { Deps, Tenant } from "../context.ts";
import { listTenantRows } from "./queries.ts";
import { tenantOf } from "./tenant.ts";

/** All administrations that are not retired, in the order they were made: for work that is done for each of them. */
export async function listTenants(
  { db }: Pick<Deps, "db">,
  signal?: AbortSignal,
): Promise<Tenant[]> {
  const rows = await db.inSystem((trx) => listTenantRows(trx), { isReadOnly: true, signal });
  return rows.map(tenantOf);
}

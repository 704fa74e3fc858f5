import { sql } from "kysely";
import type { TenantRow } from "../identity/queries.ts";
import type { Trx } from "../db/database.ts";

/** Which services are served at which sites, by what is in use. */
export async function listServedSites(
  trx: Trx,
  tenantId: string,
): Promise<{ service_id: string; site_id: string }[]> {
  const { rows } = await sql<{ service_id: string; site_id: string }>`
    SELECT DISTINCT rs.service_id, r.site_id
    FROM resource_services rs
    JOIN resources r ON r.tenant_id = rs.tenant_id AND r.id = rs.resource_id
    WHERE rs.tenant_id = ${tenantId} AND r.retired_at IS NULL
  `.execute(trx);
  return rows;
}

/** The administrations of this installation by name in addresses, at most 200. */
export async function listTenants(trx: Trx): Promise<TenantRow[]> {
  const { rows } = await sql<TenantRow>`
    SELECT id, slug, name, languages, default_language, time_zone, holiday_country, holiday_region,
           contact, is_training, version
    FROM tenants
    WHERE retired_at IS NULL
    ORDER BY slug
    LIMIT 200
  `.execute(trx);
  return rows;
}

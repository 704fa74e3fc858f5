import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Named } from "../id-or-code.ts";
import type { PageStart } from "../pages.ts";
import type { Site, SiteFacts } from "./site.ts";

const columns = sql.raw(`
  s.id, s.code, s.name, s.address, s.phone, s.directions, s.time_zone, s.holiday_country, s.holiday_region,
  s.version, s.retired_at IS NOT NULL AS is_retired`);

/** One site by id or code, retired ones included. */
export async function findSiteRow(
  trx: Trx,
  tenantId: string,
  name: Named,
): Promise<Site | undefined> {
  const { rows } = await sql<Site>`
    SELECT ${columns}
    FROM sites s
    WHERE s.tenant_id = ${tenantId} AND (s.id = ${name.id}::uuid OR s.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one site's row until the transaction ends. */
export async function lockSiteRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Site | undefined> {
  const { rows } = await sql<Site>`
    SELECT ${columns}
    FROM sites s
    WHERE s.tenant_id = ${tenantId} AND s.id = ${id}
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Sites by code, one more than asked for when there are more. */
export async function listSiteRows(
  trx: Trx,
  tenantId: string,
  page: PageStart & { readonly includesRetired: boolean },
): Promise<Site[]> {
  const { rows } = await sql<Site>`
    SELECT ${columns}
    FROM sites s
    WHERE s.tenant_id = ${tenantId} AND s.code > ${page.after}
      AND (${page.includesRetired} OR s.retired_at IS NULL)
    ORDER BY s.code
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Adds a site; false when its code is taken. */
export async function insertSite(
  trx: Trx,
  tenantId: string,
  site: SiteFacts & { readonly id: string; readonly code: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO sites
      (tenant_id, id, code, name, address, phone, directions, time_zone, holiday_country, holiday_region)
    SELECT ${tenantId}, r.id, r.code, r.name, r.address, r.phone, r.directions, r.time_zone, r.holiday_country,
      r.holiday_region
    FROM jsonb_populate_record(NULL::sites, ${JSON.stringify(site)}::jsonb) r
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes the facts of a locked site and raises its version. */
export async function updateSite(
  trx: Trx,
  tenantId: string,
  site: { readonly id: string; readonly facts: SiteFacts },
): Promise<void> {
  await sql`
    UPDATE sites s
    SET name = r.name, address = r.address, phone = r.phone, directions = r.directions, time_zone = r.time_zone,
      holiday_country = r.holiday_country, holiday_region = r.holiday_region,
      version = s.version + 1, updated_at = clock_now()
    FROM jsonb_populate_record(NULL::sites, ${JSON.stringify(site.facts)}::jsonb) r
    WHERE s.tenant_id = ${tenantId} AND s.id = ${site.id}
  `.execute(trx);
}

/** Retires a locked site. */
export async function retireSiteRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE sites
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

/** Codes of the resources that are not retired at a site, at most 10. */
export async function listResourceCodesOfSite(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT r.code
    FROM resources r
    WHERE r.tenant_id = ${tenantId} AND r.site_id = ${id} AND r.retired_at IS NULL
    ORDER BY r.code
    LIMIT 10
  `.execute(trx);
  return rows.map((row) => row.code);
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Named } from "../id-or-code.ts";
import type { PageStart } from "../pages.ts";
import type { Resource, ResourceFacts } from "./resource.ts";

const columns = sql.raw(`
  r.id, r.code, r.site_id, r.name, r.role, r.cell_minutes, r.is_choosable, r.version,
  r.retired_at IS NOT NULL AS is_retired,
  ARRAY(
    SELECT o.service_id::text
    FROM resource_services o
    WHERE o.tenant_id = r.tenant_id AND o.resource_id = r.id
    ORDER BY o.service_id::text COLLATE "C") AS service_ids`);

/** One resource by id or code, retired ones included. */
export async function findResourceRow(
  trx: Trx,
  tenantId: string,
  name: Named,
): Promise<Resource | undefined> {
  const { rows } = await sql<Resource>`
    SELECT ${columns}
    FROM resources r
    WHERE r.tenant_id = ${tenantId} AND (r.id = ${name.id}::uuid OR r.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one resource's row until the transaction ends. */
export async function lockResourceRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Resource | undefined> {
  const { rows } = await sql<Resource>`
    SELECT ${columns}
    FROM resources r
    WHERE r.tenant_id = ${tenantId} AND r.id = ${id}
    FOR UPDATE OF r
  `.execute(trx);
  return rows[0];
}

/** Resources by code, of one site when it is named. */
export async function listResourceRows(
  trx: Trx,
  tenantId: string,
  page: PageStart & { readonly siteId: string | null; readonly includesRetired: boolean },
): Promise<Resource[]> {
  const { rows } = await sql<Resource>`
    SELECT ${columns}
    FROM resources r
    WHERE r.tenant_id = ${tenantId} AND r.code > ${page.after}
      AND (${page.siteId}::uuid IS NULL OR r.site_id = ${page.siteId}::uuid)
      AND (${page.includesRetired} OR r.retired_at IS NULL)
    ORDER BY r.code
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Adds a resource; false when its code is taken. */
export async function insertResource(
  trx: Trx,
  tenantId: string,
  resource: Omit<Resource, "version" | "is_retired">,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO resources (tenant_id, id, site_id, code, name, role, cell_minutes, is_choosable)
    SELECT ${tenantId}, r.id, r.site_id, r.code, r.name, r.role, r.cell_minutes, r.is_choosable
    FROM jsonb_populate_record(NULL::resources, ${JSON.stringify(resource)}::jsonb) r
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes the facts of a locked resource, except its services, and raises its version. */
export async function updateResource(
  trx: Trx,
  tenantId: string,
  resource: { readonly id: string; readonly facts: ResourceFacts },
): Promise<void> {
  const { facts } = resource;
  await sql`
    UPDATE resources
    SET name = ${JSON.stringify(facts.name)}::jsonb, role = ${facts.role}, cell_minutes = ${facts.cell_minutes},
      is_choosable = ${facts.is_choosable}, version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${resource.id}
  `.execute(trx);
}

/** Makes exactly these services the ones the resource offers. */
export async function replaceResourceServices(
  trx: Trx,
  tenantId: string,
  resource: { readonly id: string; readonly serviceIds: readonly string[] },
): Promise<void> {
  await sql`
    DELETE FROM resource_services
    WHERE tenant_id = ${tenantId} AND resource_id = ${resource.id} AND service_id <> ALL (${resource.serviceIds}::uuid[])
  `.execute(trx);
  await sql`
    INSERT INTO resource_services (tenant_id, resource_id, service_id)
    SELECT ${tenantId}, ${resource.id}::uuid, service_id
    FROM unnest(${resource.serviceIds}::uuid[]) AS service_id
    ON CONFLICT DO NOTHING
  `.execute(trx);
}

/** Retires a locked resource. */
export async function retireResourceRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE resources
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

/** Locks a site that is not retired against being retired meanwhile; false when there is none. */
export async function lockLiveSite(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM sites s WHERE s.tenant_id = ${tenantId} AND s.id = ${id} AND s.retired_at IS NULL FOR SHARE
  `.execute(trx);
  return rows.length > 0;
}

/** Those of the ids that are no service, or a retired one. */
export async function listMissingServices(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT wanted.id
    FROM unnest(${ids}::uuid[]) AS wanted (id)
    WHERE NOT EXISTS (
      SELECT FROM services s WHERE s.tenant_id = ${tenantId} AND s.id = wanted.id AND s.retired_at IS NULL)
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Whether a slot of the resource that is not past is booked, held, offered or cooling down. */
export async function hasFutureAllocations(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT
    FROM slots s
    JOIN allocations a ON a.tenant_id = s.tenant_id AND a.slot_id = s.id
    WHERE s.tenant_id = ${tenantId} AND s.resource_id = ${id} AND s.ends_at > clock_now()
      AND (a.expires_at IS NULL OR a.expires_at > clock_now())
    LIMIT 1
  `.execute(trx);
  return rows.length > 0;
}

/** Codes of openings in force whose start step is no multiple of the cell length; at most 10. */
export async function listOpeningsOffGrid(
  trx: Trx,
  tenantId: string,
  grid: { readonly resourceId: string; readonly cellMinutes: number },
): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT o.code
    FROM openings o
    WHERE o.tenant_id = ${tenantId} AND o.resource_id = ${grid.resourceId} AND o.retired_at IS NULL
      AND o.start_step_minutes % ${grid.cellMinutes}::integer <> 0
    ORDER BY o.code
    LIMIT 10
  `.execute(trx);
  return rows.map((row) => row.code);
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Named } from "../id-or-code.ts";
import type { PageStart } from "../pages.ts";
import type { Service, ServiceFacts } from "./service.ts";

const columns = sql.raw(`
  s.id, s.code, s.name, s.description, s.noun, s.visibility, s.duration_minutes, s.extra_minutes_per_person,
  s.buffer_before_minutes, s.buffer_after_minutes, s.places_per_person, s.party_size_max, s.roles,
  s.leg_gap_max_minutes, s.notice_minutes, s.horizon_days, to_char(s.publication_time, 'HH24:MI') AS publication_time,
  s.publication_portions, s.cancel_limit_minutes, s.change_limit_minutes, s.hold_ttl_seconds, s.is_scarce,
  s.cool_down_seconds, s.valid_until_rules, s.eligibility_list_id, s.eligibility_field, s.fields, s.documents, s.fees,
  s.late_note, s.version, s.retired_at IS NOT NULL AS is_retired`);

/** One service by id or code, retired and hidden ones included. */
export async function findServiceRow(
  trx: Trx,
  tenantId: string,
  name: Named,
): Promise<Service | undefined> {
  const { rows } = await sql<Service>`
    SELECT ${columns}
    FROM services s
    WHERE s.tenant_id = ${tenantId} AND (s.id = ${name.id}::uuid OR s.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one service's row until the transaction ends. */
export async function lockServiceRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Service | undefined> {
  const { rows } = await sql<Service>`
    SELECT ${columns}
    FROM services s
    WHERE s.tenant_id = ${tenantId} AND s.id = ${id}
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Services by code; only those that citizens may find unless `includesAll`. */
export async function listServiceRows(
  trx: Trx,
  tenantId: string,
  page: PageStart & { readonly includesAll: boolean },
): Promise<Service[]> {
  const { rows } = await sql<Service>`
    SELECT ${columns}
    FROM services s
    WHERE s.tenant_id = ${tenantId} AND s.code > ${page.after}
      AND (${page.includesAll} OR (s.retired_at IS NULL AND s.visibility <> 'hidden'))
    ORDER BY s.code
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

const factColumns = `
  name, description, noun, visibility, duration_minutes, extra_minutes_per_person, buffer_before_minutes,
  buffer_after_minutes, places_per_person, party_size_max, roles, leg_gap_max_minutes, notice_minutes, horizon_days,
  publication_time, publication_portions, cancel_limit_minutes, change_limit_minutes, hold_ttl_seconds, is_scarce,
  cool_down_seconds, valid_until_rules, eligibility_list_id, eligibility_field, fields, documents, fees, late_note`;

/** Adds a service; false when its code is taken. */
export async function insertService(
  trx: Trx,
  tenantId: string,
  service: ServiceFacts & { readonly id: string; readonly code: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO services (tenant_id, id, code, ${sql.raw(factColumns)})
    SELECT ${tenantId}, id, code, ${sql.raw(factColumns)}
    FROM jsonb_populate_record(NULL::services, ${JSON.stringify(service)}::jsonb)
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes the facts of a locked service and raises its version. */
export async function updateService(
  trx: Trx,
  tenantId: string,
  service: { readonly id: string; readonly facts: ServiceFacts },
): Promise<void> {
  await sql`
    UPDATE services s
    SET (${sql.raw(factColumns)}, version, updated_at) = (
      SELECT ${sql.raw(factColumns)}, s.version + 1, clock_now()
      FROM jsonb_populate_record(NULL::services, ${JSON.stringify(service.facts)}::jsonb))
    WHERE s.tenant_id = ${tenantId} AND s.id = ${service.id}
  `.execute(trx);
}

/** Retires a locked service. */
export async function retireServiceRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE services
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

/** Fields whose answers the service's limits that are in force count by. */
export async function listLimitFieldsOfService(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<string[]> {
  const { rows } = await sql<{ field: string }>`
    SELECT DISTINCT substr(l.key_source, 7) AS field
    FROM service_limits l
    WHERE l.tenant_id = ${tenantId} AND l.service_id = ${id} AND l.retired_at IS NULL AND l.key_source LIKE 'field:%'
    ORDER BY field
  `.execute(trx);
  return rows.map((row) => row.field);
}

/** Whether the tenant has this eligibility list. */
export async function hasEligibilityList(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM eligibility_lists e WHERE e.tenant_id = ${tenantId} AND e.id = ${id}
  `.execute(trx);
  return rows.length > 0;
}

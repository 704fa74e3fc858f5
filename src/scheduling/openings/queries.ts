import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import type { PageStart } from "../../catalog/pages.ts";
import type { Trx } from "../../db/database.ts";
import type { CeilingFacts, Opening, OpeningFacts } from "./opening.ts";

const columns = sql.raw(`
  o.id, o.resource_id, o.code, o.kind, o.rrule, o.starts_on, o.ends_on,
  left(o.start_time::text, 5) AS start_time, left(o.end_time::text, 5) AS end_time,
  o.start_step_minutes, o.capacity, o.mode, o.runs_on_holidays, o.overrides_closures, o.version,
  o.retired_at IS NOT NULL AS is_retired,
  ARRAY(
    SELECT s.service_id FROM opening_services s
    WHERE s.tenant_id = o.tenant_id AND s.opening_id = o.id
    ORDER BY s.service_id) AS service_ids,
  coalesce((
    SELECT json_agg(json_build_object(
      'scope', c.scope, 'channel', c.channel, 'service_id', c.service_id, 'capacity', c.capacity,
      'lifted', CASE WHEN c.lifted_time IS NOT NULL THEN json_build_object(
        'days_before', c.lifted_days_before, 'time', left(c.lifted_time::text, 5)) END)
      ORDER BY c.scope, c.channel, c.service_id)
    FROM ceilings c
    WHERE c.tenant_id = o.tenant_id AND c.opening_id = o.id), '[]') AS ceilings`);

/** One opening, retired ones included. */
export async function findOpeningRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Opening | undefined> {
  const { rows } = await sql<Opening>`
    SELECT ${columns}
    FROM openings o
    WHERE o.tenant_id = ${tenantId} AND o.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** The opening of a resource with this code, retired ones included. */
export async function findOpeningByCode(
  trx: Trx,
  tenantId: string,
  { resourceId, code }: { resourceId: string; code: string },
): Promise<Opening | undefined> {
  const { rows } = await sql<Opening>`
    SELECT ${columns}
    FROM openings o
    WHERE o.tenant_id = ${tenantId} AND o.resource_id = ${resourceId} AND o.code = ${code}
  `.execute(trx);
  return rows[0];
}

/** The openings of a resource that are not retired, by id. */
export async function listActiveOpenings(
  trx: Trx,
  tenantId: string,
  resourceId: string,
): Promise<Opening[]> {
  const { rows } = await sql<Opening>`
    SELECT ${columns}
    FROM openings o
    WHERE o.tenant_id = ${tenantId} AND o.resource_id = ${resourceId} AND o.retired_at IS NULL
    ORDER BY o.id
  `.execute(trx);
  return rows;
}

/** Which openings are listed; undefined means that it does not matter. */
export interface OpeningFilter {
  readonly resourceId?: string | undefined;
  /** Id or code. */
  readonly site?: { readonly id: string | null; readonly code: string | null } | undefined;
  readonly kind?: Opening["kind"] | undefined;
  readonly includesRetired: boolean;
}

/** Openings by id. */
export async function listOpeningRows(
  trx: Trx,
  tenantId: string,
  { filter, start }: { filter: OpeningFilter; start: PageStart },
): Promise<Opening[]> {
  const { site } = filter;
  const { rows } = await sql<Opening>`
    SELECT ${columns}
    FROM openings o
    JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = o.resource_id
    JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = r.site_id
    WHERE o.tenant_id = ${tenantId} AND o.id::text > ${start.after}
      AND (${filter.resourceId ?? null}::uuid IS NULL OR o.resource_id = ${filter.resourceId ?? null})
      AND (${site === undefined} OR i.id = ${site?.id ?? null}::uuid OR i.code = ${site?.code ?? null})
      AND (${filter.kind ?? null}::text IS NULL OR o.kind = ${filter.kind ?? null})
      AND (${filter.includesRetired} OR o.retired_at IS NULL)
    ORDER BY o.id::text
    LIMIT ${start.countMax}
  `.execute(trx);
  return rows;
}

/** Adds an opening with its services and ceilings; false when its code is taken. */
export async function insertOpening(
  trx: Trx,
  tenantId: string,
  opening: Opening,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO openings
      (tenant_id, id, resource_id, code, kind, rrule, starts_on, ends_on, start_time, end_time, start_step_minutes,
       capacity, mode, runs_on_holidays, overrides_closures)
    VALUES
      (${tenantId}, ${opening.id}, ${opening.resource_id}, ${opening.code}, ${opening.kind}, ${opening.rrule},
       ${opening.starts_on}, ${opening.ends_on}, ${opening.start_time}, ${opening.end_time},
       ${opening.start_step_minutes}, ${opening.capacity}, ${opening.mode}, ${opening.runs_on_holidays},
       ${opening.overrides_closures})
    ON CONFLICT (tenant_id, resource_id, code) DO NOTHING
  `.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await replaceParts(trx, tenantId, opening);
  return true;
}

/** Writes the facts of an opening, when it still has the version before; false when somebody was faster. */
export async function updateOpening(
  trx: Trx,
  tenantId: string,
  opening: Opening,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE openings
    SET rrule = ${opening.rrule}, starts_on = ${opening.starts_on}, ends_on = ${opening.ends_on},
        start_time = ${opening.start_time}, end_time = ${opening.end_time},
        start_step_minutes = ${opening.start_step_minutes}, capacity = ${opening.capacity}, mode = ${opening.mode},
        runs_on_holidays = ${opening.runs_on_holidays}, overrides_closures = ${opening.overrides_closures},
        version = ${opening.version}, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${opening.id} AND version = ${opening.version - 1} AND retired_at IS NULL
  `.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await replaceParts(trx, tenantId, opening);
  return true;
}

/** Retires an opening; false when it was retired already. */
export async function retireOpeningRow(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE openings
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Keeps a version of an opening as it was stated. */
export async function insertOpeningVersion(
  trx: Trx,
  tenantId: string,
  { id, version, facts }: { id: string; version: number; facts: OpeningFacts },
): Promise<void> {
  await sql`
    INSERT INTO opening_versions (tenant_id, opening_id, version, body)
    VALUES (${tenantId}, ${id}, ${version}, ${JSON.stringify(facts)})
  `.execute(trx);
}

async function replaceParts(trx: Trx, tenantId: string, opening: Opening): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM opening_services
      WHERE tenant_id = ${tenantId} AND opening_id = ${opening.id}
        AND service_id <> ALL (${opening.service_ids}::uuid[])
    )
    INSERT INTO opening_services (tenant_id, opening_id, service_id)
    SELECT ${tenantId}, ${opening.id}, s.id
    FROM unnest(${opening.service_ids}::uuid[]) AS s (id)
    ON CONFLICT DO NOTHING
  `.execute(trx);
  await replaceCeilings(trx, tenantId, opening);
}

/** Ceilings that stay keep their id, and with it what has been counted under them. */
async function replaceCeilings(
  trx: Trx,
  tenantId: string,
  { id, ceilings }: { id: string; ceilings: readonly CeilingFacts[] },
): Promise<void> {
  const stated = ceilings.map(({ lifted, ...ceiling }) => ({
    ...ceiling,
    id: uuidv7(),
    lifted_days_before: lifted?.days_before ?? null,
    lifted_time: lifted?.time ?? null,
  }));
  await sql`
    WITH stated AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(stated)}::jsonb) AS c (
        id uuid, scope text, channel text, service_id uuid, capacity integer, lifted_days_before integer,
        lifted_time time)
    ), gone AS (
      DELETE FROM ceilings c
      WHERE c.tenant_id = ${tenantId} AND c.opening_id = ${id} AND NOT EXISTS (
        SELECT FROM stated t
        WHERE t.scope = c.scope AND t.channel IS NOT DISTINCT FROM c.channel
          AND t.service_id IS NOT DISTINCT FROM c.service_id)
    )
    INSERT INTO ceilings
      (tenant_id, id, opening_id, scope, channel, service_id, capacity, lifted_days_before, lifted_time)
    SELECT ${tenantId}, t.id, ${id}, t.scope, t.channel, t.service_id, t.capacity, t.lifted_days_before, t.lifted_time
    FROM stated t
    ON CONFLICT (tenant_id, opening_id, scope, channel, service_id) DO UPDATE
    SET capacity = EXCLUDED.capacity, lifted_days_before = EXCLUDED.lifted_days_before,
        lifted_time = EXCLUDED.lifted_time
  `.execute(trx);
}

/** What is to be known of a resource before it gets an opening; undefined for a foreign or missing one. */
export interface OpeningResource {
  readonly is_retired: boolean;
  readonly cell_minutes: number;
  readonly service_ids: string[];
}

/** Reads what an opening depends on. */
export async function findOpeningResource(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OpeningResource | undefined> {
  const { rows } = await sql<OpeningResource>`
    SELECT r.retired_at IS NOT NULL AS is_retired, r.cell_minutes, ARRAY(
      SELECT s.service_id FROM resource_services s
      WHERE s.tenant_id = ${tenantId} AND s.resource_id = r.id) AS service_ids
    FROM resources r
    WHERE r.tenant_id = ${tenantId} AND r.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Openings of a site that run on holidays or override closures, by id. */
export async function listImmuneOpenings(
  trx: Trx,
  tenantId: string,
  siteId: string,
): Promise<Opening[]> {
  const { rows } = await sql<Opening>`
    SELECT ${columns}
    FROM openings o
    JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = o.resource_id
    WHERE o.tenant_id = ${tenantId} AND r.site_id = ${siteId} AND o.retired_at IS NULL AND r.retired_at IS NULL
      AND (o.runs_on_holidays OR o.overrides_closures)
    ORDER BY o.id
  `.execute(trx);
  return rows;
}

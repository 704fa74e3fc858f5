import { sql } from "kysely";
import type { LocalizedText } from "../context.ts";
import type { Trx } from "../db/database.ts";
import type { OpeningMode } from "./schedule.ts";

/** Times are `HH:MM`, dates `YYYY-MM-DD`; what has been retired is left out. */
export interface ScheduleRow {
  readonly resource_id: string;
  readonly is_retired: boolean;
  readonly cell_minutes: number;
  readonly time_zone: string;
  readonly holiday_country: string;
  readonly holiday_region: string | null;
  /** Longest horizon of the services it offers, portions included; null when it offers none. */
  readonly horizon_days: number | null;
  readonly openings: readonly {
    readonly id: string;
    readonly kind: "recurring" | "extra";
    readonly rrule: string | null;
    readonly starts_on: string;
    readonly ends_on: string | null;
    readonly start_time: string;
    readonly end_time: string;
    readonly start_step_minutes: number;
    readonly capacity: number;
    readonly mode: OpeningMode;
    readonly runs_on_holidays: boolean;
    readonly overrides_closures: boolean;
  }[];
  readonly closures: readonly {
    readonly id: string;
    readonly starts_on: string;
    readonly start_time: string;
    readonly ends_on: string;
    readonly end_time: string;
  }[];
  readonly day_marks: readonly {
    readonly id: string;
    readonly scope: "resource" | "site" | "tenant";
    readonly starts_on: string;
    readonly ends_on: string;
    readonly mode: OpeningMode;
  }[];
  readonly local_holidays: readonly {
    readonly month: number;
    readonly day: number;
    readonly name: LocalizedText;
  }[];
  readonly inputs_digest: Buffer | null;
  readonly generated_to: string | null;
  /** Date of its last slot. */
  readonly last_slot_on: string | null;
  readonly now: Date;
}

/** Everything that decides about the slots of resources, and how far they were made; by resource id. */
export async function listScheduleRows(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<ScheduleRow[]> {
  const { rows } = await sql<ScheduleRow>`
    SELECT r.id AS resource_id, r.retired_at IS NOT NULL AS is_retired, r.cell_minutes, i.time_zone,
           coalesce(i.holiday_country, t.holiday_country) AS holiday_country,
           CASE WHEN i.holiday_country IS NULL THEN coalesce(i.holiday_region, t.holiday_region)
                ELSE i.holiday_region END AS holiday_region,
           h.horizon_days, coalesce(o.openings, '[]') AS openings, coalesce(c.closures, '[]') AS closures,
           coalesce(d.day_marks, '[]') AS day_marks, coalesce(l.local_holidays, '[]') AS local_holidays,
           g.inputs_digest, g.generated_to, clock_now() AS now,
           (SELECT s.local_date FROM slots s
            WHERE s.tenant_id = ${tenantId} AND s.resource_id = r.id
            ORDER BY s.starts_at DESC LIMIT 1) AS last_slot_on
    FROM resources r
    JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = r.site_id
    JOIN tenants t ON t.id = ${tenantId}
    LEFT JOIN slot_generations g ON g.tenant_id = ${tenantId} AND g.resource_id = r.id
    CROSS JOIN LATERAL (
      SELECT max(greatest(v.horizon_days, (
        SELECT max((p->>'horizon_days')::int)
        FROM jsonb_array_elements(v.publication_portions->'portions') p))) AS horizon_days
      FROM resource_services rs
      JOIN services v ON v.tenant_id = ${tenantId} AND v.id = rs.service_id AND v.retired_at IS NULL
      WHERE rs.tenant_id = ${tenantId} AND rs.resource_id = r.id) h
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object(
        'id', o.id, 'kind', o.kind, 'rrule', o.rrule, 'starts_on', o.starts_on, 'ends_on', o.ends_on,
        'start_time', left(o.start_time::text, 5), 'end_time', left(o.end_time::text, 5),
        'start_step_minutes', o.start_step_minutes, 'capacity', o.capacity, 'mode', o.mode,
        'runs_on_holidays', o.runs_on_holidays, 'overrides_closures', o.overrides_closures) ORDER BY o.id) AS openings
      FROM openings o
      WHERE o.tenant_id = ${tenantId} AND o.resource_id = r.id AND o.retired_at IS NULL AND r.retired_at IS NULL) o
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object(
        'id', c.id, 'starts_on', c.starts_on, 'start_time', left(c.start_time::text, 5),
        'ends_on', c.ends_on, 'end_time', left(c.end_time::text, 5)) ORDER BY c.id) AS closures
      FROM closures c
      WHERE c.tenant_id = ${tenantId} AND c.retired_at IS NULL
        AND (c.resource_id = r.id OR c.site_id = r.site_id OR num_nonnulls(c.site_id, c.resource_id) = 0)) c
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object(
        'id', d.id, 'starts_on', d.starts_on, 'ends_on', d.ends_on, 'mode', d.mode,
        'scope', CASE WHEN d.resource_id IS NOT NULL THEN 'resource'
                      WHEN d.site_id IS NOT NULL THEN 'site' ELSE 'tenant' END) ORDER BY d.id) AS day_marks
      FROM day_marks d
      WHERE d.tenant_id = ${tenantId} AND d.retired_at IS NULL
        AND (d.resource_id = r.id OR d.site_id = r.site_id OR num_nonnulls(d.site_id, d.resource_id) = 0)) d
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('month', y.month, 'day', y.day, 'name', y.name)
                      ORDER BY y.month, y.day, y.id) AS local_holidays
      FROM local_holidays y
      WHERE y.tenant_id = ${tenantId} AND (y.site_id = r.site_id OR y.site_id IS NULL)) l
    WHERE r.tenant_id = ${tenantId} AND r.id = ANY (${resourceIds}::uuid[])
    ORDER BY r.id
  `.execute(trx);
  return rows;
}

/** Records what the slots of a resource were made from and up to which local date. */
export async function upsertGeneration(
  trx: Trx,
  tenantId: string,
  generation: { resourceId: string; digest: Buffer; generatedTo: string },
): Promise<void> {
  await sql`
    INSERT INTO slot_generations (tenant_id, resource_id, inputs_digest, generated_to)
    VALUES (${tenantId}, ${generation.resourceId}, ${generation.digest}, ${generation.generatedTo})
    ON CONFLICT (tenant_id, resource_id) DO UPDATE
    SET inputs_digest = EXCLUDED.inputs_digest, generated_to = EXCLUDED.generated_to, generated_at = clock_now()
  `.execute(trx);
}

/** Whether a large proposal is being applied to the slots of a resource. */
export async function isBeingApplied(
  trx: Trx,
  tenantId: string,
  resourceId: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM schedule_proposals p
    WHERE p.tenant_id = ${tenantId} AND p.status = 'applying' AND p.resource_ids @> ARRAY[${resourceId}::uuid]
    LIMIT 1
  `.execute(trx);
  return rows.length > 0;
}

/** Whom a schedule change concerns; without a resource and a site everything of the tenant. */
export interface ScheduleScope {
  readonly resourceId?: string | null | undefined;
  readonly siteId?: string | null | undefined;
  readonly serviceId?: string | null | undefined;
}

/** Resources in a scope after the one named, by id. Retired ones too, because their slots have to go. */
export async function listResourceIds(
  trx: Trx,
  tenantId: string,
  { scope, after, limit }: { scope: ScheduleScope; after?: string | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id
    FROM resources r
    WHERE r.tenant_id = ${tenantId}
      AND (${scope.resourceId ?? null}::uuid IS NULL OR r.id = ${scope.resourceId ?? null})
      AND (${scope.siteId ?? null}::uuid IS NULL OR r.site_id = ${scope.siteId ?? null})
      AND (${scope.serviceId ?? null}::uuid IS NULL OR EXISTS (
        SELECT FROM resource_services rs
        WHERE rs.tenant_id = ${tenantId} AND rs.resource_id = r.id AND rs.service_id = ${scope.serviceId ?? null}))
      AND (${after ?? null}::uuid IS NULL OR r.id > ${after ?? null})
    ORDER BY r.id
    LIMIT ${limit}
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Whether a scope's site and resource exist and are not retired. */
export async function findScope(
  trx: Trx,
  tenantId: string,
  { siteId, resourceId }: ScheduleScope,
): Promise<{ hasSite: boolean; hasResource: boolean }> {
  const { rows } = await sql<{ has_site: boolean; has_resource: boolean }>`
    SELECT
      EXISTS (
        SELECT FROM sites i
        WHERE i.tenant_id = ${tenantId} AND i.id = ${siteId ?? null} AND i.retired_at IS NULL) AS has_site,
      EXISTS (
        SELECT FROM resources r
        WHERE r.tenant_id = ${tenantId} AND r.id = ${resourceId ?? null} AND r.retired_at IS NULL) AS has_resource
  `.execute(trx);
  return { hasSite: rows[0]?.has_site ?? false, hasResource: rows[0]?.has_resource ?? false };
}

/** A site and what decides its holidays. */
export interface SiteCalendarRow
  extends Pick<ScheduleRow, "holiday_country" | "holiday_region" | "local_holidays"> {
  readonly id: string;
  readonly code: string;
}

/** The calendar of a site by id or code. */
export async function findSiteCalendar(
  trx: Trx,
  tenantId: string,
  name: { readonly id: string | null; readonly code: string | null },
): Promise<SiteCalendarRow | undefined> {
  const { rows } = await sql<SiteCalendarRow>`
    SELECT i.id, i.code, coalesce(i.holiday_country, t.holiday_country) AS holiday_country,
           CASE WHEN i.holiday_country IS NULL THEN coalesce(i.holiday_region, t.holiday_region)
                ELSE i.holiday_region END AS holiday_region,
           coalesce((
             SELECT json_agg(json_build_object('month', y.month, 'day', y.day, 'name', y.name))
             FROM local_holidays y
             WHERE y.tenant_id = ${tenantId} AND (y.site_id = i.id OR y.site_id IS NULL)), '[]') AS local_holidays
    FROM sites i
    JOIN tenants t ON t.id = ${tenantId}
    WHERE i.tenant_id = ${tenantId} AND (i.id = ${name.id}::uuid OR i.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Tenants that are not retired. Needs the system's scope. */
export async function listTenantIds(trx: Trx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM tenants WHERE retired_at IS NULL ORDER BY id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/**
 * Resources after the one named whose slots do not reach as far as their services need or may be older than what they
 * are made from, and those whose turn it is to be looked at this hour, by id; with the hour as `YYYYMMDDTHH` in UTC.
 */
export async function listDueResources(
  trx: Trx,
  tenantId: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ id: string; hour: string }[]> {
  const { rows } = await sql<{ id: string; hour: string }>`
    SELECT r.id, to_char(c.now AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24') AS hour
    FROM (SELECT clock_now() AS now) c
    CROSS JOIN resources r
    JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = r.site_id
    LEFT JOIN slot_generations g ON g.tenant_id = ${tenantId} AND g.resource_id = r.id
    WHERE r.tenant_id = ${tenantId} AND (r.retired_at IS NULL OR r.updated_at > g.generated_at)
      AND (${after ?? null}::uuid IS NULL OR r.id > ${after ?? null})
      AND (
        g.generated_to IS NULL
        OR greatest(r.updated_at, i.updated_at) > g.generated_at
        OR EXISTS (
          SELECT FROM openings o
          WHERE o.tenant_id = ${tenantId} AND o.resource_id = r.id AND o.updated_at > g.generated_at)
        OR EXISTS (
          SELECT FROM closures x
          WHERE x.tenant_id = ${tenantId} AND x.updated_at > g.generated_at
            AND (x.resource_id = r.id OR x.site_id = r.site_id OR num_nonnulls(x.site_id, x.resource_id) = 0))
        OR EXISTS (
          SELECT FROM day_marks d
          WHERE d.tenant_id = ${tenantId} AND d.updated_at > g.generated_at
            AND (d.resource_id = r.id OR d.site_id = r.site_id OR num_nonnulls(d.site_id, d.resource_id) = 0))
        OR get_byte(uuid_send(r.id), 15) % 24 = extract(hour FROM c.now AT TIME ZONE 'UTC')
        OR g.generated_to < (c.now AT TIME ZONE i.time_zone)::date + (
          SELECT coalesce(max(v.horizon_days), 0) + 1
          FROM resource_services rs
          JOIN services v ON v.tenant_id = ${tenantId} AND v.id = rs.service_id AND v.retired_at IS NULL
          WHERE rs.tenant_id = ${tenantId} AND rs.resource_id = r.id))
    ORDER BY r.id
    LIMIT ${limit}
  `.execute(trx);
  return rows;
}

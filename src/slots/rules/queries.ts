import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type {
  Candidate,
  EarlyAccess,
  ServiceRule,
  ServiceSuspension,
  SiteRule,
} from "./booking-rules.ts";
import type { PublicationPortions } from "./publication.ts";

interface ServiceRow {
  id: string;
  visibility: ServiceRule["visibility"];
  duration_minutes: number;
  extra_minutes_per_person: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  places_per_person: number;
  party_size_max: number;
  roles: string[];
  leg_gap_max_minutes: number;
  notice_minutes: number;
  horizon_days: number;
  publication_time: string;
  publication_portions: PublicationPortions | null;
  hold_ttl_seconds: number;
  is_scarce: boolean;
  cool_down_seconds: number;
  suspensions: ServiceSuspension[];
  early_accesses: EarlyAccess[];
}

/** Active services by id, in the order asked for; missing and retired ones are left out. */
export async function listServiceRules(
  trx: Trx,
  tenantId: string,
  serviceIds: readonly string[],
): Promise<ServiceRule[]> {
  const { rows } = await sql<ServiceRow>`
    SELECT s.id, s.visibility, s.duration_minutes, s.extra_minutes_per_person, s.buffer_before_minutes,
           s.buffer_after_minutes, s.places_per_person, s.party_size_max, s.roles, s.leg_gap_max_minutes,
           s.notice_minutes, s.horizon_days, to_char(s.publication_time, 'HH24:MI') AS publication_time,
           s.publication_portions, s.hold_ttl_seconds, s.is_scarce, s.cool_down_seconds,
           coalesce((
             SELECT json_agg(json_build_object('siteId', x.site_id, 'from', extract(epoch FROM x.starts_at) * 1000,
               'to', extract(epoch FROM x.ends_at) * 1000))
             FROM service_suspensions x
             WHERE x.tenant_id = ${tenantId} AND x.service_id = s.id AND x.lifted_at IS NULL
               AND x.ends_at > clock_now()), '[]') AS suspensions,
           coalesce((
             SELECT json_agg(json_build_object('siteId', e.site_id, 'from', extract(epoch FROM e.starts_at) * 1000,
               'to', extract(epoch FROM e.ends_at) * 1000, 'until', extract(epoch FROM e.public_at) * 1000))
             FROM early_accesses e
             WHERE e.tenant_id = ${tenantId} AND e.service_id = s.id AND e.public_at > clock_now()), '[]') AS early_accesses
    FROM unnest(${serviceIds}::uuid[]) WITH ORDINALITY AS w (id, place)
    JOIN services s ON s.tenant_id = ${tenantId} AND s.id = w.id AND s.retired_at IS NULL
    ORDER BY w.place
  `.execute(trx);
  return rows.map(toServiceRule);
}

function toServiceRule(row: ServiceRow): ServiceRule {
  return {
    id: row.id,
    visibility: row.visibility,
    durationMinutes: row.duration_minutes,
    extraMinutesPerPerson: row.extra_minutes_per_person,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    placesPerPerson: row.places_per_person,
    partySizeMax: row.party_size_max,
    roles: row.roles,
    legGapMaxMinutes: row.leg_gap_max_minutes,
    noticeMinutes: row.notice_minutes,
    horizonDays: row.horizon_days,
    publicationTime: row.publication_time,
    publicationPortions: row.publication_portions,
    holdTtlSeconds: row.hold_ttl_seconds,
    isScarce: row.is_scarce,
    coolDownSeconds: row.cool_down_seconds,
    suspensions: row.suspensions,
    earlyAccesses: row.early_accesses,
  };
}

/** Active resources that offer anything, with their sites; of one site, or of all when none is named. */
export async function listResources(
  trx: Trx,
  tenantId: string,
  siteId: string | null,
): Promise<{ sites: SiteRule[]; resources: Candidate[] }> {
  const { rows } = await sql<{
    resource_id: string;
    site_id: string;
    time_zone: string;
    role: string;
    code: string;
    cell_minutes: number;
    is_choosable: boolean;
    offers: string[];
  }>`
    SELECT r.id AS resource_id, r.site_id, st.time_zone, r.role, r.code, r.cell_minutes, r.is_choosable, o.offers
    FROM resources r
    JOIN sites st ON st.tenant_id = r.tenant_id AND st.id = r.site_id AND st.retired_at IS NULL
    CROSS JOIN LATERAL (
      SELECT array_agg(rs.service_id) AS offers
      FROM resource_services rs
      JOIN services s ON s.tenant_id = rs.tenant_id AND s.id = rs.service_id AND s.retired_at IS NULL
      WHERE rs.tenant_id = r.tenant_id AND rs.resource_id = r.id) o
    WHERE r.tenant_id = ${tenantId} AND r.retired_at IS NULL AND o.offers IS NOT NULL
      AND (${siteId}::uuid IS NULL OR r.site_id = ${siteId})
    ORDER BY r.code
  `.execute(trx);
  const sites = new Map<string, SiteRule>();
  for (const row of rows) sites.set(row.site_id, { id: row.site_id, timeZone: row.time_zone });
  const resources = rows.map(
    (row): Candidate => ({
      resourceId: row.resource_id,
      siteId: row.site_id,
      role: row.role,
      code: row.code,
      cellMinutes: row.cell_minutes,
      isChoosable: row.is_choosable,
      offers: row.offers,
    }),
  );
  return { sites: [...sites.values()], resources };
}

/** The longest that one person stays for any active service: minutes with buffers. */
export async function findStayMinutesMax(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ minutes: number }>`
    SELECT coalesce(max(duration_minutes + buffer_before_minutes + buffer_after_minutes), 0) AS minutes
    FROM services
    WHERE tenant_id = ${tenantId} AND retired_at IS NULL
  `.execute(trx);
  return rows[0]?.minutes ?? 0;
}

/** Resources with openings that restrict services, let visits start at some cells only, or have ceilings. */
export async function listUnevenResourceIds(
  trx: Trx,
  tenantId: string,
  siteId: string | null,
): Promise<Set<string>> {
  const { rows } = await sql<{ resource_id: string }>`
    SELECT DISTINCT o.resource_id
    FROM openings o
    JOIN resources r ON r.tenant_id = o.tenant_id AND r.id = o.resource_id
    WHERE o.tenant_id = ${tenantId} AND (${siteId}::uuid IS NULL OR r.site_id = ${siteId})
      AND (o.start_step_minutes <> r.cell_minutes
        OR EXISTS (SELECT FROM opening_services s WHERE s.tenant_id = o.tenant_id AND s.opening_id = o.id)
        OR EXISTS (SELECT FROM ceilings c WHERE c.tenant_id = o.tenant_id AND c.opening_id = o.id))
  `.execute(trx);
  return new Set(rows.map((row) => row.resource_id));
}

/** Ids and codes of a tenant's active services. */
export async function listServiceNames(
  trx: Trx,
  tenantId: string,
): Promise<{ id: string; code: string }[]> {
  const { rows } = await sql<{ id: string; code: string }>`
    SELECT id, code FROM services WHERE tenant_id = ${tenantId} AND retired_at IS NULL
  `.execute(trx);
  return rows;
}

/** A tenant's active sites. */
export async function listSites(
  trx: Trx,
  tenantId: string,
): Promise<(SiteRule & { readonly code: string })[]> {
  const { rows } = await sql<{ id: string; code: string; time_zone: string }>`
    SELECT id, code, time_zone FROM sites WHERE tenant_id = ${tenantId} AND retired_at IS NULL
  `.execute(trx);
  return rows.map((row) => ({ id: row.id, code: row.code, timeZone: row.time_zone }));
}

/**
 * A number that is another one whenever anything changed that decides about a tenant's visits, apart from slots and what
 * uses them: services, their suspensions and early accesses, sites, resources, what openings are restricted to, ceilings. A part of `readTogether`.
 */
export function catalogueStamp(tenantId: string): RawBuilder<{ stamp: string }> {
  return sql<{ stamp: string }>`
    SELECT concat_ws('/',
      (SELECT hash_record_extended(t, 0) FROM tenants t WHERE t.id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(s, 0)) FROM services s WHERE s.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(s, 0)) FROM sites s WHERE s.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(r, 0)) FROM resources r WHERE r.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(r, 0)) FROM resource_services r WHERE r.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(o, 0)) FROM opening_services o WHERE o.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(c, 0)) FROM ceilings c WHERE c.tenant_id = ${tenantId}),
      (SELECT bit_xor(hash_record_extended(x, 0)) FROM service_suspensions x
       WHERE x.tenant_id = ${tenantId} AND x.lifted_at IS NULL AND x.ends_at > clock_now()),
      (SELECT bit_xor(hash_record_extended(e, 0)) FROM early_accesses e
       WHERE e.tenant_id = ${tenantId} AND e.public_at > clock_now()),
      (SELECT bit_xor(hash_record_extended((o.id, o.resource_id, o.start_step_minutes), 0))
       FROM openings o WHERE o.tenant_id = ${tenantId})) AS stamp`;
}

/** Ids of active services named by id or code, in the order asked for; missing ones are left out. */
export async function listServiceIds(
  trx: Trx,
  tenantId: string,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT s.id
    FROM unnest(${names}::text[]) WITH ORDINALITY AS w (name, place)
    JOIN services s ON s.tenant_id = ${tenantId} AND s.retired_at IS NULL
      AND (s.code = w.name OR s.id::text = w.name)
    ORDER BY w.place
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Id of an active site named by id or code. */
export async function findSiteId(
  trx: Trx,
  tenantId: string,
  name: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sites
    WHERE tenant_id = ${tenantId} AND retired_at IS NULL AND (code = ${name} OR id::text = ${name})
  `.execute(trx);
  return rows[0]?.id;
}

/** Whether any opening of the resources states ceilings. */
export async function hasCeilings(
  trx: Trx,
  tenantId: string,
  resourceIds: readonly string[],
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM ceilings c
    JOIN openings o ON o.tenant_id = c.tenant_id AND o.id = c.opening_id
    WHERE c.tenant_id = ${tenantId} AND o.resource_id = ANY (${resourceIds}::uuid[])
    LIMIT 1
  `.execute(trx);
  return rows.length > 0;
}

import { sql } from "kysely";
import type { LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";

/** What a place is called, and its zone; only places in use. */
export async function findSiteOf(
  trx: Trx,
  tenantId: string,
  name: { readonly id: string | null; readonly code: string | null },
): Promise<{ id: string; time_zone: string; name: LocalizedText } | undefined> {
  const { rows } = await sql<{ id: string; time_zone: string; name: LocalizedText }>`
    SELECT st.id, st.time_zone, st.name FROM sites st
    WHERE st.tenant_id = ${tenantId} AND (st.id = ${name.id}::uuid OR st.code = ${name.code}) AND st.retired_at IS NULL
  `.execute(trx);
  return rows[0];
}

/** A service in use that something in use serves at a site. */
export async function findServiceAt(
  trx: Trx,
  tenantId: string,
  wish: {
    readonly siteId: string;
    readonly name: { readonly id: string | null; readonly code: string | null };
  },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT s.id FROM services s
    WHERE s.tenant_id = ${tenantId} AND (s.id = ${wish.name.id}::uuid OR s.code = ${wish.name.code})
      AND s.retired_at IS NULL AND EXISTS (
        SELECT FROM resource_services rs
        JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = rs.resource_id
        WHERE rs.tenant_id = ${tenantId} AND rs.service_id = s.id AND r.site_id = ${wish.siteId} AND r.retired_at IS NULL)
  `.execute(trx);
  return rows[0]?.id;
}

/** Which of the resources are not in use at a site. */
export async function listStrangers(
  trx: Trx,
  tenantId: string,
  wish: { readonly siteId: string; readonly resourceIds: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT n.id FROM unnest(${[...wish.resourceIds]}::uuid[]) AS n (id)
    WHERE NOT EXISTS (
      SELECT FROM resources r
      WHERE r.tenant_id = ${tenantId} AND r.id = n.id AND r.site_id = ${wish.siteId} AND r.retired_at IS NULL)
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** A closure that everybody is to see. */
export interface NoticeRow {
  readonly id: string;
  readonly site_id: string;
  readonly time_zone: string;
  readonly resource_ids: readonly string[] | null;
  /** The suspended service, or those that the closed resources serve; null with the whole site. */
  readonly service_ids: readonly string[] | null;
  /** What the suspended service or the closed resources are called; empty with the whole site. */
  readonly names: readonly LocalizedText[];
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly is_suspension: boolean;
  readonly reason: LocalizedText;
}

/** What is closed at sites while it lasts, the earliest first; of some sites or of all. */
export async function listNoticeRows(
  trx: Trx,
  tenantId: string,
  siteIds: readonly string[] | null,
): Promise<NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    SELECT u.id, u.site_id, st.time_zone, u.resource_ids, u.starts_at, u.ends_at, u.is_suspension, u.reason,
      CASE WHEN u.service_id IS NOT NULL THEN ARRAY[u.service_id] WHEN u.resource_ids IS NOT NULL THEN ARRAY(
        SELECT DISTINCT rs.service_id
        FROM resource_services rs
        WHERE rs.tenant_id = ${tenantId} AND rs.resource_id = ANY (u.resource_ids)
        ORDER BY rs.service_id) END AS service_ids,
      coalesce(
        (SELECT jsonb_agg(s.name) FROM services s WHERE s.tenant_id = ${tenantId} AND s.id = u.service_id),
        (SELECT jsonb_agg(r.name ORDER BY r.code) FROM resources r
         WHERE r.tenant_id = ${tenantId} AND r.id = ANY (u.resource_ids)), '[]') AS names
    FROM urgent_closures u
    JOIN sites st ON st.tenant_id = ${tenantId} AND st.id = u.site_id
    WHERE u.tenant_id = ${tenantId} AND u.status = 'active' AND u.ends_at > clock_now()
      AND (${siteIds && [...siteIds]}::uuid[] IS NULL OR u.site_id = ANY (${siteIds && [...siteIds]}::uuid[]))
    ORDER BY u.starts_at, u.id
    LIMIT 50
  `.execute(trx);
  return rows;
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** An exception that may be copied. */
export interface ExceptionRow {
  readonly kind: "closure" | "extra_opening" | "day_mark";
  readonly id: string;
  readonly code: string;
  readonly site_id: string | null;
  readonly resource_id: string | null;
  readonly starts_on: string;
  readonly ends_on: string;
}

/** Which exceptions are copied: those that begin in a year, of one site and its resources or of all. */
export interface ExceptionFilter {
  readonly year: number;
  readonly siteId: string | null;
  readonly kinds: readonly ExceptionRow["kind"][];
  readonly countMax: number;
}

/** Closures, extra openings and day marks that begin in a year and are not retired, by date. */
export async function listExceptions(
  trx: Trx,
  tenantId: string,
  { year, siteId, kinds, countMax }: ExceptionFilter,
): Promise<ExceptionRow[]> {
  const { rows } = await sql<ExceptionRow>`
    SELECT e.kind, e.id, e.code, e.site_id, e.resource_id, e.starts_on, e.ends_on
    FROM (
      SELECT 'closure' AS kind, id, code, site_id, resource_id, starts_on, ends_on
      FROM closures WHERE tenant_id = ${tenantId} AND retired_at IS NULL
      UNION ALL
      SELECT 'day_mark', id, code, site_id, resource_id, starts_on, ends_on
      FROM day_marks WHERE tenant_id = ${tenantId} AND retired_at IS NULL
      UNION ALL
      SELECT 'extra_opening', id, code, NULL, resource_id, starts_on, ends_on
      FROM openings WHERE tenant_id = ${tenantId} AND retired_at IS NULL AND kind = 'extra') e
    LEFT JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = e.resource_id
    WHERE e.starts_on >= make_date(${year}, 1, 1) AND e.starts_on <= make_date(${year}, 12, 31)
      AND e.kind = ANY (${kinds}::text[])
      AND (${siteId}::uuid IS NULL OR coalesce(e.site_id, r.site_id) = ${siteId})
      AND (r.id IS NULL OR r.retired_at IS NULL)
    ORDER BY e.starts_on, e.kind, e.code, e.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** Of the sites an exception concerns, the calendars; the whole tenant's own when it concerns all. */
export async function listSiteIds(
  trx: Trx,
  tenantId: string,
  { siteId, resourceId }: { siteId: string | null; resourceId: string | null },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT i.id
    FROM sites i
    WHERE i.tenant_id = ${tenantId} AND i.retired_at IS NULL
      AND (${siteId}::uuid IS NULL OR i.id = ${siteId})
      AND (${resourceId}::uuid IS NULL OR i.id = (
        SELECT r.site_id FROM resources r WHERE r.tenant_id = ${tenantId} AND r.id = ${resourceId}))
    ORDER BY i.id
  `.execute(trx);
  return rows.map((row) => row.id);
}

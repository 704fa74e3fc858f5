import { sql } from "kysely";
import type { PageStart } from "../../catalog/pages.ts";
import type { Trx } from "../../db/database.ts";
import type { DayMark } from "./day-mark.ts";

const columns = sql.raw(`
  c.id, c.code, c.site_id, c.resource_id, c.starts_on, c.ends_on, c.mode, c.version,
  c.retired_at IS NOT NULL AS is_retired`);

/** One day mark by id or code, retired ones included. */
export async function findDayMarkRow(
  trx: Trx,
  tenantId: string,
  name: { readonly id: string | null; readonly code: string | null },
): Promise<DayMark | undefined> {
  const { rows } = await sql<DayMark>`
    SELECT ${columns}
    FROM day_marks c
    WHERE c.tenant_id = ${tenantId} AND (c.id = ${name.id}::uuid OR c.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one day mark until the transaction ends. */
export async function lockDayMarkRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<DayMark | undefined> {
  const { rows } = await sql<DayMark>`
    SELECT ${columns}
    FROM day_marks c
    WHERE c.tenant_id = ${tenantId} AND c.id = ${id}
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Which day marks are listed; undefined means that it does not matter. */
export interface DayMarkFilter {
  /** Id or code; those of its resources and of the whole tenant are listed too. */
  readonly site?: { readonly id: string | null; readonly code: string | null } | undefined;
  /** Those of its site and of the whole tenant are listed too. */
  readonly resourceId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly includesRetired: boolean;
}

/** Day marks by code. */
export async function listDayMarkRows(
  trx: Trx,
  tenantId: string,
  { filter, start }: { filter: DayMarkFilter; start: PageStart },
): Promise<DayMark[]> {
  const { site, resourceId } = filter;
  const { rows } = await sql<DayMark>`
    SELECT ${columns}
    FROM day_marks c
    LEFT JOIN resources r ON r.tenant_id = ${tenantId} AND r.id = c.resource_id
    LEFT JOIN sites i ON i.tenant_id = ${tenantId} AND i.id = coalesce(c.site_id, r.site_id)
    WHERE c.tenant_id = ${tenantId} AND c.code > ${start.after}
      AND (${site === undefined} OR i.id IS NULL OR i.id = ${site?.id ?? null}::uuid
        OR i.code = ${site?.code ?? null})
      AND (${resourceId ?? null}::uuid IS NULL OR num_nonnulls(c.site_id, c.resource_id) = 0
        OR c.resource_id = ${resourceId ?? null}
        OR c.site_id = (
          SELECT x.site_id FROM resources x WHERE x.tenant_id = ${tenantId} AND x.id = ${resourceId ?? null}))
      AND c.ends_on >= coalesce(${filter.from ?? null}::date, c.ends_on)
      AND c.starts_on <= coalesce(${filter.to ?? null}::date, c.starts_on)
      AND (${filter.includesRetired} OR c.retired_at IS NULL)
    ORDER BY c.code
    LIMIT ${start.countMax}
  `.execute(trx);
  return rows;
}

/** Adds a day mark; false when its code is taken. */
export async function insertDayMark(trx: Trx, tenantId: string, mark: DayMark): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO day_marks
      (tenant_id, id, code, site_id, resource_id, starts_on, ends_on, mode)
    VALUES
      (${tenantId}, ${mark.id}, ${mark.code}, ${mark.site_id}, ${mark.resource_id}, ${mark.starts_on}, ${mark.ends_on},
       ${mark.mode})
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes dates and content of a locked day mark; whom it concerns stays. */
export async function updateDayMark(trx: Trx, tenantId: string, mark: DayMark): Promise<void> {
  await sql`
    UPDATE day_marks
    SET starts_on = ${mark.starts_on}, ends_on = ${mark.ends_on}, mode = ${mark.mode}, version = ${mark.version},
        updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${mark.id}
  `.execute(trx);
}

/** Retires a locked day mark. */
export async function retireDayMarkRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE day_marks
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

import { sql } from "kysely";
import type { PageStart } from "../../catalog/pages.ts";
import type { Trx } from "../../db/database.ts";
import type { Closure } from "./closure.ts";

const columns = sql.raw(`
  c.id, c.code, c.site_id, c.resource_id, c.starts_on, left(c.start_time::text, 5) AS start_time, c.ends_on,
  left(c.end_time::text, 5) AS end_time, c.reason, c.version, c.retired_at IS NOT NULL AS is_retired`);

/** One closure by id or code, retired ones included. */
export async function findClosureRow(
  trx: Trx,
  tenantId: string,
  name: { readonly id: string | null; readonly code: string | null },
): Promise<Closure | undefined> {
  const { rows } = await sql<Closure>`
    SELECT ${columns}
    FROM closures c
    WHERE c.tenant_id = ${tenantId} AND (c.id = ${name.id}::uuid OR c.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one closure until the transaction ends. */
export async function lockClosureRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Closure | undefined> {
  const { rows } = await sql<Closure>`
    SELECT ${columns}
    FROM closures c
    WHERE c.tenant_id = ${tenantId} AND c.id = ${id}
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Which closures are listed; undefined means that it does not matter. */
export interface ClosureFilter {
  /** Id or code; those of its resources and of the whole tenant are listed too. */
  readonly site?: { readonly id: string | null; readonly code: string | null } | undefined;
  /** Those of its site and of the whole tenant are listed too. */
  readonly resourceId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly includesRetired: boolean;
}

/** Closures by code. */
export async function listClosureRows(
  trx: Trx,
  tenantId: string,
  { filter, start }: { filter: ClosureFilter; start: PageStart },
): Promise<Closure[]> {
  const { site, resourceId } = filter;
  const { rows } = await sql<Closure>`
    SELECT ${columns}
    FROM closures c
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

/** Adds a closure; false when its code is taken. */
export async function insertClosure(
  trx: Trx,
  tenantId: string,
  closure: Closure,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO closures
      (tenant_id, id, code, site_id, resource_id, starts_on, start_time, ends_on, end_time, reason)
    VALUES
      (${tenantId}, ${closure.id}, ${closure.code}, ${closure.site_id}, ${closure.resource_id}, ${closure.starts_on},
       ${closure.start_time}, ${closure.ends_on}, ${closure.end_time}, ${JSON.stringify(closure.reason)})
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes dates and content of a locked closure; whom it concerns stays. */
export async function updateClosure(trx: Trx, tenantId: string, closure: Closure): Promise<void> {
  await sql`
    UPDATE closures
    SET starts_on = ${closure.starts_on}, start_time = ${closure.start_time}, ends_on = ${closure.ends_on},
        end_time = ${closure.end_time}, reason = ${JSON.stringify(closure.reason)}, version = ${closure.version},
        updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${closure.id}
  `.execute(trx);
}

/** Retires a locked closure. */
export async function retireClosureRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE closures
    SET retired_at = clock_now(), updated_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

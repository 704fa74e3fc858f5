import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { CustomField } from "../answers.ts";
import type { PageStart } from "../pages.ts";
import type { ServiceLimit } from "./service-limit.ts";

const columns = sql.raw(`
  l.id, l.service_id, l.key_source, l.count_max, l.counted, l.period, l.rolling_days, l.version,
  l.retired_at IS NOT NULL AS is_retired`);

/** One limit, retired ones included. */
export async function findLimitRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<ServiceLimit | undefined> {
  const { rows } = await sql<ServiceLimit>`
    SELECT ${columns} FROM service_limits l WHERE l.tenant_id = ${tenantId} AND l.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Locks one limit's row until the transaction ends. */
export async function lockLimitRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<ServiceLimit | undefined> {
  const { rows } = await sql<ServiceLimit>`
    SELECT ${columns} FROM service_limits l WHERE l.tenant_id = ${tenantId} AND l.id = ${id} FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Limits in the order in which they were made, of one service when it is named. */
export async function listLimitRows(
  trx: Trx,
  tenantId: string,
  page: PageStart & { readonly serviceId: string | null; readonly includesRetired: boolean },
): Promise<ServiceLimit[]> {
  const { rows } = await sql<ServiceLimit>`
    SELECT ${columns}
    FROM service_limits l
    WHERE l.tenant_id = ${tenantId} AND l.id::text > ${page.after}
      AND (${page.serviceId}::uuid IS NULL OR l.service_id = ${page.serviceId}::uuid)
      AND (${page.includesRetired} OR l.retired_at IS NULL)
    ORDER BY l.id::text
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

export async function insertLimit(
  trx: Trx,
  tenantId: string,
  limit: Omit<ServiceLimit, "version" | "is_retired">,
): Promise<void> {
  await sql`
    INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, counted, period, rolling_days)
    VALUES (${tenantId}, ${limit.id}, ${limit.service_id}, ${limit.key_source}, ${limit.count_max}, ${limit.counted},
      ${limit.period}, ${limit.rolling_days})
  `.execute(trx);
}

/** Writes the number of a locked limit and raises its version. */
export async function updateLimit(
  trx: Trx,
  tenantId: string,
  limit: { readonly id: string; readonly countMax: number },
): Promise<void> {
  await sql`
    UPDATE service_limits
    SET count_max = ${limit.countMax}, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${limit.id}
  `.execute(trx);
}

/** Retires a locked limit. */
export async function retireLimitRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE service_limits
    SET retired_at = clock_now(), version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${id} AND retired_at IS NULL
  `.execute(trx);
}

/** The fields of a service that is not retired, locked against changes meanwhile; undefined when there is none. */
export async function lockFieldsOfService(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<readonly CustomField[] | undefined> {
  const { rows } = await sql<{ fields: readonly CustomField[] }>`
    SELECT s.fields
    FROM services s
    WHERE s.tenant_id = ${tenantId} AND s.id = ${id} AND s.retired_at IS NULL
    FOR SHARE
  `.execute(trx);
  return rows[0]?.fields;
}

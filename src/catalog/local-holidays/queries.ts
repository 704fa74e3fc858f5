import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { PageStart } from "../pages.ts";
import type { LocalHoliday } from "./local-holiday.ts";

const columns = sql.raw("h.id, h.site_id, h.month, h.day, h.name, h.version");

export async function findHolidayRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<LocalHoliday | undefined> {
  const { rows } = await sql<LocalHoliday>`
    SELECT ${columns} FROM local_holidays h WHERE h.tenant_id = ${tenantId} AND h.id = ${id}
  `.execute(trx);
  return rows[0];
}

/** Locks one holiday's row until the transaction ends. */
export async function lockHolidayRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<LocalHoliday | undefined> {
  const { rows } = await sql<LocalHoliday>`
    SELECT ${columns} FROM local_holidays h WHERE h.tenant_id = ${tenantId} AND h.id = ${id} FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** The holiday of a day, for one site or (null) the whole administration. */
export async function findHolidayOnDay(
  trx: Trx,
  tenantId: string,
  day: Pick<LocalHoliday, "site_id" | "month" | "day">,
): Promise<LocalHoliday | undefined> {
  const { rows } = await sql<LocalHoliday>`
    SELECT ${columns}
    FROM local_holidays h
    WHERE h.tenant_id = ${tenantId} AND h.site_id IS NOT DISTINCT FROM ${day.site_id}::uuid
      AND h.month = ${day.month} AND h.day = ${day.day}
  `.execute(trx);
  return rows[0];
}

/** Holidays in the order in which they were stated. */
export async function listHolidayRows(
  trx: Trx,
  tenantId: string,
  page: PageStart,
): Promise<LocalHoliday[]> {
  const { rows } = await sql<LocalHoliday>`
    SELECT ${columns}
    FROM local_holidays h
    WHERE h.tenant_id = ${tenantId} AND h.id::text > ${page.after}
    ORDER BY h.id::text
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Adds a holiday; false when that day is stated already for the same site or administration. */
export async function insertHoliday(
  trx: Trx,
  tenantId: string,
  holiday: Omit<LocalHoliday, "version">,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO local_holidays (tenant_id, id, site_id, month, day, name)
    VALUES (${tenantId}, ${holiday.id}, ${holiday.site_id}, ${holiday.month}, ${holiday.day},
      ${JSON.stringify(holiday.name)}::jsonb)
    ON CONFLICT ON CONSTRAINT local_holidays_are_stated_once DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes the name of a locked holiday and raises its version. */
export async function updateHoliday(
  trx: Trx,
  tenantId: string,
  holiday: Pick<LocalHoliday, "id" | "name">,
): Promise<void> {
  await sql`
    UPDATE local_holidays
    SET name = ${JSON.stringify(holiday.name)}::jsonb, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${holiday.id}
  `.execute(trx);
}

export async function deleteHolidayRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`DELETE FROM local_holidays WHERE tenant_id = ${tenantId} AND id = ${id}`.execute(trx);
}

/** Whether the tenant has this site and it is not retired. */
export async function hasLiveSite(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM sites s WHERE s.tenant_id = ${tenantId} AND s.id = ${id} AND s.retired_at IS NULL FOR SHARE
  `.execute(trx);
  return rows.length > 0;
}

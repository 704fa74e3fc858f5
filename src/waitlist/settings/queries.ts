import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { ServiceWaitlist } from "./settings.ts";

const columns = sql`s.service_id, s.is_on, s.people_per_place, s.answer_minutes, s.lapses_max, s.version`;

/** What was stated for these services; those without a statement are left out. */
export async function listSettings(
  trx: Trx,
  tenantId: string,
  serviceIds: readonly string[],
): Promise<ServiceWaitlist[]> {
  const { rows } = await sql<ServiceWaitlist>`
    SELECT ${columns} FROM waitlist_settings s
    WHERE s.tenant_id = ${tenantId} AND s.service_id = ANY (${serviceIds}::uuid[])
  `.execute(trx);
  return rows;
}

/** Writes what holds for a service from now on, if it is still at the version seen; undefined when it is not. */
export async function writeSettings(
  trx: Trx,
  tenantId: string,
  settings: ServiceWaitlist,
): Promise<ServiceWaitlist | undefined> {
  const { rows } = await sql<ServiceWaitlist>`
    INSERT INTO waitlist_settings AS s (tenant_id, service_id, is_on, people_per_place, answer_minutes, lapses_max)
    SELECT ${tenantId}, ${settings.service_id}, ${settings.is_on}, ${settings.people_per_place},
           ${settings.answer_minutes}, ${settings.lapses_max}
    WHERE ${settings.version}::int = 0 OR EXISTS (
      SELECT FROM waitlist_settings o WHERE o.tenant_id = ${tenantId} AND o.service_id = ${settings.service_id})
    ON CONFLICT (tenant_id, service_id) DO UPDATE
    SET is_on = EXCLUDED.is_on, people_per_place = EXCLUDED.people_per_place, answer_minutes = EXCLUDED.answer_minutes,
        lapses_max = EXCLUDED.lapses_max, version = s.version + 1, updated_at = clock_now()
    WHERE s.version = ${settings.version}::int
    RETURNING ${columns}
  `.execute(trx);
  return rows[0];
}

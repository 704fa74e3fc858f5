import { type RawBuilder, sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** A service at a site for a time; instants in epoch ms. */
export interface SuspensionFacts {
  readonly id: string;
  readonly serviceId: string;
  readonly siteId: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Adds a suspension. */
export async function insertSuspension(
  trx: Trx,
  tenantId: string,
  one: SuspensionFacts,
): Promise<void> {
  await sql`
    INSERT INTO service_suspensions (tenant_id, id, service_id, site_id, starts_at, ends_at)
    VALUES (${tenantId}, ${one.id}, ${one.serviceId}, ${one.siteId}, to_timestamp(${one.startsAt}::float8 / 1000),
      to_timestamp(${one.endsAt}::float8 / 1000))
  `.execute(trx);
}

/** Lifts a suspension; false when it was lifted before. */
export async function liftSuspensionRow(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE service_suspensions SET lifted_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id} AND lifted_at IS NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Holds of a suspended service that are open, and booked visits of it that are supported and have not begun. */
export async function listSuspendedOwners(
  trx: Trx,
  tenantId: string,
  one: SuspensionFacts,
): Promise<{ holdIds: string[]; appointmentIds: string[] }> {
  const { rows } = await sql<{ hold_ids: string[]; appointment_ids: string[] }>`
    SELECT ARRAY(
        SELECT h.id FROM holds h
        WHERE h.tenant_id = ${tenantId} AND h.status = 'open' AND h.site_id = ${one.siteId}
          AND ${one.serviceId}::uuid = ANY (h.service_ids) AND h.starts_at < to_timestamp(${one.endsAt}::float8 / 1000)
          AND h.ends_at > to_timestamp(${one.startsAt}::float8 / 1000)
        ORDER BY h.id) AS hold_ids,
      ARRAY(
        SELECT a.id FROM appointments a
        WHERE a.tenant_id = ${tenantId} AND a.site_id = ${one.siteId} AND a.status = 'booked'
          AND a.support = 'supported' AND a.overbooking_reason IS NULL AND a.starts_at > clock_now()
          AND a.starts_at < to_timestamp(${one.endsAt}::float8 / 1000)
          AND a.ends_at > to_timestamp(${one.startsAt}::float8 / 1000)
          AND EXISTS (
            SELECT FROM appointment_legs l
            WHERE l.tenant_id = ${tenantId} AND l.appointment_id = a.id AND l.service_id = ${one.serviceId})
        ORDER BY a.id) AS appointment_ids
  `.execute(trx);
  const [found] = rows;
  return { holdIds: found?.hold_ids ?? [], appointmentIds: found?.appointment_ids ?? [] };
}

/** Whether a service of appointment `p` is suspended at its site at some time of the visit. */
export function isSuspendedNow(tenantId: string): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (
    SELECT FROM appointment_legs xl
    JOIN service_suspensions xs ON xs.tenant_id = ${tenantId} AND xs.service_id = xl.service_id
      AND xs.site_id = p.site_id AND xs.lifted_at IS NULL AND xs.starts_at < p.ends_at AND xs.ends_at > p.starts_at
    WHERE xl.tenant_id = ${tenantId} AND xl.appointment_id = p.id)`;
}

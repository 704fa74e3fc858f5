import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** Which free places are kept back, for whom and until when. */
interface ReserveWish {
  readonly ownerId: string;
  readonly siteIds: readonly string[];
  readonly serviceIds: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly until: Date;
  readonly unitsMax: number;
}

/**
 * Locks the earliest slots with free places for services and keeps these back as cool-downs of one unit each, so that
 * they can be given out one by one, until an instant or the notice limit of the services, whichever comes first. An owner
 * that has kept some of a slot back keeps no more of it. Returns how many units.
 */
export async function reserveFreeUnits(
  trx: Trx,
  tenantId: string,
  wish: ReserveWish,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH offered AS (
      SELECT rs.resource_id, max(v.notice_minutes) AS notice_minutes
      FROM resource_services rs
      JOIN resources r ON r.tenant_id = rs.tenant_id AND r.id = rs.resource_id
      JOIN services v ON v.tenant_id = rs.tenant_id AND v.id = rs.service_id
      WHERE rs.tenant_id = ${tenantId} AND r.site_id = ANY (${wish.siteIds}::uuid[])
        AND rs.service_id = ANY (${wish.serviceIds}::uuid[])
      GROUP BY rs.resource_id
    ), earliest AS (
      SELECT s.id, o.notice_minutes
      FROM slots s
      JOIN offered o ON o.resource_id = s.resource_id
      WHERE s.tenant_id = ${tenantId} AND s.local_date BETWEEN ${wish.from}::date AND ${wish.to}::date
        AND s.mode = 'bookable' AND s.taken < s.capacity
        AND s.starts_at - o.notice_minutes * interval '1 minute' > clock_now()
      ORDER BY s.starts_at, s.id
      LIMIT ${wish.unitsMax}
    ), locked AS (
      SELECT s.id, s.starts_at, s.capacity - s.taken AS free, e.notice_minutes
      FROM slots s
      JOIN earliest e ON e.id = s.id
      WHERE s.tenant_id = ${tenantId}
      ORDER BY s.id
      FOR UPDATE OF s
    ), kept AS (
      INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, leg, units, expires_at)
      SELECT ${tenantId}, u.id, 'cooldown', ${wish.ownerId}, u.leg, 1,
        least(${wish.until}::timestamptz, u.starts_at - u.notice_minutes * interval '1 minute')
      FROM (
        SELECT l.id, l.starts_at, l.notice_minutes, n.leg::smallint AS leg
        FROM locked l
        CROSS JOIN LATERAL generate_series(0, least(l.free, 1000) - 1) AS n (leg)
        WHERE NOT EXISTS (
          SELECT FROM allocations a
          WHERE a.tenant_id = ${tenantId} AND a.slot_id = l.id AND a.owner_id = ${wish.ownerId})
        ORDER BY l.starts_at, l.id, n.leg
        LIMIT ${wish.unitsMax}) u
      RETURNING slot_id
    ), counted AS (
      UPDATE slots s SET taken = s.taken + k.count
      FROM (SELECT slot_id, count(*)::int AS count FROM kept GROUP BY slot_id) k
      WHERE s.tenant_id = ${tenantId} AND s.id = k.slot_id
    )
    SELECT count(*)::int AS count FROM kept
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

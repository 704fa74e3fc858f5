import type pg from "pg";

/**
 * The same end by the least SQL: one statement that cancels every booked appointment, frees its places, and writes the
 * same audit and outbox rows, without asking whether anything changed. Committed durably.
 */
export async function bareCancel(client: pg.Client, tenantId: string): Promise<void> {
  await client.query("BEGIN");
  await client.query(`SET LOCAL sportello.tenant_id = '${tenantId}'`);
  await client.query(
    `WITH cancelled AS (
       UPDATE appointments
          SET status = 'cancelled', cancelled_at = (SELECT clock_now()), cancelled_by = 'bulk',
              cancel_reason = 'office_closed', support = 'supported', version = version + 1, sequence = sequence + 1,
              updated_at = (SELECT clock_now())
        WHERE tenant_id = $1 AND status = 'booked'
        RETURNING id, version, site_id
     ), facts AS (
       SELECT c.id, c.version, jsonb_build_object('by', 'bulk', 'reason', 'office_closed', 'site_id', c.site_id,
         'service_ids', jsonb_build_array(l.service_id), 'operation_id', gen_random_uuid(), 'is_urgent', false) AS body
         FROM cancelled c
         JOIN appointment_legs l ON l.tenant_id = $1 AND l.appointment_id = c.id AND l.leg = 0
     ), gone AS (
       DELETE FROM allocations a USING cancelled c WHERE a.tenant_id = $1 AND a.owner_id = c.id
       RETURNING a.slot_id, a.units
     ), freed AS (
       UPDATE slots s SET taken = s.taken - g.units
         FROM (SELECT slot_id, sum(units)::int AS units FROM gone GROUP BY slot_id) g
        WHERE s.tenant_id = $1 AND s.id = g.slot_id
     ), audit AS (
       INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind, actor_id, body, request_id,
                                 occurred_at)
       SELECT $1, 'appointment.cancelled', 'appointment', f.id, 'bulk', 'bench', f.body, 'bench', (SELECT clock_now())
         FROM facts f
     )
     INSERT INTO outbox_events (tenant_id, id, kind, subject_kind, subject_id, subject_version, body, created_at)
     SELECT $1, gen_random_uuid(), 'appointment.cancelled', 'appointment', f.id, f.version, f.body, (SELECT clock_now())
       FROM facts f`,
    [tenantId],
  );
  await client.query("COMMIT");
}

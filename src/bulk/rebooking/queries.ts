import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** What somebody may choose instead of a visit that an operation cancelled. */
export interface RebookingRow {
  readonly operation_id: string;
  readonly rebook_until: Date;
  /** By the database's clock. */
  readonly has_priority: boolean;
  readonly new_appointment_id: string | null;
}

/** The rebooking of an appointment that an operation cancelled; undefined when there is none. */
export async function findRebooking(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<RebookingRow | undefined> {
  const { rows } = await sql<RebookingRow>`
    SELECT o.id AS operation_id, o.rebook_until, o.rebook_until > clock_now() AS has_priority, r.new_appointment_id
    FROM audit_events e
    JOIN appointments a ON a.tenant_id = e.tenant_id AND a.id = e.subject_id
    JOIN bulk_operations o ON o.tenant_id = e.tenant_id AND o.id = (e.body ->> 'operation_id')::uuid
    LEFT JOIN bulk_rebookings r ON r.tenant_id = e.tenant_id AND r.appointment_id = e.subject_id
    WHERE e.tenant_id = ${tenantId} AND e.subject_id = ${appointmentId} AND e.kind = 'appointment.cancelled'
      AND a.status = 'cancelled' AND a.cancelled_by = 'bulk' AND o.rebook_until IS NOT NULL
    ORDER BY e.id DESC
    LIMIT 1
  `.execute(trx);
  return rows[0];
}

/** Notes which visit was chosen; a second one for the same visit violates `bulk_rebookings_happen_once`. */
export async function insertRebooking(
  trx: Trx,
  tenantId: string,
  rebooking: {
    readonly appointmentId: string;
    readonly operationId: string;
    readonly newAppointmentId: string;
    readonly hadPriority: boolean;
  },
): Promise<void> {
  await sql`
    INSERT INTO bulk_rebookings (tenant_id, appointment_id, operation_id, new_appointment_id, had_priority)
    VALUES (${tenantId}, ${rebooking.appointmentId}, ${rebooking.operationId}, ${rebooking.newAppointmentId},
      ${rebooking.hadPriority})
  `.execute(trx);
}

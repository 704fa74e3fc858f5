import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** Keeps how a visit was rated; another answer replaces the first. */
export async function upsertAnswer(
  trx: Trx,
  tenantId: string,
  { appointmentId, rating }: { readonly appointmentId: string; readonly rating: number },
): Promise<void> {
  await sql`
    INSERT INTO satisfaction_answers (tenant_id, appointment_id, rating)
    VALUES (${tenantId}, ${appointmentId}, ${rating})
    ON CONFLICT (tenant_id, appointment_id) DO UPDATE SET rating = excluded.rating, answered_at = clock_now()
  `.execute(trx);
}

/** How a visit was rated, if it was. */
export async function findAnswer(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<number | undefined> {
  const { rows } = await sql<{ rating: number }>`
    SELECT s.rating FROM satisfaction_answers s
    WHERE s.tenant_id = ${tenantId} AND s.appointment_id = ${appointmentId}
  `.execute(trx);
  return rows[0]?.rating;
}

/** How often a service was rated with how many. */
export interface RatingCount {
  readonly service_id: string;
  readonly rating: number;
  readonly count: number;
}

/** Counts answers of visits on dates of a range, by the visit's first service. */
export async function countAnswers(
  trx: Trx,
  tenantId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<RatingCount[]> {
  const { rows } = await sql<RatingCount>`
    SELECT l.service_id, s.rating, count(*) AS count
    FROM satisfaction_answers s
    JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = s.appointment_id
    JOIN appointment_legs l ON l.tenant_id = ${tenantId} AND l.appointment_id = a.id AND l.leg = 0
    WHERE s.tenant_id = ${tenantId} AND a.local_date BETWEEN ${from} AND ${to}
    GROUP BY l.service_id, s.rating
    ORDER BY l.service_id, s.rating
  `.execute(trx);
  return rows;
}

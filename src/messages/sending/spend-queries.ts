import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** A day of an administration's own calendar. */
export interface SpendDay {
  readonly tenantId: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/**
 * Adds to a day at once where its ceiling (micros; null: none) allows all of it, and says whether it did. The day's row is
 * held until the transaction ends, so that this comes last in it.
 */
export async function spendIfAffordable(
  trx: Trx,
  { tenantId, date }: SpendDay,
  { micros, parts, ceilingMicros }: Spending & { readonly ceilingMicros: number | null },
): Promise<boolean> {
  if (ceilingMicros !== null && micros > ceilingMicros) return false;
  const { numAffectedRows } = await sql`
    INSERT INTO message_spend AS d (tenant_id, on_date, spent_micros, parts, ceiling_micros)
    VALUES (${tenantId}, ${date}, ${micros}, ${parts}, ${ceilingMicros})
    ON CONFLICT (tenant_id, on_date) DO UPDATE
    SET spent_micros = d.spent_micros + excluded.spent_micros, parts = d.parts + excluded.parts,
        ceiling_micros = CASE WHEN excluded.ceiling_micros IS NULL THEN NULL
                              ELSE greatest(d.ceiling_micros, excluded.ceiling_micros) END
    WHERE excluded.ceiling_micros IS NULL OR d.spent_micros + excluded.spent_micros <= excluded.ceiling_micros
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Locks what SMS cost on a day so far; returns it. */
export async function lockSpend(trx: Trx, { tenantId, date }: SpendDay): Promise<number> {
  await sql`
    INSERT INTO message_spend (tenant_id, on_date, spent_micros, parts) VALUES (${tenantId}, ${date}, 0, 0)
    ON CONFLICT DO NOTHING
  `.execute(trx);
  const { rows } = await sql<{ spent_micros: number }>`
    SELECT spent_micros FROM message_spend WHERE tenant_id = ${tenantId} AND on_date = ${date} FOR UPDATE
  `.execute(trx);
  return rows[0]?.spent_micros ?? 0;
}

/** What is added to a day; negative for what was not sent after all. */
export interface Spending {
  readonly micros: number;
  readonly parts: number;
}

/** Adds to a locked day, whose ceiling the caller has kept to; the highest ceiling of the day is written beside it. */
export async function addSpend(
  trx: Trx,
  { tenantId, date }: SpendDay,
  { micros, parts, ceilingMicros }: Spending & { readonly ceilingMicros: number | null },
): Promise<void> {
  await sql`
    UPDATE message_spend
    SET spent_micros = spent_micros + ${micros}, parts = parts + ${parts},
        ceiling_micros = CASE WHEN ${ceilingMicros}::bigint IS NULL THEN NULL
                              ELSE greatest(ceiling_micros, ${ceilingMicros}::bigint) END
    WHERE tenant_id = ${tenantId} AND on_date = ${date}
  `.execute(trx);
}

/** Takes back what was reckoned for messages that the provider did not take. */
export async function refundSpend(
  trx: Trx,
  { tenantId, date }: SpendDay,
  { micros, parts }: Spending,
): Promise<void> {
  await sql`
    UPDATE message_spend
    SET spent_micros = greatest(spent_micros - ${micros}, 0), parts = greatest(parts - ${parts}, 0)
    WHERE tenant_id = ${tenantId} AND on_date = ${date}
  `.execute(trx);
}

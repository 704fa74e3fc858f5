import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** The switch of the whole installation. */
export interface SwitchRow {
  readonly paused_at: Date | null;
  readonly paused_reason: string | null;
  /** The database in which it was switched on last; null before the first start. */
  readonly place: string | null;
  /** The database that this is. */
  readonly here: string;
  /** Mark of the embedded database's folder, where there is one. */
  readonly folder: string | null;
}

/** Reads the switch. */
export async function readSwitch(trx: Trx): Promise<SwitchRow> {
  const { rows } = await sql<SwitchRow>`
    SELECT paused_at, paused_reason, place, sending_place() AS here, folder FROM sending_switch
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error("The switch of sending is missing");
  return row;
}

/** Remembers in which database and folder sending was switched on. */
export async function settleHere(trx: Trx, folder: string | null): Promise<void> {
  await sql`
    UPDATE sending_switch SET place = sending_place(), folder = coalesce(${folder}, folder)
  `.execute(trx);
}

/** Pauses everything; what was paused before keeps its reason. True when it was not paused. */
export async function pauseAll(trx: Trx, reason: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE sending_switch SET paused_at = clock_now(), paused_reason = ${reason} WHERE paused_at IS NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Lets everything go on, here. True when it was paused. */
export async function releaseAll(trx: Trx): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE sending_switch SET paused_at = NULL, paused_reason = NULL, place = sending_place() WHERE paused_at IS NOT NULL
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Discards what was due before an instant and not sent; of one tenant, in parts. Returns how many. */
export async function discardDueBefore(
  trx: Trx,
  tenantId: string,
  { before, countMax }: { readonly before: Date; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE messages m
    SET status = 'discarded', end_reason = 'not_released', ended_at = clock_now(), queued_until = NULL
    FROM (
      SELECT d.id FROM messages d
      WHERE d.tenant_id = ${tenantId} AND d.priority BETWEEN 0 AND 3 AND d.status = 'planned'
        AND d.next_at < ${before} AND d.due_at < ${before}
      ORDER BY d.id
      LIMIT ${countMax}
      FOR UPDATE) old
    WHERE m.tenant_id = ${tenantId} AND m.id = old.id AND m.status = 'planned'
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

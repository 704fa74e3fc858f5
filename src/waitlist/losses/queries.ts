import { sql } from "kysely";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";

/** An offer whose place somebody else took. */
export interface LostOffer {
  readonly id: string;
  readonly entry_id: string;
  /** The first of the visit's. */
  readonly service_id: string;
  readonly language: Language;
  readonly people_encrypted: Buffer | null;
  readonly is_training: boolean;
  readonly starts_at: Date;
  /** Its message went out and the wish still waits: else nobody is to be told. */
  readonly is_to_be_told: boolean;
}

/**
 * Notes offers that were lost to somebody faster within the last hour, each once, and says whom to tell. What another
 * worker has, and what is being sent at this moment, is left for the next look.
 */
export async function noteLosses(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<LostOffer[]> {
  const { rows } = await sql<LostOffer>`
    UPDATE waitlist_offers o
    SET loss_noted_at = clock_now()
    FROM (
      SELECT w.id, p.service_ids[1] AS service_id, p.starts_at, e.language, e.people_encrypted, e.is_training,
             e.status IN ('waiting', 'offered') AND EXISTS (
               SELECT FROM messages m
               WHERE m.tenant_id = w.tenant_id AND m.subject_id = w.id AND m.kind = 'waitlist_offer'
                 AND m.status IN ('sent', 'unknown')) AS is_to_be_told
      FROM waitlist_offers w
      JOIN waitlist_places p ON p.tenant_id = w.tenant_id AND p.id = w.place_id AND p.status = 'taken'
      JOIN waitlist_entries e ON e.tenant_id = w.tenant_id AND e.id = w.entry_id
      WHERE w.tenant_id = ${tenantId} AND w.status = 'superseded' AND w.loss_noted_at IS NULL
        AND w.ended_at > clock_now() - interval '1 hour'
        AND NOT EXISTS (
          SELECT FROM messages m
          WHERE m.tenant_id = w.tenant_id AND m.subject_id = w.id AND m.kind = 'waitlist_offer' AND m.status = 'leased')
      ORDER BY w.ended_at, w.id
      LIMIT ${countMax}
      FOR UPDATE OF w SKIP LOCKED) lost
    WHERE o.tenant_id = ${tenantId} AND o.id = lost.id
    RETURNING o.id, o.entry_id, lost.service_id, lost.starts_at, lost.language, lost.people_encrypted, lost.is_training,
              lost.is_to_be_told
  `.execute(trx);
  return rows;
}

import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { PhoneTaskOutcome } from "../../messages/phone-tasks/phone-task.ts";

/** Which call a note is about: of the list of calls, or about an offer of the waitlist. */
export type CallSubject = { readonly taskId: string } | { readonly offerId: string };

/** Writes what was noted of a call. */
export async function insertCallNote(
  trx: Trx,
  tenantId: string,
  note: {
    readonly id: string;
    readonly about: CallSubject;
    readonly outcome: PhoneTaskOutcome;
    readonly noteEncrypted: Buffer;
    readonly notedBy: string;
  },
): Promise<void> {
  const { taskId, offerId } = idsOf(note.about);
  await sql`
    INSERT INTO call_notes (tenant_id, id, task_id, offer_id, outcome, note_encrypted, noted_by)
    VALUES (${tenantId}, ${note.id}, ${taskId}, ${offerId}, ${note.outcome}, ${note.noteEncrypted}, ${note.notedBy})
  `.execute(trx);
}

/** A note as it is stored. */
export interface CallNoteRow {
  readonly id: string;
  readonly outcome: PhoneTaskOutcome;
  readonly note_encrypted: Buffer;
  readonly created_at: Date;
}

/** What was noted of a call before, the oldest first; at most ten. */
export async function listCallNotes(
  trx: Trx,
  tenantId: string,
  about: CallSubject,
): Promise<CallNoteRow[]> {
  const { taskId, offerId } = idsOf(about);
  const { rows } = await sql<CallNoteRow>`
    SELECT id, outcome, note_encrypted, created_at
    FROM call_notes
    WHERE tenant_id = ${tenantId} AND (task_id = ${taskId}::uuid OR offer_id = ${offerId}::uuid)
    ORDER BY created_at, id
    LIMIT 10
  `.execute(trx);
  return rows;
}

/** Deletes notes that are older than so many days; returns how many. */
export async function deleteOldCallNotes(
  trx: Trx,
  tenantId: string,
  { keptDays, countMax }: { readonly keptDays: number; readonly countMax: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM call_notes
    WHERE tenant_id = ${tenantId} AND id IN (
      SELECT id FROM call_notes
      WHERE tenant_id = ${tenantId} AND created_at < clock_now() - make_interval(days => ${keptDays})
      LIMIT ${countMax})
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

function idsOf(about: CallSubject): { taskId: string | null; offerId: string | null } {
  return "taskId" in about
    ? { taskId: about.taskId, offerId: null }
    : { taskId: null, offerId: about.offerId };
}

import type { Deps, RequestContext, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { newId } from "../../db/random.ts";
import type { PhoneTaskOutcome } from "../../messages/phone-tasks/phone-task.ts";
import { operatorOf } from "./operator.ts";
import { type CallSubject, deleteOldCallNotes, insertCallNote, listCallNotes } from "./queries.ts";

/** What was noted of a call, for whoever calls next. */
export interface CallNote {
  readonly outcome: PhoneTaskOutcome;
  readonly note: string;
  readonly at: Date;
}

/** Seals a note of a call in the caller's transaction; an empty one is none. */
export async function noteCall(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  given: {
    readonly context: RequestContext;
    readonly about: CallSubject;
    readonly outcome: PhoneTaskOutcome;
    readonly note: string | undefined;
  },
): Promise<void> {
  const { context, about, outcome, note = "" } = given;
  if (note.trim() === "") return;
  const tenantId = context.tenant.id;
  const id = newId();
  await insertCallNote(trx, tenantId, {
    id,
    about,
    outcome,
    noteEncrypted: vault.seal(tenantId, sealContext(id), note.trim()),
    notedBy: operatorOf(context),
  });
}

/** What was noted of a call before, the oldest first. */
export async function readCallNotes(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { tenantId, about }: { readonly tenantId: string; readonly about: CallSubject },
): Promise<CallNote[]> {
  const rows = await listCallNotes(trx, tenantId, about);
  return rows.map((row) => ({
    outcome: row.outcome,
    note: vault.open(tenantId, sealContext(row.id), row.note_encrypted),
    at: row.created_at,
  }));
}

function sealContext(id: string): string {
  return `call_notes/note/${id}`;
}

const keptDays = 30;
const atOnceMax = 2_000;

/** Deletes notes of calls after thirty days. Returns how many. Hourly; may be repeated and run anywhere. */
export async function forgetCallNotes(
  { db }: Pick<Deps, "db">,
  tenant: Pick<Tenant, "id">,
): Promise<number> {
  return db.inTenant(tenant.id, (trx) =>
    deleteOldCallNotes(trx, tenant.id, { keptDays, countMax: atOnceMax }),
  );
}

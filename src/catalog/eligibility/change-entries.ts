import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { refusal } from "../errors.ts";
import { ENTRIES_MAX, eligibilityHash } from "./eligibility-list.ts";
import { deleteEntries, insertEntries, lockListRow } from "./queries.ts";

/** Keys to put on a list and to take off it, as people write them; at most 10,000 of each. */
export interface ChangeEntries {
  readonly listId: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** How many keys were really added and removed. */
export interface ChangedEntries {
  readonly added: number;
  readonly removed: number;
}

/**
 * Puts keys on a list and takes keys off it; only keyed hashes are stored. A key that is in both stays on it.
 * May be repeated. Throws `not-found`, and `invalid-request` for too many keys.
 */
export async function changeEntries(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  input: ChangeEntries,
): Promise<ChangedEntries> {
  return deps.db.inTenant(
    context.tenant.id,
    (trx) => changeEntriesIn(trx, { ...context, vault: deps.vault }, input),
    { signal: context.signal },
  );
}

/** `changeEntries` in the caller's transaction. */
export async function changeEntriesIn(
  trx: Trx,
  context: RequestContext & Pick<Deps, "vault">,
  { listId, add, remove }: ChangeEntries,
): Promise<ChangedEntries> {
  const tenantId = context.tenant.id;
  if (add.length > ENTRIES_MAX || remove.length > ENTRIES_MAX) {
    throw refusal([{ path: "add", message: `At most ${ENTRIES_MAX} keys at once.` }]);
  }
  const list = await lockListRow(trx, tenantId, listId);
  if (!list) throw new DomainError(notFound, "There is no such list.");
  const hashOf = (key: string) => eligibilityHash(context.vault, { tenantId, listId }, key);
  const removed = await deleteEntries(trx, tenantId, { listId, hashes: remove.map(hashOf) });
  const added = await insertEntries(trx, tenantId, { listId, hashes: add.map(hashOf) });
  if (added + removed > 0) {
    await recordEvents(trx, context, [
      {
        kind: "eligibility_list.entries_changed",
        subjectKind: "eligibility_list",
        subjectId: listId,
        subjectVersion: list.version,
        body: { added, removed },
        isRelayed: false,
      },
    ]);
  }
  return { added, removed };
}

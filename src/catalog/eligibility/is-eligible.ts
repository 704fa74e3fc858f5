import type { Trx } from "../../db/database.ts";
import type { Vault } from "../../db/vault.ts";
import { eligibilityHash } from "./eligibility-list.ts";
import { hasEntry } from "./queries.ts";

/** Whether the answer to a service's eligibility field is on its list, in the caller's transaction. */
export async function isEligibleIn(
  trx: Trx,
  vault: Pick<Vault, "fingerprint">,
  ask: {
    readonly tenantId: string;
    readonly listId: string;
    readonly key: string | number | boolean;
  },
): Promise<boolean> {
  const hash = eligibilityHash(vault, ask, ask.key);
  return hasEntry(trx, ask.tenantId, { listId: ask.listId, hash });
}

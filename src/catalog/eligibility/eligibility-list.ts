import type { LocalizedText } from "../../context.ts";
import type { Vault } from "../../db/vault.ts";
import { normaliseKey } from "../../identity/person-keys.ts";

/** Who may book a service. What is on it cannot be read back. */
export interface EligibilityList {
  readonly id: string;
  readonly code: string;
  readonly name: LocalizedText;
  /** How many keys are on it. */
  readonly entry_count: number;
  readonly version: number;
}

/** Keys that one call may add or remove. */
export const ENTRIES_MAX = 10_000;

/**
 * The keyed hash under which a key is on a list, in hexadecimal. Case and separators of the key make no difference;
 * the same key has another hash on another list.
 */
export function eligibilityHash(
  vault: Pick<Vault, "fingerprint">,
  list: { readonly tenantId: string; readonly listId: string },
  key: string | number | boolean,
): string {
  return vault
    .fingerprint(list.tenantId, `eligibility/${list.listId}`, normaliseKey(key))
    .toString("hex");
}

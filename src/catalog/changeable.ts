import { conflictingChange, DomainError, notFound } from "../errors.ts";
import { retired } from "./errors.ts";

/**
 * The locked row, when it may be changed by someone who saw `version` (anybody when undefined).
 * Throws `not-found`, `retired` and `conflicting-change`.
 */
export function changeable<T extends { readonly version: number; readonly is_retired: boolean }>(
  row: T | undefined,
  version: number | undefined,
): T {
  if (!row) throw new DomainError(notFound, "There is no such thing here.");
  if (row.is_retired) throw new DomainError(retired, "This was retired and cannot be changed.");
  if (version !== undefined && version !== row.version) {
    throw new DomainError(conflictingChange, "Somebody changed this meanwhile.", {
      facts: { version: row.version },
    });
  }
  return row;
}

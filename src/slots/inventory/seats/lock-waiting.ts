import type { Trx } from "../../../db/database.ts";
import { lockSlotRows } from "../queries.ts";
import type { WantedInventory } from "../wanted-slots.ts";
import { listConflictIds, listSlotIdsOf } from "./queries.ts";

/** Appointments in conflict that are tried again in one transaction. */
const waitingMax = 1_000;

/**
 * Appointments in conflict at the sites and times of some windows, for which there may be room now, the oldest first;
 * locks the slots that they have. At most 1,000.
 */
export async function lockWaiting(
  trx: Trx,
  tenantId: string,
  {
    windows,
    except,
  }: {
    readonly windows: readonly Omit<WantedInventory, "slots">[];
    /** Those who are dealt with already. */
    readonly except: readonly string[];
  },
): Promise<string[]> {
  const known = new Set(except);
  const found = await listConflictIds(trx, tenantId, { windows, countMax: waitingMax });
  const ids = found.filter((id) => !known.has(id));
  if (ids.length > 0) {
    await lockSlotRows(trx, tenantId, await listSlotIdsOf(trx, tenantId, ids));
  }
  return ids;
}

import type { Deps } from "../../context.ts";
import { expireAllocations, lockSlotIds } from "../claim/queries.ts";
import { deleteEndedHolds, listSlotsToTidy } from "./queries.ts";

const slotsMax = 500;

/**
 * Ends what has expired and forgets old ended holds of one tenant; returns how many slots were tidied.
 * Only tidies: claims judge expiry themselves under the slot's lock. May be repeated and run anywhere.
 */
export async function tidyExpired(deps: Pick<Deps, "db">, tenantId: string): Promise<number> {
  return deps.db.inTenant(tenantId, async (trx) => {
    const slotIds = await listSlotsToTidy(trx, tenantId, slotsMax);
    if (slotIds.length > 0) {
      await lockSlotIds(trx, tenantId, slotIds);
      await expireAllocations(trx, tenantId, { slotIds });
    }
    await deleteEndedHolds(trx, tenantId, slotsMax);
    return slotIds.length;
  });
}

import { v7 as uuidv7 } from "uuid";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import { deleteCeilingUses, hasCeilingUses } from "../ceilings/queries.ts";
import { deleteAllocations, insertCoolDowns, listOwnedUnits, lockSlotIds } from "./queries.ts";
import type { CoolDown } from "./release-places.ts";

/** Slots that are locked until the end of the transaction. */
export interface LockedSlots {
  readonly slotIds: ReadonlySet<number>;
}

/** Locks the slots that owners have units of, in id order, before it is decided who of them gives his places back. */
export async function lockPlacesOf(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<LockedSlots> {
  const owned = await listOwnedUnits(trx, tenantId, ownerIds);
  const slotIds = new Set(owned.map((one) => one.slotId));
  if (slotIds.size > 0) await lockSlotIds(trx, tenantId, [...slotIds]);
  return { slotIds };
}

/** Owners whose places stay back for the same time. */
export interface Leaving {
  readonly ownerIds: readonly string[];
  readonly coolDown: CoolDown | undefined;
}

/**
 * Gives the places and ceilings of many owners back, in the caller's transaction, which has locked them. Throws
 * StaleRead when places of one of them moved to other slots before the locks were held.
 */
export async function releaseManyPlaces(
  trx: Trx,
  tenantId: string,
  { locked, leaving }: { readonly locked: LockedSlots; readonly leaving: readonly Leaving[] },
): Promise<void> {
  const ownerIds = leaving.flatMap((one) => one.ownerIds);
  if (ownerIds.length === 0) return;
  const cooling = [];
  for (const { ownerIds: ids, coolDown } of leaving) {
    if (!coolDown || coolDown.coolDownSeconds <= 0) continue;
    cooling.push({ coolDown, units: await listOwnedUnits(trx, tenantId, ids) });
  }
  const touched = await deleteAllocations(trx, tenantId, ownerIds);
  if (touched.some((slotId) => !locked.slotIds.has(slotId)))
    throw new StaleRead("The places moved before they were locked");
  if (await hasCeilingUses(trx, tenantId, ownerIds))
    await deleteCeilingUses(trx, tenantId, ownerIds);
  for (const { coolDown, units } of cooling) {
    await insertCoolDowns(trx, tenantId, {
      ownerId: uuidv7(),
      seconds: coolDown.coolDownSeconds,
      noticeMinutes: coolDown.noticeMinutes,
      units,
    });
  }
}

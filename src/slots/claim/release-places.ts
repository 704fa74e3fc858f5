import { v7 as uuidv7 } from "uuid";
import type { Trx } from "../../db/database.ts";
import { StaleRead } from "../../db/faults.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import {
  deleteAllocations,
  insertCoolDowns,
  listOwnedUnits,
  lockSlotIds,
  type OwnedUnits,
} from "./queries.ts";

/** How long a freed place of a scarce service stays back, and until when at most. */
export type CoolDown = Pick<ServiceRule, "coolDownSeconds" | "noticeMinutes">;

/**
 * Gives the places and ceilings of one owner back, in the caller's transaction. With a cool-down the places stay
 * taken, but not by the owner, until it ends. Does nothing when there is nothing to give back.
 */
export async function releasePlaces(
  trx: Trx,
  tenantId: string,
  { ownerId, coolDown }: { ownerId: string; coolDown?: CoolDown | undefined },
): Promise<void> {
  const owned = await lockOwned(trx, tenantId, [ownerId]);
  if (owned.length === 0) return;
  await deleteAllocations(trx, tenantId, [ownerId]);
  await deleteCeilingUses(trx, tenantId, [ownerId]);
  if (coolDown && coolDown.coolDownSeconds > 0) {
    await insertCoolDowns(trx, tenantId, {
      ownerId: uuidv7(),
      seconds: coolDown.coolDownSeconds,
      noticeMinutes: coolDown.noticeMinutes,
      units: owned,
    });
  }
}

/** Locks the slots owners have units of; throws StaleRead when they moved before the locks were held. */
export async function lockOwned(
  trx: Trx,
  tenantId: string,
  ownerIds: readonly string[],
): Promise<readonly OwnedUnits[]> {
  const before = await listOwnedUnits(trx, tenantId, ownerIds);
  if (before.length === 0) return [];
  const slotIds = before.map((one) => one.slotId);
  await lockSlotIds(trx, tenantId, slotIds);
  const owned = await listOwnedUnits(trx, tenantId, ownerIds);
  const known = new Set(slotIds);
  if (owned.some((one) => !known.has(one.slotId))) {
    throw new StaleRead("The places moved before they were locked");
  }
  return owned;
}

import { v7 as uuidv7 } from "uuid";
import type { Trx } from "../../db/database.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import { deleteAllocations, insertCoolDowns } from "../claim/queries.ts";
import { type CoolDown, lockOwned } from "../claim/release-places.ts";

/**
 * Gives offered places back, in the caller's transaction. For as long as `handOver` says only the waitlist and staff may
 * take them; then they are on sale. Does nothing for those that are gone already.
 */
export async function releaseOffered(
  trx: Trx,
  tenantId: string,
  { placeIds, handOver }: { readonly placeIds: readonly string[]; readonly handOver: CoolDown },
): Promise<void> {
  const owned = await lockOwned(trx, tenantId, placeIds);
  if (owned.length === 0) return;
  await deleteAllocations(trx, tenantId, placeIds);
  await deleteCeilingUses(trx, tenantId, placeIds);
  await insertCoolDowns(trx, tenantId, {
    ownerId: uuidv7(),
    seconds: handOver.coolDownSeconds,
    noticeMinutes: handOver.noticeMinutes,
    units: owned,
  });
}

import type { Trx } from "../../db/database.ts";
import { bringBack } from "./bring-back.ts";
import { countAllocations, lockSlotRows } from "./queries.ts";
import { lockWaiting } from "./seats/lock-waiting.ts";
import { listSlotIdsOf, listUnservedIds } from "./seats/queries.ts";
import { seatElsewhere } from "./seats/seat-elsewhere.ts";
import type { InventoryEffect, WantedInventory } from "./wanted-slots.ts";

/** What following the offers did. */
export type OffersEffect = Pick<
  InventoryEffect,
  "uncountedAppointmentIds" | "countedAppointmentIds" | "moved"
>;

/**
 * Lets appointments follow the services that resources offer, in the caller's transaction, which holds
 * `lockInventories` for them: who is at a resource that no longer offers what he is booked for goes to an equivalent one
 * at the same time, or is no longer counted; who has been in conflict comes back where it is offered again, the oldest
 * first. May be repeated.
 */
export async function followOffers(
  trx: Trx,
  tenantId: string,
  windows: readonly Omit<WantedInventory, "slots">[],
): Promise<OffersEffect> {
  const resourceIds = windows.map((window) => window.resourceId);
  const leaving = await listUnservedIds(trx, tenantId, resourceIds);
  if (leaving.length > 0) {
    await lockSlotRows(trx, tenantId, await listSlotIdsOf(trx, tenantId, leaving));
    await countAllocations(trx, tenantId, { appointmentIds: leaving, isCounted: false });
  }
  const waiting = await lockWaiting(trx, tenantId, { windows, except: leaving });
  const back = await bringBack(trx, tenantId, {
    grownIds: await listSlotIdsOf(trx, tenantId, waiting),
    except: leaving,
  });
  const { appointmentIds, moved } = await seatElsewhere(trx, tenantId, [
    ...leaving,
    ...waiting.filter((id) => !back.includes(id)),
  ]);
  return {
    uncountedAppointmentIds: leaving.filter((id) => !appointmentIds.includes(id)),
    countedAppointmentIds: [...back, ...appointmentIds],
    moved,
  };
}

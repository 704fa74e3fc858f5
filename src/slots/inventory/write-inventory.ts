import type { Trx } from "../../db/database.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import { deleteAllocations, expireAllocations } from "../claim/queries.ts";
import { planEviction } from "./plan-eviction.ts";
import { planReturn } from "./plan-return.ts";
import {
  type ChangedSlot,
  countAllocations,
  endHolds,
  insertMissingSlots,
  listChangedSlots,
  listHeldUnits,
  listMissedUnits,
  listSlotIdsOfOwners,
  listSlotRooms,
  lockSlotRows,
  removeSlots,
  updateSlots,
} from "./queries.ts";
import { type InventoryEffect, noEffect, type WantedInventory } from "./wanted-slots.ts";

const LOCK_ROUNDS_MAX = 5;

/**
 * Brings the slots of resources in line with what is wanted, in the caller's transaction, which must hold
 * `lockInventories` for them. Slots that have begun are left alone; what is right already is not written.
 *
 * Where places go, expired allocations are dropped, then cool-downs, holds and offers end, then appointments are no
 * longer counted, the newest first and with all their cells; a slot that somebody has an allocation on is closed
 * instead of deleted. Where places come, the oldest appointments in conflict are counted again.
 * May be repeated. Claims wait for the slots they share and then see the new capacity.
 */
export async function writeInventory(
  trx: Trx,
  tenantId: string,
  wanted: readonly WantedInventory[],
): Promise<InventoryEffect> {
  const changed = await listChangedSlots(trx, tenantId, wanted);
  const effect = changed.length === 0 ? noEffect : await change(trx, tenantId, { changed, wanted });
  return { ...effect, created: await insertMissingSlots(trx, tenantId, wanted) };
}

interface Change {
  readonly changed: readonly ChangedSlot[];
  readonly wanted: readonly WantedInventory[];
}

async function change(
  trx: Trx,
  tenantId: string,
  { changed, wanted }: Change,
): Promise<InventoryEffect> {
  const moving = changed.filter(
    (slot) => slot.hasOtherEnd || slot.capacity !== slot.wantedCapacity,
  );
  const movingIds = moving.map((slot) => slot.id);
  await lockWithOwners(trx, tenantId, { ids: changed.map((slot) => slot.id), movingIds });
  const evicted = await evict(trx, tenantId, moving);
  const [kept, gone] = [
    changed.filter((s) => s.shouldExist),
    changed.filter((s) => !s.shouldExist),
  ];
  const goneIds = gone.map((slot) => slot.id);
  const removed = goneIds.length === 0 ? 0 : await removeSlots(trx, tenantId, goneIds);
  const keptIds = kept.map((slot) => slot.id);
  if (keptIds.length > 0) await updateSlots(trx, tenantId, { slotIds: keptIds, wanted });
  const grown = kept.filter((slot) => slot.hasOtherEnd || slot.wantedCapacity > slot.capacity);
  const countedAppointmentIds = await bringBack(trx, tenantId, {
    grownIds: grown.map((slot) => slot.id),
    except: evicted.uncountedAppointmentIds,
  });
  return { ...noEffect, ...evicted, removed, changed: kept.length, countedAppointmentIds };
}

/**
 * Locks the slots and those their owners have elsewhere, in id order. Somebody may book between looking and
 * locking, hence the second look; if that shows more, they are locked late, and a deadlock with a claim is retried.
 */
async function lockWithOwners(
  trx: Trx,
  tenantId: string,
  { ids, movingIds }: { ids: readonly number[]; movingIds: readonly number[] },
): Promise<void> {
  const locked = new Set<number>();
  for (let round = 0; round < LOCK_ROUNDS_MAX; round += 1) {
    const others =
      movingIds.length === 0 ? [] : await listSlotIdsOfOwners(trx, tenantId, movingIds);
    const missing = [...new Set([...ids, ...others])].filter((id) => !locked.has(id));
    if (missing.length === 0) return;
    await lockSlotRows(trx, tenantId, missing);
    for (const id of missing) locked.add(id);
  }
}

/** Makes room for the wanted capacities of locked slots. */
async function evict(
  trx: Trx,
  tenantId: string,
  moving: readonly ChangedSlot[],
): Promise<Pick<InventoryEffect, "releasedHolds" | "uncountedAppointmentIds">> {
  const shrinking = moving.filter(
    (slot) => slot.hasOtherEnd || slot.wantedCapacity < slot.capacity,
  );
  if (shrinking.length === 0) return { releasedHolds: 0, uncountedAppointmentIds: [] };
  const ids = shrinking.map((slot) => slot.id);
  await expireAllocations(trx, tenantId, { slotIds: ids });
  const capacities = new Map(
    shrinking.map((slot) => [slot.id, slot.hasOtherEnd ? 0 : slot.wantedCapacity]),
  );
  const plan = planEviction(await listHeldUnits(trx, tenantId, ids), capacities);
  const { releasedOwnerIds, uncountedAppointmentIds: appointmentIds } = plan;
  const releasedHolds = await release(trx, tenantId, releasedOwnerIds);
  if (appointmentIds.length > 0) {
    await countAllocations(trx, tenantId, { appointmentIds, isCounted: false });
  }
  return { releasedHolds, uncountedAppointmentIds: appointmentIds };
}

async function release(trx: Trx, tenantId: string, ownerIds: readonly string[]): Promise<number> {
  if (ownerIds.length === 0) return 0;
  await deleteAllocations(trx, tenantId, ownerIds);
  await deleteCeilingUses(trx, tenantId, ownerIds);
  return endHolds(trx, tenantId, ownerIds);
}

/** Counts appointments in conflict again where the places are back; returns whom. */
async function bringBack(
  trx: Trx,
  tenantId: string,
  { grownIds, except }: { grownIds: readonly number[]; except: readonly string[] },
): Promise<string[]> {
  if (grownIds.length === 0) return [];
  const missed = await listMissedUnits(trx, tenantId, grownIds);
  const others = missed.filter(({ appointmentId }) => !except.includes(appointmentId));
  if (others.length === 0) return [];
  const rooms = await listSlotRooms(
    trx,
    tenantId,
    others.map(({ slotId }) => slotId),
  );
  const { countedAppointmentIds, reopenedAppointmentIds } = planReturn(others, rooms);
  if (countedAppointmentIds.length > 0) {
    await countAllocations(trx, tenantId, {
      appointmentIds: countedAppointmentIds,
      isCounted: true,
    });
  }
  return [...countedAppointmentIds, ...reopenedAppointmentIds];
}

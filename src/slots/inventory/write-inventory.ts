import type { Trx } from "../../db/database.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import { deleteAllocations, expireAllocations } from "../claim/queries.ts";
import { bringBack } from "./bring-back.ts";
import { planEviction } from "./plan-eviction.ts";
import {
  type ChangedSlot,
  countAllocations,
  deleteEmptySlots,
  endHolds,
  insertMissingSlots,
  listChangedSlots,
  listHeldUnits,
  listSlotIdsOfOwners,
  lockSlotRows,
  removeSlots,
  updateSlots,
} from "./queries.ts";
import { lockWaiting } from "./seats/lock-waiting.ts";
import { seatElsewhere } from "./seats/seat-elsewhere.ts";
import { type InventoryEffect, noEffect, type WantedInventory } from "./wanted-slots.ts";

const LOCK_ROUNDS_MAX = 5;

/**
 * Brings the slots of resources in line with what is wanted, in the caller's transaction, which must hold
 * `lockInventories` for them. Slots that have begun are left alone; what is right already is not written.
 *
 * Where places go, expired allocations are dropped, then cool-downs, holds and offers end, then appointments are no
 * longer counted, the newest first and with all their cells; a slot that somebody has an allocation on is closed
 * instead of deleted. Where places come, the oldest appointments in conflict are counted again. Who has no place then
 * gets one at an equivalent resource at the same time where that is possible (`seatElsewhere`).
 * May be repeated. Claims wait for the slots they share and then see the new capacity.
 */
export async function writeInventory(
  trx: Trx,
  tenantId: string,
  wanted: readonly WantedInventory[],
): Promise<InventoryEffect> {
  const changed = await listChangedSlots(trx, tenantId, wanted);
  const shrunk = changed.length === 0 ? noShrinking : await shrink(trx, tenantId, changed);
  const keptIds = changed.filter((slot) => slot.shouldExist).map((slot) => slot.id);
  if (keptIds.length > 0) await updateSlots(trx, tenantId, { slotIds: keptIds, wanted });
  const created = await insertMissingSlots(trx, tenantId, wanted);
  const grownIds = changed.filter(hasGrown).map((slot) => slot.id);
  const countedAppointmentIds = await bringBack(trx, tenantId, {
    grownIds,
    except: shrunk.uncountedAppointmentIds,
  });
  const effect = {
    ...noEffect,
    ...shrunk,
    created,
    changed: keptIds.length,
    countedAppointmentIds,
  };
  const waiting =
    grownIds.length === 0 && created === 0
      ? []
      : await lockWaiting(trx, tenantId, {
          windows: wanted,
          except: [...countedAppointmentIds, ...shrunk.uncountedAppointmentIds],
        });
  return takeOver(trx, tenantId, { effect, waiting, changed });
}

function hasGrown({ shouldExist, hasOtherEnd, wantedCapacity, capacity }: ChangedSlot): boolean {
  return shouldExist && (hasOtherEnd || wantedCapacity > capacity);
}

type Shrinking = Pick<
  InventoryEffect,
  "removed" | "releasedHolds" | "uncountedAppointmentIds" | "keptAppointmentIds"
>;

const noShrinking: Shrinking = noEffect;

/** Makes everybody leave who has to, and removes or closes the slots that should not exist. */
async function shrink(
  trx: Trx,
  tenantId: string,
  changed: readonly ChangedSlot[],
): Promise<Shrinking> {
  const moving = changed.filter(
    (slot) => slot.hasOtherEnd || slot.capacity !== slot.wantedCapacity,
  );
  const movingIds = moving.map((slot) => slot.id);
  await lockWithOwners(trx, tenantId, { ids: changed.map((slot) => slot.id), movingIds });
  const evicted = await evict(trx, tenantId, moving);
  const goneIds = changed.filter((slot) => !slot.shouldExist).map((slot) => slot.id);
  const removed = goneIds.length === 0 ? 0 : await removeSlots(trx, tenantId, goneIds);
  return { ...evicted, removed };
}

/** Lets equivalent resources take over who lost his places, and who has been without any; the oldest first. */
async function takeOver(
  trx: Trx,
  tenantId: string,
  {
    effect,
    waiting,
    changed,
  }: {
    effect: InventoryEffect;
    waiting: readonly string[];
    changed: readonly ChangedSlot[];
  },
): Promise<InventoryEffect> {
  const { uncountedAppointmentIds: evicted, countedAppointmentIds } = effect;
  const { appointmentIds, moved } = await seatElsewhere(trx, tenantId, [...evicted, ...waiting]);
  if (appointmentIds.length === 0) return effect;
  const seated = new Set(appointmentIds);
  const goneIds = changed.filter((slot) => !slot.shouldExist).map((slot) => slot.id);
  await deleteEmptySlots(trx, tenantId, goneIds);
  return {
    ...effect,
    uncountedAppointmentIds: evicted.filter((id) => !seated.has(id)),
    // Who left was perhaps in conflict before, on a slot that closes altogether now.
    countedAppointmentIds: [...countedAppointmentIds, ...appointmentIds],
    moved,
  };
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
): Promise<Omit<Shrinking, "removed">> {
  const shrinking = moving.filter(
    (slot) => slot.hasOtherEnd || slot.wantedCapacity < slot.capacity,
  );
  if (shrinking.length === 0) return noShrinking;
  const ids = shrinking.map((slot) => slot.id);
  await expireAllocations(trx, tenantId, { slotIds: ids });
  const capacities = new Map(
    shrinking.map((slot) => [slot.id, slot.hasOtherEnd ? 0 : slot.wantedCapacity]),
  );
  const held = await listHeldUnits(trx, tenantId, ids);
  const plan = planEviction(held, capacities);
  const { releasedOwnerIds, uncountedAppointmentIds: appointmentIds } = plan;
  const releasedHolds = await release(trx, tenantId, releasedOwnerIds);
  if (appointmentIds.length > 0) {
    await countAllocations(trx, tenantId, { appointmentIds, isCounted: false });
  }
  const leaving = new Set(appointmentIds);
  const staying = held.filter((one) => one.ownerKind === "appointment" && one.isCounted);
  const kept = new Set(staying.map((one) => one.ownerId).filter((id) => !leaving.has(id)));
  return {
    releasedHolds,
    uncountedAppointmentIds: appointmentIds,
    keptAppointmentIds: [...kept],
  };
}

async function release(trx: Trx, tenantId: string, ownerIds: readonly string[]): Promise<number> {
  if (ownerIds.length === 0) return 0;
  await deleteAllocations(trx, tenantId, ownerIds);
  await deleteCeilingUses(trx, tenantId, ownerIds);
  return endHolds(trx, tenantId, ownerIds);
}

import type { Trx } from "../../db/database.ts";
import { deleteCeilingUses } from "../ceilings/queries.ts";
import { deleteAllocations } from "../claim/queries.ts";
import { lockOwned } from "../claim/release-places.ts";
import { countAllocations, endHolds } from "../inventory/queries.ts";
import { bringBack } from "../inventory/bring-back.ts";
import {
  insertSuspension,
  liftSuspensionRow,
  listSuspendedOwners,
  type SuspensionFacts,
} from "./queries.ts";

/** Whom a suspension hit. */
export interface Suspended {
  readonly holdsReleased: number;
  /** Booked visits that have no places any more. */
  readonly appointmentIds: readonly string[];
}

/**
 * Suspends a service at a site for a time, in the caller's transaction: nobody finds or claims a time of it that overlaps,
 * open holds of it end, and its visits are no longer counted, so that their places serve other services. Searches and claims
 * judge by rules that may be a second old; `catchUpIn` finds who slipped in.
 */
export async function suspendServiceIn(
  trx: Trx,
  tenantId: string,
  one: SuspensionFacts,
): Promise<Suspended> {
  await insertSuspension(trx, tenantId, one);
  return catchUpIn(trx, tenantId, one);
}

/** Ends holds and uncounts visits that a suspension overlaps, in the caller's transaction. May be repeated. */
export async function catchUpIn(
  trx: Trx,
  tenantId: string,
  one: SuspensionFacts,
): Promise<Suspended> {
  const { holdIds, appointmentIds } = await listSuspendedOwners(trx, tenantId, one);
  await lockOwned(trx, tenantId, [...holdIds, ...appointmentIds]);
  let holdsReleased = 0;
  if (holdIds.length > 0) {
    await deleteAllocations(trx, tenantId, holdIds);
    await deleteCeilingUses(trx, tenantId, holdIds);
    holdsReleased = await endHolds(trx, tenantId, holdIds);
  }
  if (appointmentIds.length > 0)
    await countAllocations(trx, tenantId, { appointmentIds, isCounted: false });
  return { holdsReleased, appointmentIds };
}

/**
 * Lifts a suspension in the caller's transaction and counts the visits named again where there is room, the oldest first;
 * returns whom. May be repeated.
 */
export async function liftSuspensionIn(
  trx: Trx,
  tenantId: string,
  { id, appointmentIds }: { readonly id: string; readonly appointmentIds: readonly string[] },
): Promise<string[]> {
  await liftSuspensionRow(trx, tenantId, id);
  const owned = await lockOwned(trx, tenantId, appointmentIds);
  const grownIds = owned.map(({ slotId }) => slotId);
  return bringBack(trx, tenantId, { grownIds, except: [] });
}

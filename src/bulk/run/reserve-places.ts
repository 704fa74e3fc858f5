import type { Deps } from "../../context.ts";
import { reserveFreeUnits } from "../../slots/reserves/queries.ts";
import { readRebookingNeeds, updatePlacesReserved } from "./queries.ts";
import type { RunScope } from "./run-part.ts";

/** Places kept back by one operation at most: they are locked and written in one transaction. */
const unitsMax = 5_000;
/** Places kept back per person, so that the last one has a choice too. */
const unitsPerPerson = 2;

/**
 * Keeps free places back for those whose visits an operation cancels, before the first is cancelled, once. The public
 * does not see them; they are free for everybody when the time for rebooking is over. May be repeated.
 */
export async function reservePlaces(
  { db }: Pick<Deps, "db">,
  { tenantId, operation }: RunScope,
  signal: AbortSignal,
): Promise<void> {
  const reserve = operation.rebooking?.reserve;
  const until = operation.rebook_until;
  if (!reserve || !until || operation.places_reserved_at !== null) return;
  await db.inTenant(
    tenantId,
    async (trx) => {
      if (!(await updatePlacesReserved(trx, tenantId, operation.id))) return;
      const needs = await readRebookingNeeds(trx, tenantId, operation.id);
      await reserveFreeUnits(trx, tenantId, {
        ...reserve,
        until,
        ownerId: operation.id,
        siteIds: needs.site_ids,
        serviceIds: needs.service_ids,
        unitsMax: Math.min(needs.people * unitsPerPerson, unitsMax),
      });
    },
    { signal },
  );
}

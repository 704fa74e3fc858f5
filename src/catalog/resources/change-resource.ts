import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { changeable } from "../changeable.ts";
import { applyChange, type Change } from "../changes.ts";
import { cellsInUse, refusal } from "../errors.ts";
import { checkOfferedServicesIn } from "./check-offered-services.ts";
import {
  hasFutureAllocations,
  listOpeningsOffGrid,
  lockResourceRow,
  replaceResourceServices,
  updateResource,
} from "./queries.ts";
import {
  factsOfResource,
  factsThatMoveSlots,
  type Resource,
  type ResourceFacts,
  sortedIds,
} from "./resource.ts";

export type ChangeResource = Change<ResourceFacts>;

/**
 * Changes a resource; a change that changes nothing writes nothing. Its slots are generated anew when its cells or
 * services change. Throws `not-found`, `retired`, `conflicting-change`, `cells-in-use` when the cell length changes
 * under held or booked slots, and `invalid-request` for unknown services and for openings off the new grid.
 */
export async function changeResource(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeResource },
): Promise<Resource> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeResourceIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `changeResource` in the caller's transaction. */
export async function changeResourceIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeResource },
): Promise<Resource> {
  const tenantId = context.tenant.id;
  const resource = changeable(await lockResourceRow(trx, tenantId, id), change.version);
  const wanted = { ...change, service_ids: change.service_ids && sortedIds(change.service_ids) };
  const { next, changedKeys } = applyChange(factsOfResource(resource), wanted);
  if (changedKeys.length === 0) return resource;
  if (changedKeys.includes("cell_minutes")) await checkCellsIn(trx, tenantId, { id, next });
  if (changedKeys.includes("service_ids")) {
    await checkOfferedServicesIn(trx, tenantId, next.service_ids);
    await replaceResourceServices(trx, tenantId, { id, serviceIds: next.service_ids });
  }
  await updateResource(trx, tenantId, { id, facts: next });
  await recordEvents(trx, context, [
    {
      kind: "resource.changed",
      subjectKind: "resource",
      subjectId: id,
      subjectVersion: resource.version + 1,
      body: { changed: changedKeys },
      isRelayed: changedKeys.some((key) => factsThatMoveSlots.includes(key)),
    },
  ]);
  return { ...resource, ...next, version: resource.version + 1 };
}

/**
 * A booking that commits between this look and the change is not lost: generation never deletes a slot with
 * allocations, it marks their appointments as in conflict.
 */
async function checkCellsIn(
  trx: Trx,
  tenantId: string,
  { id, next }: { readonly id: string; readonly next: ResourceFacts },
): Promise<void> {
  if (await hasFutureAllocations(trx, tenantId, id)) {
    throw new DomainError(cellsInUse, "Future slots of this resource are held or booked.");
  }
  const grid = { resourceId: id, cellMinutes: next.cell_minutes };
  const openings = await listOpeningsOffGrid(trx, tenantId, grid);
  if (openings.length > 0) {
    const message = `The start step of the opening ${openings[0]} is no multiple of it.`;
    throw refusal([{ path: "cell_minutes", message }]);
  }
}

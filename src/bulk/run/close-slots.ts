import type { Deps } from "../../context.ts";
import { createClosureIn } from "../../scheduling/closures/create-closure.ts";
import { coveringRange, followScheduleIn } from "../../scheduling/follow-schedule.ts";
import { generateSlots } from "../../scheduling/generate-slots.ts";
import { listResourceIds } from "../../scheduling/queries.ts";
import type { Trx } from "../../db/database.ts";
import type { RequestContext } from "../../context.ts";
import type { OperationRow } from "../operation.ts";
import { updateSlotsClosed } from "./queries.ts";
import { contextOf, type RunScope } from "./run-part.ts";

/** Resources whose ids are read at once. */
const pageMax = 200;

/** A site, a resource, or (neither named) everything. */
interface ClosedScope {
  readonly siteId: string | null;
  readonly resourceId: string | null;
}

function scopesOf({ filter }: Pick<OperationRow, "filter">): ClosedScope[] {
  if (filter.resource_ids)
    return filter.resource_ids.map((resourceId) => ({ siteId: null, resourceId }));
  if (filter.site_ids) return filter.site_ids.map((siteId) => ({ siteId, resourceId: null }));
  return [{ siteId: null, resourceId: null }];
}

/**
 * States the closures of an operation, one for each resource or site that its filter names, in the caller's transaction;
 * the slots follow when it runs, before the first appointment is cancelled. Throws what a closure throws.
 */
export async function stateClosuresIn(
  trx: Trx,
  context: RequestContext,
  operation: Pick<OperationRow, "id" | "filter">,
): Promise<void> {
  const { from, to, from_time: startTime, to_time: endTime } = operation.filter;
  for (const [index, { siteId, resourceId }] of scopesOf(operation).entries()) {
    await createClosureIn(trx, context, {
      code: `op-${operation.id}-${index}`,
      site_id: siteId,
      resource_id: resourceId,
      starts_on: from,
      start_time: startTime,
      ends_on: to,
      end_time: endTime,
      reason: {},
    });
  }
}

/**
 * Takes the places of an operation out of sale, resource by resource, and notes it. Does nothing when that is done; may
 * be repeated and taken up where it was interrupted.
 */
export async function closeSlots(
  deps: Pick<Deps, "db">,
  scope: RunScope,
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, operation } = scope;
  if (operation.freed_capacity !== "close" || operation.slots_closed_at !== null) return;
  for (const closed of scopesOf(operation)) {
    let after: string | undefined;
    do {
      const page = { scope: closed, after, limit: pageMax };
      const ids = await deps.db.inTenant(tenantId, (trx) => listResourceIds(trx, tenantId, page), {
        isReadOnly: true,
        signal,
      });
      for (const resourceId of ids) await closeResource(deps, scope, { resourceId, signal });
      after = ids.length === pageMax ? ids.at(-1) : undefined;
    } while (after !== undefined);
  }
  await deps.db.inTenant(tenantId, (trx) => updateSlotsClosed(trx, tenantId, operation.id), {
    signal,
  });
}

async function closeResource(
  deps: Pick<Deps, "db">,
  scope: RunScope,
  { resourceId, signal }: { readonly resourceId: string; readonly signal: AbortSignal },
): Promise<void> {
  const { from, to } = scope.operation.filter;
  const context = contextOf(scope);
  const dates = coveringRange({ starts_on: from, ends_on: to });
  const follow = await deps.db.inTenant(
    scope.tenantId,
    (trx) => followScheduleIn(trx, context, { scope: { resourceId }, dates }),
    { signal },
  );
  if (follow.applied === "by_job") await generateSlots(deps, context, { resourceId, signal });
}

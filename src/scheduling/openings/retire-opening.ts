import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockInventories } from "../../slots/inventory/queries.ts";
import { type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import type { Opening } from "./opening.ts";
import { findOpeningRow, retireOpeningRow } from "./queries.ts";

/**
 * Ends an opening from now on; its future slots go, and appointments there are marked in conflict.
 * May be repeated. Throws `not-found`.
 */
export async function retireOpening(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<FollowUp> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const opening = await retireOpeningIn(trx, context, id);
      return followScheduleIn(trx, context, { scope: { resourceId: opening.resource_id } });
    },
    { signal: context.signal },
  );
}

/** `retireOpening` in the caller's transaction; the slots follow by the job. */
export async function retireOpeningIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<Opening> {
  const tenantId = context.tenant.id;
  const opening = await findOpeningRow(trx, tenantId, id);
  if (!opening) throw new DomainError(notFound, "There is no such opening.");
  await lockInventories(trx, tenantId, [opening.resource_id]);
  if (!(await retireOpeningRow(trx, tenantId, id))) return opening;
  const version = opening.version + 1;
  await recordEvents(
    trx,
    context,
    scheduleEvents(
      context.tenant,
      { resourceId: opening.resource_id },
      { thing: "opening", verb: "retired", id, version },
    ),
  );
  return { ...opening, version, is_retired: true };
}

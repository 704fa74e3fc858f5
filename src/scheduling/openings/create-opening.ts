import { v7 as uuidv7 } from "uuid";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockInventories } from "../../slots/inventory/queries.ts";
import { type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import { checkedRecurrence, checkOpeningIn } from "./check-opening.ts";
import type { Opening, OpeningFacts } from "./opening.ts";
import { findOpeningResource, insertOpening, insertOpeningVersion } from "./queries.ts";

/** A new opening; its step is the resource's cell when not stated. */
export type CreateOpening = Omit<OpeningFacts, "start_step_minutes"> &
  Pick<Opening, "resource_id" | "code" | "kind"> & {
    readonly start_step_minutes?: number | undefined;
  };

/**
 * Adds an opening or an extra opening of a resource and lets its slots follow. Throws `invalid-request`,
 * `invalid-recurrence`, `openings-overlap`, `opening-hindered` and `code-taken`.
 */
export async function createOpening(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateOpening,
): Promise<{ opening: Opening; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const opening = await createOpeningIn(trx, context, input);
      const scope = { resourceId: opening.resource_id };
      return { opening, slots: await followScheduleIn(trx, context, { scope }) };
    },
    { signal: context.signal },
  );
}

/** `createOpening` in the caller's transaction; the slots follow by the job. */
export async function createOpeningIn(
  trx: Trx,
  context: RequestContext,
  input: CreateOpening,
): Promise<Opening> {
  const tenantId = context.tenant.id;
  await lockInventories(trx, tenantId, [input.resource_id]);
  const opening: Opening = {
    ...input,
    id: uuidv7(),
    rrule: checkedRecurrence(input.rrule),
    service_ids: [...new Set(input.service_ids)].toSorted(),
    start_step_minutes: input.start_step_minutes ?? (await cellMinutes(trx, tenantId, input)),
    version: 1,
    is_retired: false,
  };
  await checkOpeningIn(trx, tenantId, opening);
  if (!(await insertOpening(trx, tenantId, opening))) {
    throw new DomainError(codeTaken, `The resource already has an opening ${opening.code}.`);
  }
  await insertOpeningVersion(trx, tenantId, { id: opening.id, version: 1, facts: opening });
  await recordEvents(
    trx,
    context,
    scheduleEvents(
      context.tenant,
      { resourceId: opening.resource_id },
      { thing: "opening", verb: "created", id: opening.id, version: 1 },
    ),
  );
  return opening;
}

/** The step that lets every cell be a start; of a missing resource anything, because it is refused. */
async function cellMinutes(trx: Trx, tenantId: string, input: CreateOpening): Promise<number> {
  const resource = await findOpeningResource(trx, tenantId, input.resource_id);
  return resource?.cell_minutes ?? 0;
}

import { changeable } from "../../catalog/changeable.ts";
import { applyChange, type Change } from "../../catalog/changes.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { conflictingChange, DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockInventories } from "../../slots/inventory/queries.ts";
import { type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import { checkedRecurrence, checkOpeningIn } from "./check-opening.ts";
import { type CeilingFacts, factsOfOpening, type Opening, type OpeningFacts } from "./opening.ts";
import { findOpeningRow, insertOpeningVersion, updateOpening } from "./queries.ts";

export type ChangeOpening = Change<OpeningFacts>;

/**
 * Changes an opening from now on and lets its slots follow: appointments that do not fit any more stay booked and
 * are marked in conflict. A change that changes nothing writes nothing; every other one keeps a version.
 * Throws `not-found`, `retired`, `conflicting-change` and what `createOpening` throws.
 */
export async function changeOpening(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeOpening },
): Promise<{ opening: Opening; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const opening = await changeOpeningIn(trx, context, input);
      const scope = { resourceId: opening.resource_id };
      return { opening, slots: await followScheduleIn(trx, context, { scope }) };
    },
    { signal: context.signal },
  );
}

/** `changeOpening` in the caller's transaction; the slots follow by the job. */
export async function changeOpeningIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeOpening },
): Promise<Opening> {
  const tenantId = context.tenant.id;
  const seen = await findOpeningRow(trx, tenantId, id);
  if (!seen) throw new DomainError(notFound, "There is no such opening.");
  await lockInventories(trx, tenantId, [seen.resource_id]);
  const opening = changeable(await findOpeningRow(trx, tenantId, id), change.version);
  const { next, changedKeys } = applyChange(factsOfOpening(opening), normalized(change));
  if (changedKeys.length === 0) return opening;
  const changed: Opening = { ...opening, ...next, version: opening.version + 1 };
  await checkOpeningIn(trx, tenantId, changed);
  if (!(await updateOpening(trx, tenantId, changed))) {
    throw new DomainError(conflictingChange, "Somebody changed this meanwhile.");
  }
  await insertOpeningVersion(trx, tenantId, { id, version: changed.version, facts: changed });
  await recordEvents(
    trx,
    context,
    scheduleEvents(
      context.tenant,
      { resourceId: opening.resource_id },
      { thing: "opening", verb: "changed", id, version: changed.version, changedKeys },
    ),
  );
  return changed;
}

/** In the form in which it is stored, so that saying the same in other words changes nothing. */
function normalized({
  rrule,
  service_ids: ids,
  ceilings,
  ...change
}: ChangeOpening): ChangeOpening {
  return {
    ...change,
    ...(ceilings === undefined ? {} : { ceilings: ceilings.toSorted(inStoredOrder) }),
    ...(rrule === undefined ? {} : { rrule: checkedRecurrence(rrule) }),
    ...(ids === undefined ? {} : { service_ids: [...new Set(ids)].toSorted() }),
  };
}

/** By scope, channel and service, whatever is stated before what is not. */
function inStoredOrder(a: CeilingFacts, b: CeilingFacts): number {
  const key = (one: CeilingFacts): string =>
    `${one.scope}/${one.channel ?? "~"}/${one.service_id ?? "~"}`;
  return key(a) < key(b) ? -1 : 1;
}

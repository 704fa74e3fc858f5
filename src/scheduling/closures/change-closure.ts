import { changeable } from "../../catalog/changeable.ts";
import { applyChange, type Change } from "../../catalog/changes.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import { checkClosureIn } from "./check-closure.ts";
import { type Closure, type ClosureFacts, factsOfClosure } from "./closure.ts";
import { lockClosureRow, updateClosure } from "./queries.ts";

/** Whom a closure concerns cannot be changed: retire it and create another. */
export type ChangeClosure = Change<Omit<ClosureFacts, "site_id" | "resource_id">>;

/**
 * Changes a closure and lets the slots follow; appointments whose places are back are supported again. A change that
 * changes nothing writes nothing. Throws `not-found`, `retired`, `conflicting-change` and `invalid-request`.
 */
export async function changeClosure(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeClosure },
): Promise<{ closure: Closure; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const { before, after } = await changeClosureIn(trx, context, input);
      const change = { scope: scopeOf(after), dates: coveringRange(before, after) };
      return { closure: after, slots: await followScheduleIn(trx, context, change) };
    },
    { signal: context.signal },
  );
}

/** `changeClosure` in the caller's transaction; the slots follow by the job. */
export async function changeClosureIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeClosure },
): Promise<{ before: Closure; after: Closure }> {
  const tenantId = context.tenant.id;
  const before = changeable(await lockClosureRow(trx, tenantId, id), change.version);
  const { next, changedKeys } = applyChange(factsOfClosure(before), change);
  if (changedKeys.length === 0) return { before, after: before };
  await checkClosureIn(trx, tenantId, next);
  const after: Closure = { ...before, ...next, version: before.version + 1 };
  await updateClosure(trx, tenantId, after);
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(after), {
      thing: "closure",
      verb: "changed",
      id,
      version: after.version,
      changedKeys,
    }),
  );
  return { before, after };
}

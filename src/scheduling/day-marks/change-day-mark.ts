import { changeable } from "../../catalog/changeable.ts";
import { applyChange, type Change } from "../../catalog/changes.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { checkDatedScope, scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import { type DayMark, type DayMarkFacts, factsOfDayMark } from "./day-mark.ts";
import { lockDayMarkRow, updateDayMark } from "./queries.ts";

/** Whom a day mark concerns cannot be changed: retire it and create another. */
export type ChangeDayMark = Change<Omit<DayMarkFacts, "site_id" | "resource_id">>;

/**
 * Changes a day mark and lets the slots follow; appointments whose places are back are supported again. A change that
 * changes nothing writes nothing. Throws `not-found`, `retired`, `conflicting-change` and `invalid-request`.
 */
export async function changeDayMark(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeDayMark },
): Promise<{ dayMark: DayMark; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const { before, after } = await changeDayMarkIn(trx, context, input);
      const change = { scope: scopeOf(after), dates: coveringRange(before, after) };
      return { dayMark: after, slots: await followScheduleIn(trx, context, change) };
    },
    { signal: context.signal },
  );
}

/** `changeDayMark` in the caller's transaction; the slots follow by the job. */
export async function changeDayMarkIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeDayMark },
): Promise<{ before: DayMark; after: DayMark }> {
  const tenantId = context.tenant.id;
  const before = changeable(await lockDayMarkRow(trx, tenantId, id), change.version);
  const { next, changedKeys } = applyChange(factsOfDayMark(before), change);
  if (changedKeys.length === 0) return { before, after: before };
  await checkDatedScope(trx, tenantId, next);
  const after: DayMark = { ...before, ...next, version: before.version + 1 };
  await updateDayMark(trx, tenantId, after);
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(after), {
      thing: "day_mark",
      verb: "changed",
      id,
      version: after.version,
      changedKeys,
    }),
  );
  return { before, after };
}

import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import type { DayMark } from "./day-mark.ts";
import { lockDayMarkRow, retireDayMarkRow } from "./queries.ts";

/**
 * Lifts a day mark and lets the slots follow; appointments whose places are back are supported again.
 * May be repeated. Throws `not-found`.
 */
export async function retireDayMark(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<FollowUp> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const dayMark = await retireDayMarkIn(trx, context, id);
      const change = { scope: scopeOf(dayMark), dates: coveringRange(dayMark) };
      return followScheduleIn(trx, context, change);
    },
    { signal: context.signal },
  );
}

/** `retireDayMark` in the caller's transaction; the slots follow by the job. */
export async function retireDayMarkIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<DayMark> {
  const dayMark = await lockDayMarkRow(trx, context.tenant.id, id);
  if (!dayMark) throw new DomainError(notFound, "There is no such day mark.");
  if (dayMark.is_retired) return dayMark;
  await retireDayMarkRow(trx, context.tenant.id, id);
  const version = dayMark.version + 1;
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(dayMark), {
      thing: "day_mark",
      verb: "retired",
      id,
      version,
    }),
  );
  return { ...dayMark, version, is_retired: true };
}

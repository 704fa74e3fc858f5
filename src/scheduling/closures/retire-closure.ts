import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import type { Closure } from "./closure.ts";
import { lockClosureRow, retireClosureRow } from "./queries.ts";

/**
 * Lifts a closure and lets the slots follow; appointments whose places are back are supported again.
 * May be repeated. Throws `not-found`.
 */
export async function retireClosure(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<FollowUp> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const closure = await retireClosureIn(trx, context, id);
      const change = { scope: scopeOf(closure), dates: coveringRange(closure) };
      return followScheduleIn(trx, context, change);
    },
    { signal: context.signal },
  );
}

/** `retireClosure` in the caller's transaction; the slots follow by the job. */
export async function retireClosureIn(
  trx: Trx,
  context: RequestContext,
  id: string,
): Promise<Closure> {
  const closure = await lockClosureRow(trx, context.tenant.id, id);
  if (!closure) throw new DomainError(notFound, "There is no such closure.");
  if (closure.is_retired) return closure;
  await retireClosureRow(trx, context.tenant.id, id);
  const version = closure.version + 1;
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(closure), {
      thing: "closure",
      verb: "retired",
      id,
      version,
    }),
  );
  return { ...closure, version, is_retired: true };
}

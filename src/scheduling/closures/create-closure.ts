import { v7 as uuidv7 } from "uuid";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import { checkClosureIn } from "./check-closure.ts";
import type { Closure, ClosureFacts } from "./closure.ts";
import { insertClosure } from "./queries.ts";

export type CreateClosure = ClosureFacts & { readonly code: string };

/**
 * Closes a resource, a site or everything for a time and lets the slots follow: nobody books there any more, appointments
 * there stay booked and are marked in conflict.
 * Throws `invalid-request` and `code-taken`.
 */
export async function createClosure(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateClosure,
): Promise<{ closure: Closure; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const closure = await createClosureIn(trx, context, input);
      const change = { scope: scopeOf(closure), dates: coveringRange(closure) };
      return { closure, slots: await followScheduleIn(trx, context, change) };
    },
    { signal: context.signal },
  );
}

/** `createClosure` in the caller's transaction; the slots follow by the job. */
export async function createClosureIn(
  trx: Trx,
  context: RequestContext,
  input: CreateClosure,
): Promise<Closure> {
  const tenantId = context.tenant.id;
  await checkClosureIn(trx, tenantId, input);
  const closure: Closure = { ...input, id: uuidv7(), version: 1, is_retired: false };
  if (!(await insertClosure(trx, tenantId, closure))) {
    throw new DomainError(codeTaken, `There is already a closure with the code ${input.code}.`);
  }
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(closure), {
      thing: "closure",
      verb: "created",
      id: closure.id,
      version: 1,
    }),
  );
  return closure;
}

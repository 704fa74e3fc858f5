import { v7 as uuidv7 } from "uuid";
import { codeTaken } from "../../catalog/errors.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { checkDatedScope, scopeOf } from "../dated-scope.ts";
import { coveringRange, type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { scheduleEvents } from "../schedule-events.ts";
import type { DayMark, DayMarkFacts } from "./day-mark.ts";
import { insertDayMark } from "./queries.ts";

export type CreateDayMark = DayMarkFacts & { readonly code: string };

/**
 * Marks days as walk-in only, undecided or bookable and lets the slots follow. Appointments are not touched.
 * Throws `invalid-request` and `code-taken`.
 */
export async function createDayMark(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateDayMark,
): Promise<{ dayMark: DayMark; slots: FollowUp }> {
  return deps.db.inTenant(
    context.tenant.id,
    async (trx) => {
      const dayMark = await createDayMarkIn(trx, context, input);
      const change = { scope: scopeOf(dayMark), dates: coveringRange(dayMark) };
      return { dayMark, slots: await followScheduleIn(trx, context, change) };
    },
    { signal: context.signal },
  );
}

/** `createDayMark` in the caller's transaction; the slots follow by the job. */
export async function createDayMarkIn(
  trx: Trx,
  context: RequestContext,
  input: CreateDayMark,
): Promise<DayMark> {
  const tenantId = context.tenant.id;
  await checkDatedScope(trx, tenantId, input);
  const dayMark: DayMark = { ...input, id: uuidv7(), version: 1, is_retired: false };
  if (!(await insertDayMark(trx, tenantId, dayMark))) {
    throw new DomainError(codeTaken, `There is already a day mark with the code ${input.code}.`);
  }
  await recordEvents(
    trx,
    context,
    scheduleEvents(context.tenant, scopeOf(dayMark), {
      thing: "day_mark",
      verb: "created",
      id: dayMark.id,
      version: 1,
    }),
  );
  return dayMark;
}

import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { holidayStated, refusal } from "../errors.ts";
import { isDayOfYear, type LocalHoliday, type LocalHolidayFacts } from "./local-holiday.ts";
import { hasLiveSite, insertHoliday } from "./queries.ts";

/**
 * States a yearly holiday; openings of its day are taken away from now on. Throws `holiday-stated` when the day is
 * one already, and `invalid-request` for an unknown site and a day that no year has.
 */
export async function createLocalHoliday(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: LocalHolidayFacts,
): Promise<LocalHoliday> {
  return deps.db.inTenant(context.tenant.id, (trx) => createLocalHolidayIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `createLocalHoliday` in the caller's transaction. */
export async function createLocalHolidayIn(
  trx: Trx,
  context: RequestContext,
  input: LocalHolidayFacts,
): Promise<LocalHoliday> {
  const tenantId = context.tenant.id;
  if (!isDayOfYear(input.month, input.day)) {
    throw refusal([{ path: "day", message: "No year has that day." }]);
  }
  if (input.site_id !== null && !(await hasLiveSite(trx, tenantId, input.site_id))) {
    throw refusal([{ path: "site_id", message: "There is no such site." }]);
  }
  const id = uuidv7();
  if (!(await insertHoliday(trx, tenantId, { ...input, id }))) {
    throw new DomainError(holidayStated, "That day is already a local holiday.");
  }
  await recordEvents(trx, context, [
    {
      kind: "local_holiday.created",
      subjectKind: "local_holiday",
      subjectId: id,
      body: { site_id: input.site_id },
      isRelayed: true,
    },
  ]);
  return { ...input, id, version: 1 };
}

import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type Put, putOf } from "../put-outcome.ts";
import { changeLocalHolidayIn } from "./change-local-holiday.ts";
import { createLocalHolidayIn } from "./create-local-holiday.ts";
import type { LocalHolidayFacts } from "./local-holiday.ts";
import { findHolidayOnDay } from "./queries.ts";

/**
 * Makes that day a holiday of this name, in the caller's transaction. May be repeated.
 * Throws what `createLocalHoliday` throws.
 */
export async function putLocalHolidayIn(
  trx: Trx,
  context: RequestContext,
  input: LocalHolidayFacts,
): Promise<Put> {
  const known = await findHolidayOnDay(trx, context.tenant.id, input);
  if (!known) {
    return { id: (await createLocalHolidayIn(trx, context, input)).id, outcome: "created" };
  }
  const change = { name: input.name };
  return putOf(known, await changeLocalHolidayIn(trx, context, { id: known.id, change }));
}

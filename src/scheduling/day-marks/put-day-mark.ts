import { refusal } from "../../catalog/errors.ts";
import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { PutOutcome } from "../openings/put-opening.ts";
import { changeDayMarkIn } from "./change-day-mark.ts";
import { type CreateDayMark, createDayMarkIn } from "./create-day-mark.ts";
import { findDayMarkRow } from "./queries.ts";

/**
 * Makes the day mark of this code be as stated, in the caller's transaction: creates it or changes what differs; the
 * slots follow by the job. May be repeated. Throws what `createDayMark` and `changeDayMark` throw, and `invalid-request`
 * when it should concern another site or resource than before.
 */
export async function putDayMarkIn(
  trx: Trx,
  context: RequestContext,
  input: CreateDayMark,
): Promise<{ id: string; outcome: PutOutcome }> {
  const { code, site_id: siteId, resource_id: resourceId, ...facts } = input;
  const known = await findDayMarkRow(trx, context.tenant.id, { id: null, code });
  if (known === undefined) {
    const { id } = await createDayMarkIn(trx, context, input);
    return { id, outcome: "created" };
  }
  if (known.site_id !== siteId || known.resource_id !== resourceId) {
    throw refusal([{ path: "code", message: "names a day mark of another site or resource" }]);
  }
  const { before, after } = await changeDayMarkIn(trx, context, { id: known.id, change: facts });
  return { id: known.id, outcome: before.version === after.version ? "unchanged" : "changed" };
}

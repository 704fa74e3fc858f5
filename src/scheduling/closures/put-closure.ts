import { refusal } from "../../catalog/errors.ts";
import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { PutOutcome } from "../openings/put-opening.ts";
import { changeClosureIn } from "./change-closure.ts";
import { type CreateClosure, createClosureIn } from "./create-closure.ts";
import { findClosureRow } from "./queries.ts";

/**
 * Makes the closure of this code be as stated, in the caller's transaction: creates it or changes what differs; the
 * slots follow by the job. May be repeated. Throws what `createClosure` and `changeClosure` throw, and `invalid-request`
 * when it should concern another site or resource than before.
 */
export async function putClosureIn(
  trx: Trx,
  context: RequestContext,
  input: CreateClosure,
): Promise<{ id: string; outcome: PutOutcome }> {
  const { code, site_id: siteId, resource_id: resourceId, ...facts } = input;
  const known = await findClosureRow(trx, context.tenant.id, { id: null, code });
  if (known === undefined) {
    const { id } = await createClosureIn(trx, context, input);
    return { id, outcome: "created" };
  }
  if (known.site_id !== siteId || known.resource_id !== resourceId) {
    throw refusal([{ path: "code", message: "names a closure of another site or resource" }]);
  }
  const { before, after } = await changeClosureIn(trx, context, { id: known.id, change: facts });
  return { id: known.id, outcome: before.version === after.version ? "unchanged" : "changed" };
}

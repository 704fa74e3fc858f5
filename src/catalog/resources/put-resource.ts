import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { refusal } from "../errors.ts";
import { type Put, putOf } from "../put-outcome.ts";
import { changeResourceIn } from "./change-resource.ts";
import { type CreateResource, createResourceIn } from "./create-resource.ts";
import { findResourceRow } from "./queries.ts";

/**
 * Makes the resource of this code be as stated, in the caller's transaction: creates it or changes what differs.
 * May be repeated. Throws what `createResource` and `changeResource` throw, and `invalid-request` when it should be
 * at another site than before.
 */
export async function putResourceIn(
  trx: Trx,
  context: RequestContext,
  input: CreateResource,
): Promise<Put> {
  const { code, site_id: siteId, ...facts } = input;
  const known = await findResourceRow(trx, context.tenant.id, { id: null, code });
  if (!known) return { id: (await createResourceIn(trx, context, input)).id, outcome: "created" };
  if (known.site_id !== siteId) {
    throw refusal([{ path: "site_id", message: "The resource of this code is at another site." }]);
  }
  return putOf(known, await changeResourceIn(trx, context, { id: known.id, change: facts }));
}

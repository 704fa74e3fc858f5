import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type Put, putOf } from "../put-outcome.ts";
import { changeServiceIn } from "./change-service.ts";
import { type CreateService, createServiceIn } from "./create-service.ts";
import { findServiceRow } from "./queries.ts";

/**
 * Makes the service of this code be as stated, in the caller's transaction: creates it or changes what differs.
 * May be repeated. Throws what `createService` and `changeService` throw.
 */
export async function putServiceIn(
  trx: Trx,
  context: RequestContext,
  input: CreateService,
): Promise<Put> {
  const { code, ...facts } = input;
  const known = await findServiceRow(trx, context.tenant.id, { id: null, code });
  if (!known) return { id: (await createServiceIn(trx, context, input)).id, outcome: "created" };
  return putOf(known, await changeServiceIn(trx, context, { id: known.id, change: facts }));
}

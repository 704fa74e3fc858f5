import type { Deps, RequestContext } from "../../context.ts";
import { listCallsToMake, type OfferCallRow } from "./queries.ts";

/** Calls about offers to be made now, those that must be answered first come first; also those that an operator has. */
export async function listOfferCalls(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { limit }: { readonly limit: number },
): Promise<OfferCallRow[]> {
  return db.inTenant(tenant.id, (trx) => listCallsToMake(trx, tenant.id, limit), {
    isReadOnly: true,
    signal,
  });
}

import type { Deps, RequestContext } from "../../context.ts";
import { getHold } from "./get-hold.ts";
import { type HoldView, holdView } from "./hold-view.ts";

/** Reads a hold in a transaction of its own. Throws `not-found`. */
export async function readHold(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<HoldView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(tenantId, async (trx) => holdView(await getHold(trx, tenantId, id)), {
    isReadOnly: true,
    signal: context.signal,
  });
}

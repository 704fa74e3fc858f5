import type { Deps } from "../../context.ts";
import { tidyProposalRows } from "./queries.ts";

const atOnceMax = 200;

/** Ends proposals that can no longer be applied, and forgets those that ended 90 days ago. May be repeated. */
export async function tidyProposals({ db }: Pick<Deps, "db">, tenantId: string): Promise<void> {
  await db.inTenant(tenantId, (trx) => tidyProposalRows(trx, tenantId, atOnceMax));
}

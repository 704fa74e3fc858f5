import type { Trx } from "../../db/database.ts";
import { lowerCeilingUses } from "../ceilings/queries.ts";
import { lowerUnits } from "./queries.ts";
import { lockOwned } from "./release-places.ts";

/**
 * Gives back the units of people who do not come, in the caller's transaction; the cells stay the same, because the
 * others' time was promised. Judged by what is stored, so that it holds whatever became of the services since: a
 * place counted per visit is one unit and stays.
 */
export async function shrinkParty(
  trx: Trx,
  tenantId: string,
  change: { readonly ownerId: string; readonly from: number; readonly to: number },
): Promise<void> {
  await lockOwned(trx, tenantId, [change.ownerId]);
  if (await lowerUnits(trx, tenantId, change)) await lowerCeilingUses(trx, tenantId, change);
}

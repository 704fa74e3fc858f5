import type { Trx } from "../../db/database.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import { planStay } from "../rules/plan-visit.ts";
import { lowerUnits } from "./queries.ts";
import { lockOwned } from "./release-places.ts";

/**
 * Gives back the units of people who do not come, in the caller's transaction; the cells stay the same, because the
 * others' time was promised. Does nothing where a place is counted per visit.
 */
export async function shrinkParty(
  trx: Trx,
  tenantId: string,
  change: {
    readonly ownerId: string;
    readonly services: readonly ServiceRule[];
    readonly from: number;
    readonly to: number;
  },
): Promise<void> {
  const { ownerId, services, from, to } = change;
  await lockOwned(trx, tenantId, [ownerId]);
  if (services.length === 0) return;
  const unitsOfStay = (partySize: number): number => planStay(services, partySize).units;
  const [before, after] = [unitsOfStay(from), unitsOfStay(to)];
  if (after < before)
    await lowerUnits(trx, tenantId, { ownerId, factor: { numerator: after, denominator: before } });
}

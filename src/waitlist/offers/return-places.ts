import { coolDownOf } from "../../appointments/cool-down.ts";
import type { Trx } from "../../db/database.ts";
import type { CoolDown } from "../../slots/claim/release-places.ts";
import { releaseOffered } from "../../slots/offers/release-offered.ts";
import { listServiceRules } from "../../slots/rules/queries.ts";
import { markReturned } from "./queries.ts";

/** So long a place that nobody took is for the next who waits, before it is on sale. */
export const handOverSeconds = 60;

/** A held place that nobody took, locked by this transaction. */
export interface LeftPlace {
  readonly id: string;
  readonly serviceIds: readonly string[];
}

/**
 * Gives held places back: for a minute to the next who waits, for the cool-down where the service is scarce, then to
 * sale. Their rows must be locked by this transaction.
 */
export async function returnPlaces(
  trx: Trx,
  tenantId: string,
  places: readonly LeftPlace[],
): Promise<void> {
  for (const [names, same] of Map.groupBy(places, (place) => place.serviceIds.join())) {
    const services = await listServiceRules(trx, tenantId, names.split(","));
    const scarce = coolDownOf(services);
    const handOver: CoolDown = {
      coolDownSeconds: Math.max(handOverSeconds, scarce?.coolDownSeconds ?? 0),
      noticeMinutes: Math.max(0, ...services.map((service) => service.noticeMinutes)),
    };
    const placeIds = same.map((place) => place.id);
    await releaseOffered(trx, tenantId, { placeIds, handOver });
    await markReturned(trx, tenantId, placeIds);
  }
}

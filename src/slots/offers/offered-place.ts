import type { Channel } from "../../context.ts";
import type { PlacedLeg } from "../claim/choose-places.ts";

/** A place that is kept for somebody who waits; its id owns the allocations. Instants are epoch ms. */
export interface OfferedPlace {
  readonly id: string;
  readonly siteId: string;
  /** In the order asked for. */
  readonly serviceIds: readonly string[];
  readonly partySize: number;
  readonly channel: Channel;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly legs: readonly PlacedLeg[];
}

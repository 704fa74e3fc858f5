import type { Channel } from "../../context.ts";
import type { PlacedLeg } from "../claim/choose-places.ts";

/** A hold can be extended so often, by one action each (WCAG 2.2, 2.2.1). */
export const extensionsMax = 10;

/** How a hold changes: a test compares this with the database's list. */
export const holdTransitions = [
  ["open", "confirmed"],
  ["open", "released"],
  ["open", "expired"],
] as const;

export type HoldStatus = "open" | "confirmed" | "released" | "expired";

/** One leg as stored with a hold; instants are ISO texts. */
export interface StoredLeg {
  readonly service_id: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly resource_ids: readonly string[];
}

/** A claim with an expiry, made before contact data are known. */
export interface Hold {
  readonly id: string;
  readonly status: HoldStatus;
  readonly siteId: string;
  /** In the order asked for. */
  readonly serviceIds: readonly string[];
  readonly partySize: number;
  readonly channel: Channel;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly expiresAt: Date;
  readonly extensions: number;
  readonly legs: readonly PlacedLeg[];
  readonly isPinned: boolean;
}

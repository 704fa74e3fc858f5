import type { ServiceRule } from "../rules/booking-rules.ts";
import type { SlotState } from "./slot-board.ts";

/**
 * A stay of an owner at one resource that may be moved: consecutive slots, with the same units in each, all of them
 * counted in `taken`. Who is pinned, has begun, or gives its places back with this very claim is not among them.
 */
export interface MovableStay {
  readonly ownerId: string;
  readonly leg: number;
  readonly resourceId: string;
  readonly slotIds: readonly number[];
  /** Start of the stay proper, after the buffer; epoch ms. */
  readonly startsAt: number;
  readonly units: number;
  /** In the order in which they are served. */
  readonly services: readonly ServiceRule[];
  readonly partySize: number;
  /** The role that its resource plays for it. */
  readonly role: string;
}

/** A stay that goes to another resource, to the same time, services and units. */
export interface Move {
  readonly stay: MovableStay;
  readonly toResourceId: string;
  readonly toSlots: readonly SlotState[];
}

/** What the slots of some resources should be; instants are epoch ms. */
import type { MovedStay } from "../claim/stay-queries.ts";

/** One slot that should exist. */
export interface WantedSlot {
  readonly start: number;
  readonly end: number;
  /** Days since 1970-01-01 of the date on the site's calendar when it begins. */
  readonly localDay: number;
  /** Its place among the cells of its opening that day, from 0. */
  readonly ordinal: number;
  readonly isStart: boolean;
  readonly mode: "bookable" | "walk_in" | "undecided";
  readonly capacity: number;
  readonly openingId: string;
}

/** All slots one resource should have that begin in [from, to); there should be no others. */
export interface WantedInventory {
  readonly resourceId: string;
  readonly from: number;
  readonly to: number;
  readonly slots: readonly WantedSlot[];
}

/** What bringing the slots in line with the wanted ones did. */
export interface InventoryEffect {
  readonly created: number;
  readonly removed: number;
  readonly changed: number;
  /** Holds that no longer fitted. */
  readonly releasedHolds: number;
  /** Appointments whose places are gone; the caller marks them in conflict in the same transaction. */
  readonly uncountedAppointmentIds: readonly string[];
  /** Appointments in conflict whose places are back; the caller marks them supported in the same transaction. */
  readonly countedAppointmentIds: readonly string[];
  /** Appointments on slots that lost places, which keep theirs. */
  readonly keptAppointmentIds: readonly string[];
  /** All who are at another resource than before, those included who made room; the caller records `moveEvents` of them. */
  readonly moved: readonly MovedStay[];
}

/** The effect of changing nothing. */
export const noEffect: InventoryEffect = {
  created: 0,
  removed: 0,
  changed: 0,
  releasedHolds: 0,
  uncountedAppointmentIds: [],
  countedAppointmentIds: [],
  keptAppointmentIds: [],
  moved: [],
};

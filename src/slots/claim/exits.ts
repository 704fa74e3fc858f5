import { type Choice, runAt } from "./choose-places.ts";
import { bitOf, createLikesAt, type Roster, type LikeStays, createRoster } from "./like-stays.ts";
import type { MovableStay } from "./movable-stays.ts";
import type { SlotState } from "./slot-board.ts";

/** Where one of some like stays could go, whether or not there is room. */
export interface WayOut {
  readonly like: LikeStays;
  readonly toResourceId: string;
  readonly toSlots: readonly SlotState[];
  /** The resource as a bit. */
  readonly to: bigint;
  /** All resources that the stays could go to, as bits. */
  readonly reach: bigint;
  /** Whether there was room before the search. */
  readonly hadRoom: boolean;
}

/** Who could leave a slot, and for where. */
export interface Exits {
  /** By owner and leg. */
  readonly likesAt: (slot: SlotState) => readonly LikeStays[];
  /** To the least flexible resource first. */
  readonly waysFrom: (slot: SlotState) => readonly WayOut[];
}

/**
 * Finds out, slot by slot and only when asked, who may leave it for where. Equivalent is a resource of the same site
 * and role that offers the same services, with bookable slots for them at the same time, where such a visit may begin,
 * and none of them under ceilings; publication and notice were judged when the stay was booked.
 */
export function createExits(
  { board, rules, freeAtFirst }: Look,
  stays: readonly MovableStay[],
): Exits {
  const roster = createRoster(board, rules.candidates);
  let likesAt: Exits["likesAt"] | undefined;
  const bySlot = new Map<number, readonly WayOut[]>();
  const byLike = new Map<LikeStays, readonly WayOut[]>();
  const waysOf = (like: LikeStays): readonly WayOut[] => {
    const found = byLike.get(like) ?? listWays(roster, like, freeAtFirst);
    byLike.set(like, found);
    return found;
  };
  const exits: Exits = {
    likesAt: (slot) => (likesAt ??= createLikesAt(roster, stays))(slot),
    waysFrom: (slot) => {
      const found = bySlot.get(slot.id) ?? inOrder(exits.likesAt(slot).flatMap(waysOf));
      bySlot.set(slot.id, found);
      return found;
    },
  };
  return exits;
}

interface Look extends Pick<Choice, "board" | "rules"> {
  readonly freeAtFirst: (slot: SlotState) => number;
}

function inOrder(ways: readonly WayOut[]): WayOut[] {
  return ways.toSorted((a, b) => (a.to === b.to ? 0 : a.to < b.to ? -1 : 1));
}

function listWays(roster: Roster, like: LikeStays, freeAtFirst: Look["freeAtFirst"]): WayOut[] {
  const startsAt = like.stays[0]?.startsAt ?? 0;
  const open = roster.candidates.flatMap((one) => {
    const to = bitOf(roster, one);
    if ((to & like.equivalents) === 0n) return [];
    const run = runAt(roster.board, one, { stay: like.need, startsAt });
    if (typeof run === "string" || run.some((slot) => slot.hasCeilings)) return [];
    return [{ toResourceId: one.resourceId, to, toSlots: run }];
  });
  const reach = open.reduce((bits, { to }) => bits | to, 0n);
  const hasRoom = (slot: SlotState): boolean => freeAtFirst(slot) >= like.units;
  return open.map((one) => ({ ...one, like, reach, hadRoom: one.toSlots.every(hasRoom) }));
}

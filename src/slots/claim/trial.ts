import type { Stay } from "../rules/plan-visit.ts";
import type { Taking } from "./choose-places.ts";
import type { MovableStay } from "./movable-stays.ts";
import type { SlotState } from "./slot-board.ts";
import type { WayOut } from "./exits.ts";

/** A part of a visit that needs one run of slots at one resource. */
export interface Wish {
  readonly stay: Stay;
  readonly role: string;
  /** Epoch ms, without the buffer. */
  readonly startsAt: number;
  /** Its place among the stays of the visit. */
  readonly leg: number;
}

/** A run of slots at one resource. */
export interface Run {
  readonly resourceId: string;
  readonly slots: readonly SlotState[];
}

/** A wish and the run that it gets. */
export interface PlacedWish extends Run {
  readonly wish: Wish;
}

/** A stay and the way that it takes. */
export interface TriedMove {
  readonly stay: MovableStay;
  readonly way: WayOut;
}

/** What a search has placed and moved so far; each kind of step is undone in the reverse order. */
export interface Trial {
  readonly placed: readonly PlacedWish[];
  readonly moves: readonly TriedMove[];
  /** Units that a slot had left before the search; less than none where it was passed before. */
  readonly freeAtFirst: (slot: SlotState) => number;
  /** Units that a slot has left by now; less than none while somebody else still has to go. */
  freeUnits(slot: SlotState): number;
  hasMoved(stay: MovableStay): boolean;
  place(one: PlacedWish): void;
  unplace(): void;
  move(one: TriedMove): void;
  unmove(): void;
  /** Undoes everything. */
  reset(): void;
}

/** A trial that has changed nothing yet, on slots of which some units are pending. */
export function createTrial(pending: readonly Taking[]): Trial {
  const atFirst = new Map<number, number>();
  for (const { slot, units } of pending) addUnits(atFirst, [slot], units);
  const extra = new Map<number, number>();
  const placed: PlacedWish[] = [];
  const moves: TriedMove[] = [];
  const moved = new Set<MovableStay>();
  const freeAtFirst = (slot: SlotState): number =>
    slot.capacity - slot.taken - (atFirst.get(slot.id) ?? 0);
  return {
    placed,
    moves,
    freeAtFirst,
    freeUnits: (slot) => freeAtFirst(slot) - (extra.get(slot.id) ?? 0),
    hasMoved: (stay) => moved.has(stay),
    place(one) {
      placed.push(one);
      addUnits(extra, one.slots, one.wish.stay.units);
    },
    unplace() {
      const one = placed.pop();
      if (one) addUnits(extra, one.slots, -one.wish.stay.units);
    },
    move(one) {
      moves.push(one);
      moved.add(one.stay);
      addUnits(extra, one.way.like.slots, -one.stay.units);
      addUnits(extra, one.way.toSlots, one.stay.units);
    },
    unmove() {
      const one = moves.pop();
      if (!one) return;
      moved.delete(one.stay);
      addUnits(extra, one.way.toSlots, -one.stay.units);
      addUnits(extra, one.way.like.slots, one.stay.units);
    },
    reset() {
      placed.length = 0;
      moves.length = 0;
      moved.clear();
      extra.clear();
    },
  };
}

function addUnits(sums: Map<number, number>, slots: readonly SlotState[], units: number): void {
  for (const { id } of slots) sums.set(id, (sums.get(id) ?? 0) + units);
}

import { fitsCeilings, type Quest, roomOf, type Room } from "./quest.ts";
import type { SlotState } from "./slot-board.ts";
import type { Wish } from "./trial.ts";
import { walkVisit } from "./visit-runs.ts";
import type { WayOut } from "./ways-out.ts";

/** The most moves that the search for longer stays and parties considers. */
export const movesMax = 3;

/** The most trials of one search: a part of the visit put somewhere, or a stay moved. */
export const nodesMax = 4_000;

/** What a bounded search came to. */
export interface MovesFound {
  readonly room: Room | undefined;
  /** Whether it gave up at `nodesMax` before it had tried everything. */
  readonly isCutShort: boolean;
  readonly nodes: number;
}

/**
 * Makes room with the fewest moves, at most `movesUpTo`, for stays of any length and units. Depth first with rising
 * depth: the visit is put where it could be if others gave way, then somebody must leave a slot that is now passed,
 * then a slot where he came to, until none is passed. Whatever set of moves makes room, one of them leaves a passed
 * slot, so that a search which tries all of those misses none; stays that are alike are tried once, and moves off one
 * slot in one order only. Leaves the trial as it was.
 */
export function searchMoves(quest: Quest, movesUpTo: number): MovesFound {
  const search: Search = { quest, movesUpTo: -1, nodes: 0 };
  const walk = {
    choice: quest.choice,
    runsOf: quest.runsOf,
    place: (wish: Wish, rest: () => boolean) => place(search, wish, rest),
  };
  while (search.movesUpTo < movesUpTo && !isSpent(search)) {
    search.movesUpTo += 1;
    const isFound = quest.divisions.some((one) => walkVisit(walk, one, quest.visit.startsAt));
    if (!isFound) continue;
    const room = roomOf(quest);
    quest.trial.reset();
    return { room, isCutShort: false, nodes: search.nodes };
  }
  return { room: undefined, isCutShort: isSpent(search), nodes: search.nodes };
}

interface Search {
  readonly quest: Quest;
  movesUpTo: number;
  nodes: number;
}

function isSpent({ nodes }: Search): boolean {
  return nodes >= nodesMax;
}

function place(search: Search, wish: Wish, rest: () => boolean): boolean {
  const { quest } = search;
  const { trial } = quest;
  for (const run of quest.runsOf(wish)) {
    if (isSpent(search)) return false;
    const { units } = wish.stay;
    const movesAfter = movesLeft(search);
    if (!isPassable(quest, { slots: run.slots, units, movesAfter })) continue;
    if (!fitsCeilings(quest, wish, run)) continue;
    search.nodes += 1;
    trial.place({ ...run, wish });
    if (settle(search, rest)) return true;
    trial.unplace();
  }
  return false;
}

/** Where the last move off a slot led to, so that no set of moves off it is tried in two orders. */
interface LastMove {
  readonly from: SlotState;
  readonly index: number;
}

/** Moves stays until no slot is passed, then goes on with the rest. */
function settle(search: Search, rest: () => boolean, last?: LastMove): boolean {
  const { trial, waysOut } = search.quest;
  const from = passedSlot(search.quest);
  if (!from) return rest();
  const ways = waysOut(from);
  if (!couldClear(search, from, ways)) return false;
  for (let index = last?.from === from ? last.index : 0; index < ways.length; index += 1) {
    const way = ways[index];
    if (isSpent(search)) return false;
    if (!way || !isWorthTrying(search, way)) continue;
    const stay = way.like.stays.find((one) => !trial.hasMoved(one));
    if (!stay) continue;
    search.nodes += 1;
    const { toResourceId, toSlots } = way;
    trial.move({ stay, toResourceId, toSlots, fromSlots: way.like.slots });
    if (settle(search, rest, { from, index })) return true;
    trial.unmove();
  }
  return false;
}

/** Of the slots with more than they can have, one that the fewest can leave. */
function passedSlot({ trial, waysOut }: Quest): SlotState | undefined {
  let passed: SlotState | undefined;
  const gaining = [
    ...trial.placed.map((one) => one.slots),
    ...trial.moves.map((one) => one.toSlots),
  ];
  for (const slot of gaining.flat()) {
    if (trial.freeUnits(slot) >= 0) continue;
    if (!passed || waysOut(slot).length < waysOut(passed).length) passed = slot;
  }
  return passed;
}

function couldClear(search: Search, from: SlotState, ways: readonly WayOut[]): boolean {
  const missing = -search.quest.trial.freeUnits(from);
  const unitsMax = ways.reduce((most, way) => Math.max(most, way.like.units), 0);
  return missing <= movesLeft(search) * unitsMax;
}

function movesLeft({ quest, movesUpTo }: Search): number {
  return movesUpTo - quest.trial.moves.length;
}

/** The last move must find room, which there is only where there was some before or where somebody left. */
function isWorthTrying(search: Search, { like, toResourceId, toSlots, hadRoom }: WayOut): boolean {
  const movesAfter = movesLeft(search) - 1;
  const { moves } = search.quest.trial;
  if (movesAfter === 0 && !hadRoom && !moves.some((one) => one.stay.resourceId === toResourceId))
    return false;
  return isPassable(search.quest, { slots: toSlots, units: like.units, movesAfter });
}

/** Whether every slot has room or, while moves are left, somebody who could leave it. */
function isPassable(
  { trial, waysOut }: Quest,
  wanted: {
    readonly slots: readonly SlotState[];
    readonly units: number;
    readonly movesAfter: number;
  },
): boolean {
  const { slots, units, movesAfter } = wanted;
  return slots.every(
    (slot) => trial.freeUnits(slot) >= units || (movesAfter > 0 && waysOut(slot).length > 0),
  );
}

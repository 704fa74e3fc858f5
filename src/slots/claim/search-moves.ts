import { fitsCeilings, type Quest, roomOf, type Room } from "./quest.ts";
import type { SlotState } from "./slot-board.ts";
import type { Wish } from "./trial.ts";
import { walkVisit } from "./visit-runs.ts";
import type { WayOut } from "./exits.ts";
import type { LikeStays } from "./like-stays.ts";

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
  const search: Search = { quest, options: new Map(), movesUpTo: -1, nodes: 0 };
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
  /** By slot. */
  readonly options: Map<number, readonly Option[]>;
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
    if (!couldClear(search, run.slots, wish.stay.units)) continue;
    if (!fitsCeilings(quest, wish, run)) continue;
    search.nodes += 1;
    trial.place({ ...run, wish });
    if (settle(search, rest)) return true;
    trial.unplace();
  }
  return false;
}

/** Whether every slot has room or, while moves are left, somebody who could leave it. */
function couldClear(search: Search, slots: readonly SlotState[], units: number): boolean {
  const { trial, exits } = search.quest;
  const canMove = movesLeft(search) > 0;
  return slots.every(
    (slot) => trial.freeUnits(slot) >= units || (canMove && exits.likesAt(slot).length > 0),
  );
}

function movesLeft({ quest, movesUpTo }: Search): number {
  return movesUpTo - quest.trial.moves.length;
}

/** Where the last move off a slot led to, so that no set of moves off it is tried in two orders. */
interface LastMove {
  readonly from: SlotState;
  readonly index: number;
}

/** Moves stays until no slot is passed, then goes on with the rest. */
function settle(search: Search, rest: () => boolean, last?: LastMove): boolean {
  const { trial } = search.quest;
  const passed = findPassed(search.quest);
  if (!passed) return rest();
  const { from, missingUnits, freedMax } = passed;
  if (missingUnits > movesLeft(search) * freedMax) return false;
  const options = optionsOf(search, from);
  for (let index = last?.from === from ? last.index : 0; index < options.length; index += 1) {
    const option = options[index];
    if (isSpent(search)) return false;
    if (!option || !isWorthTrying(search, option)) continue;
    const { way } = option;
    const stay = way.like.stays.find((one) => !trial.hasMoved(one));
    if (!stay) continue;
    search.nodes += 1;
    trial.move({ stay, way });
    if (settle(search, rest, { from, index })) return true;
    trial.unmove();
  }
  return false;
}

/** What is passed after what was tried, as far as the search wants to know. */
interface Passed {
  /** The slot that the fewest could leave. */
  readonly from: SlotState;
  readonly missingUnits: number;
  /** The most that a single move could free of them. */
  readonly freedMax: number;
}

function findPassed({ trial, exits }: Quest): Passed | undefined {
  const seen = new Set<SlotState>();
  let from: SlotState | undefined;
  let missingUnits = 0;
  let freedMax = 0;
  const see = (slot: SlotState): void => {
    const free = trial.freeUnits(slot);
    if (free >= 0 || seen.has(slot)) return;
    seen.add(slot);
    missingUnits -= free;
    const likes = exits.likesAt(slot);
    for (const { units, slots } of likes) freedMax = Math.max(freedMax, units * slots.length);
    if (!from || likes.length < exits.likesAt(from).length) from = slot;
  };
  for (const { slots } of trial.placed) slots.forEach(see);
  for (const { way } of trial.moves) way.toSlots.forEach(see);
  return from && { from, missingUnits, freedMax };
}

/** A way out, and whether it led anywhere before the search. */
interface Option {
  readonly way: WayOut;
  readonly leadsOn: boolean;
}

function optionsOf(search: Search, from: SlotState): readonly Option[] {
  const { exits, trial } = search.quest;
  const found =
    search.options.get(from.id) ??
    exits.waysFrom(from).map((way) => {
      const leadsOn = way.toSlots.every(
        (slot) =>
          trial.freeAtFirst(slot) >= way.like.units ||
          exits.likesAt(slot).some((like) => !isRelay(way, like)),
      );
      return { way, leadsOn };
    });
  search.options.set(from.id, found);
  return found;
}

/**
 * Whether whoever made room for a way could only go where that way could lead as well: then one move does what those
 * two would, and no fewest moves contain both.
 */
function isRelay({ like, reach }: WayOut, then: LikeStays): boolean {
  return then.shape === like.shape && (then.equivalents & ~(reach | like.home)) === 0n;
}

function isWorthTrying(search: Search, { way, leadsOn }: Option): boolean {
  const { moves } = search.quest.trial;
  const isLast = movesLeft(search) === 1;
  // Where nothing was to be had before the search, somebody must have left during it.
  const isOpen = isLast ? way.hadRoom : leadsOn;
  if (!isOpen && !moves.some((one) => one.way.like.home === way.to)) return false;
  if (isLast && !hasRoom(search, way)) return false;
  return !moves.some((one) => isDetour(one.way, way) || isDetour(way, one.way));
}

function hasRoom({ quest }: Search, { toSlots, like }: WayOut): boolean {
  return toSlots.every((slot) => quest.trial.freeUnits(slot) >= like.units);
}

/** Whether one takes the place of another who goes where the first could have gone, or to where he was. */
function isDetour(first: WayOut, then: WayOut): boolean {
  return (
    then.like.home === first.to &&
    then.like.shape === first.like.shape &&
    (then.to & (first.reach | first.like.home)) !== 0n
  );
}

import { type Choice, choosePlaces, type Visit } from "./choose-places.ts";
import type { MovableStay } from "./movable-stays.ts";
import { createQuest, type Room } from "./quest.ts";
import { movesMax, searchMoves } from "./search-moves.ts";
import { shiftAlongPaths } from "./shift-along-paths.ts";

/**
 * Places a visit as `choosePlaces` does and, where nothing fits, moves other stays to equivalent resources so that it
 * does. Undefined when nothing fits within the bound.
 *
 * - Exact, whatever the depth, for one service where the visit and all stays that would have to give way take one unit
 *   of one cell: augmenting paths, see `shiftAlongPaths`.
 * - Otherwise complete within `movesMax` moves, unless `nodesMax` trials were spent first: see `searchMoves`. Longer
 *   paths of single moves are still found where there are some.
 * - The fewest moves come first, then the least flexible resource for the visit, then its code; the same input in
 *   whatever order gives the same answer.
 *
 * The choice names every resource in reach (`resourcesInReach`), not only those that serve the visit, and its board
 * holds their slots; what is not on the board is not touched. Pure; takes nothing.
 */
export function makeRoom(
  choice: Choice,
  visit: Visit,
  stays: readonly MovableStay[],
): Room | undefined {
  return lookForRoom(choice, visit, stays).room;
}

/** What looking for room came to, and what it cost. */
export interface RoomFound {
  readonly room: Room | undefined;
  /** Whether the search gave up at its bound of trials. */
  readonly isCutShort: boolean;
  /** Slots looked at on paths, and trials of the bounded search. */
  readonly nodes: number;
}

/** The same as `makeRoom`, for those who want to know what it cost. */
export function lookForRoom(
  choice: Choice,
  visit: Visit,
  stays: readonly MovableStay[],
): RoomFound {
  const placement = choosePlaces(choice, visit);
  if (typeof placement !== "string")
    return { room: { placement, moves: [] }, isCutShort: false, nodes: 0 };
  const quest = createQuest(choice, visit, stays);
  const paths = shiftAlongPaths(quest);
  if (paths.isConclusive && visit.services.length === 1) return { ...paths, isCutShort: false };
  const movesUpTo = Math.min(movesMax, paths.room?.moves.length ?? movesMax);
  const search = searchMoves(quest, movesUpTo);
  return {
    room: search.room ?? paths.room,
    isCutShort: search.isCutShort,
    nodes: paths.nodes + search.nodes,
  };
}

/**
 * Whether moving others could let a visit in, by what is left on the board alone, before anybody asks who could be
 * moved: a no is final. It is no where all resources that could exchange stays are full at the time, which is how a
 * rush leaves them.
 */
export function hasRoomInReach(choice: Choice, visit: Visit): boolean {
  const { divisions, runsOf } = createQuest(choice, visit, []);
  const { startsAt } = visit;
  return divisions.some(
    ([stay]) =>
      stay !== undefined &&
      stay.roles.every((role) => runsOf({ stay, role, startsAt, leg: 0 }).length > 0),
  );
}

import { fitsCeilings, type Quest, roomOf, type Room } from "./quest.ts";
import type { SlotState } from "./slot-board.ts";
import type { Run, TriedMove, Wish } from "./trial.ts";
import { walkVisit } from "./visit-runs.ts";

/** What paths of single moves came to. */
export interface PathsFound {
  readonly room: Room | undefined;
  /** Whether nothing was met that a path of single moves cannot judge. */
  readonly isConclusive: boolean;
  /** Slots looked at. */
  readonly nodes: number;
}

/**
 * Makes room along augmenting paths (Berge 1957; Kuhn 1955): when everybody takes one unit of one cell, stays and
 * resources are the two sides of a matching, and a visit fits if and only if a path leads from one of its slots, stay
 * by stay, to a slot with a unit left. The shortest path is found breadth first, each slot once: with r resources,
 * r looks at their stays. Where everybody concerned is like that, a single service gets the fewest moves at any depth;
 * parties and longer stays are passed over, and the answer is then not conclusive. Leaves the trial as it was.
 */
export function shiftAlongPaths(quest: Quest): PathsFound {
  const survey: Survey = { quest, nodes: 0, hasDoubts: false };
  for (const division of quest.divisions) {
    const walk = {
      choice: quest.choice,
      runsOf: quest.runsOf,
      place: (wish: Wish, rest: () => boolean) => placeAlongPath(survey, wish, rest),
      // Legs take cells of different times, so that what one of them gets does not bear on the others.
      deadEnds: new Set<string>(),
    };
    if (!walkVisit(walk, division, quest.visit.startsAt)) continue;
    const room = roomOf(quest);
    quest.trial.reset();
    return { room, isConclusive: !survey.hasDoubts, nodes: survey.nodes };
  }
  return { room: undefined, isConclusive: !survey.hasDoubts, nodes: survey.nodes };
}

interface Survey {
  readonly quest: Quest;
  nodes: number;
  hasDoubts: boolean;
}

/** A slot that a path has come to; its first one carries the run that the visit would take. */
interface PathNode {
  readonly slot: SlotState;
  readonly run: Run;
  readonly before: { readonly node: PathNode; readonly move: TriedMove } | undefined;
}

function placeAlongPath(survey: Survey, wish: Wish, rest: () => boolean): boolean {
  const { trial } = survey.quest;
  const end = findPath(survey, wish);
  if (!end) return false;
  const moves: TriedMove[] = [];
  for (let at = end.before; at; at = at.node.before) moves.unshift(at.move);
  trial.place({ ...end.run, wish });
  for (const move of moves) trial.move(move);
  if (rest()) return true;
  for (const _ of moves) trial.unmove();
  trial.unplace();
  return false;
}

/** The first of the shortest paths to a slot with room, by the order of resources at each of its steps. */
function findPath(survey: Survey, wish: Wish): PathNode | undefined {
  const { trial } = survey.quest;
  const path = firstNodes(survey, wish);
  const seen = new Set(path.map((node) => node.slot.id));
  for (const node of path) {
    survey.nodes += 1;
    const free = trial.freeUnits(node.slot);
    if (free > 0) return node;
    if (free < 0) survey.hasDoubts = true;
    else path.push(...nextNodes(survey, node, seen));
  }
  return undefined;
}

function firstNodes(survey: Survey, wish: Wish): PathNode[] {
  const { quest } = survey;
  return quest.runsOf(wish).flatMap((run) => {
    const [slot, ...others] = run.slots;
    if (!slot || !fitsCeilings(quest, wish, run)) return [];
    if (others.length === 0 && wish.stay.units === 1) return [{ slot, run, before: undefined }];
    survey.hasDoubts = true;
    return [];
  });
}

function nextNodes(survey: Survey, node: PathNode, seen: Set<number>): PathNode[] {
  const { trial, exits } = survey.quest;
  const found: PathNode[] = [];
  for (const way of exits.waysFrom(node.slot)) {
    const { like, toSlots } = way;
    const [slot, ...others] = toSlots;
    if (like.units !== 1 || like.slots.length !== 1 || others.length > 0) survey.hasDoubts = true;
    else if (slot && !seen.has(slot.id)) {
      const stay = like.stays.find((one) => !trial.hasMoved(one));
      if (!stay) continue;
      seen.add(slot.id);
      found.push({ slot, run: node.run, before: { node, move: { stay, way } } });
    }
  }
  return found;
}

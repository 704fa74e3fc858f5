import type { Candidate } from "../rules/booking-rules.ts";
import { cellsOf, type Stay } from "../rules/plan-visit.ts";
import { type Choice, runAt, type Visit } from "./choose-places.ts";
import { circleOf, servingCandidates } from "./resources-in-reach.ts";
import type { Run, Trial, Wish } from "./trial.ts";

const minuteMs = 60_000;

/** The runs of slots that a wish could get if all that can be moved were out of the way; least flexible first. */
export type RunsOf = (wish: Wish) => readonly Run[];

/**
 * Finds out, once per wish, which runs it could get: at a resource that serves it, open to it and published. None at
 * all where the resources that could exchange stays have too few units left of one of its cells, all together: moves
 * do not change that sum, because everybody keeps his time.
 */
export function createRunsOf(
  choice: Choice,
  visit: Visit,
  freeAtFirst: Trial["freeAtFirst"],
): RunsOf {
  const known = new Map<string, readonly Run[]>();
  const { candidates } = choice.rules;
  return (wish) => {
    const services = wish.stay.services.map((service) => service.id).join();
    const name = `${wish.role}/${wish.startsAt}/${services}`;
    const found = known.get(name);
    if (found) return found;
    const serving = servingCandidates(candidates, wish, visit.resourceId);
    const circle = circleOf(candidates, serving);
    const runs = isCrowdedOut({ choice, freeAtFirst, circle }, wish)
      ? []
      : serving.flatMap((one) => runOf(choice, one, wish));
    known.set(name, runs);
    return runs;
  };
}

function runOf(choice: Choice, candidate: Candidate, wish: Wish): Run[] {
  const { stay, startsAt } = wish;
  const slots = runAt(choice.board, candidate, { stay, startsAt });
  if (typeof slots === "string") return [];
  const start = slots.find((slot) => slot.startsAt === startsAt);
  const isPublished = start !== undefined && choice.isPublished(start, stay.services);
  return isPublished ? [{ resourceId: candidate.resourceId, slots }] : [];
}

interface Circle {
  readonly choice: Choice;
  readonly freeAtFirst: Trial["freeAtFirst"];
  readonly circle: readonly Candidate[];
}

function isCrowdedOut(circle: Circle, { stay, startsAt }: Wish): boolean {
  const cellMinutes = circle.circle[0]?.cellMinutes;
  if (cellMinutes === undefined) return true;
  // Where cells differ in length, a stay may take more or less time elsewhere.
  if (circle.circle.some((one) => one.cellMinutes !== cellMinutes)) return false;
  const cellMs = cellMinutes * minuteMs;
  const { before, fromStart } = cellsOf(stay, cellMinutes);
  return Array.from({ length: before + fromStart }, (_, index) => index - before).some(
    (cell) => unitsLeftAt(circle, startsAt + cell * cellMs, cellMs) < stay.units,
  );
}

function unitsLeftAt({ choice, freeAtFirst, circle }: Circle, at: number, cellMs: number): number {
  let units = 0;
  for (const { resourceId } of circle) {
    const slot = choice.board.slotAt(resourceId, at);
    if (!slot) continue;
    if (slot.endsAt - slot.startsAt !== cellMs) return Number.POSITIVE_INFINITY;
    units += Math.max(0, freeAtFirst(slot));
  }
  return units;
}

/** What a search walks through: the stays of a visit, one after the other. */
export interface Walk {
  readonly choice: Choice;
  readonly runsOf: RunsOf;
  /** Tries the runs of a wish in turn, and `rest` for each, until one succeeds. */
  readonly place: (wish: Wish, rest: () => boolean) => boolean;
  /** Legs and instants from which nothing fits, where that does not depend on the legs before. */
  readonly deadEnds?: Set<string>;
}

/**
 * Places all stays of a visit in turn: every role of a stay at one start, the next stay within the gap after it, from
 * the earliest start on. Returns whether all found their place.
 */
export function walkVisit(walk: Walk, division: readonly Stay[], startsAt: number): boolean {
  return placeStay(walk, { division, leg: 0, earliest: startsAt, latest: startsAt });
}

interface NextStay {
  readonly division: readonly Stay[];
  readonly leg: number;
  readonly earliest: number;
  readonly latest: number;
}

function placeStay(walk: Walk, next: NextStay): boolean {
  const { division, leg, earliest, latest } = next;
  const stay = division[leg];
  if (!stay) return true;
  const name = `${leg}/${earliest}`;
  if (walk.deadEnds?.has(name)) return false;
  for (const startsAt of walk.choice.board.startsBetween(earliest, latest)) {
    const wishes = stay.roles.map((role) => ({ stay, role, startsAt, leg }));
    if (wishes.some((wish) => walk.runsOf(wish).length === 0)) continue;
    const end = startsAt + stay.minutes * minuteMs;
    const gapMs = (stay.services.at(-1)?.legGapMaxMinutes ?? 0) * minuteMs;
    const after = { division, leg: leg + 1, earliest: end, latest: end + gapMs };
    if (placeRoles(walk, wishes, () => placeStay(walk, after))) return true;
  }
  walk.deadEnds?.add(name);
  return false;
}

function placeRoles(walk: Walk, wishes: readonly Wish[], rest: () => boolean): boolean {
  const [wish, ...others] = wishes;
  return wish ? walk.place(wish, () => placeRoles(walk, others, rest)) : rest();
}

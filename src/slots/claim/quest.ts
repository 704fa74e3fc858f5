import type { Stay } from "../rules/plan-visit.ts";
import { serviceTimes } from "../rules/plan-visit.ts";
import type { Choice, Placement, PlacedLeg, Taking, Visit } from "./choose-places.ts";
import type { Move, MovableStay } from "./movable-stays.ts";
import { divisionsOf, servingCandidates } from "./resources-in-reach.ts";
import { createTrial, type PlacedWish, type Run, type Trial, type Wish } from "./trial.ts";
import { createRunsOf, type RunsOf } from "./visit-runs.ts";
import { createExits, type Exits } from "./exits.ts";

/** A placement, and the moves that have to come with it. */
export interface Room {
  readonly placement: Placement;
  /** To be applied together, in any order, or not at all. */
  readonly moves: readonly Move[];
}

/** A visit that looks for room, with what the search knows and has tried. */
export interface Quest {
  readonly choice: Choice;
  readonly visit: Visit;
  readonly divisions: readonly (readonly Stay[])[];
  readonly trial: Trial;
  readonly runsOf: RunsOf;
  readonly exits: Exits;
}

/** Prepares a search; reads the board only when asked further. */
export function createQuest(choice: Choice, visit: Visit, stays: readonly MovableStay[]): Quest {
  const trial = createTrial(choice.pending ?? []);
  const { freeAtFirst } = trial;
  return {
    choice,
    visit,
    divisions: divisionsOf(visit.services, visit.partySize).filter((division) =>
      includesChosen(choice, visit, division),
    ),
    trial,
    runsOf: createRunsOf(choice, visit, freeAtFirst),
    exits: createExits({ ...choice, freeAtFirst }, stays),
  };
}

/** A resource that the caller insists on must be part of the visit. */
function includesChosen(
  { rules }: Choice,
  { resourceId }: Visit,
  division: readonly Stay[],
): boolean {
  if (resourceId === undefined) return true;
  return division.some((stay) =>
    stay.roles.some((role) =>
      servingCandidates(rules.candidates, { stay, role }, resourceId).some(
        (one) => one.resourceId === resourceId,
      ),
    ),
  );
}

/** Whether the ceilings leave the wish its units of a run, after what is placed already. */
export function fitsCeilings({ choice, trial }: Quest, wish: Wish, { slots }: Run): boolean {
  const { services, units } = wish.stay;
  const pending = [...(choice.pending ?? []), ...trial.placed.flatMap(takingsOf)];
  return choice.unitsUnderCeilings({ run: slots, services, pending }) >= units;
}

/** What a trial that placed the whole visit comes to. */
export function roomOf({ trial, visit }: Quest): Room {
  const byLeg = Map.groupBy(trial.placed, (one) => one.wish.leg);
  return {
    placement: {
      legs: [...byLeg.values()].flatMap((placed) => legsOf(placed, visit.partySize)),
      takings: trial.placed.flatMap(takingsOf),
    },
    moves: trial.moves.map(({ stay, way: { toResourceId, toSlots } }) => ({
      stay,
      toResourceId,
      toSlots,
    })),
  };
}

function legsOf(placed: readonly PlacedWish[], partySize: number): PlacedLeg[] {
  const wish = placed[0]?.wish;
  if (!wish) return [];
  const resourceIds = placed.map((one) => one.resourceId);
  const times = serviceTimes(wish.stay, wish.startsAt, partySize);
  return times.map((time) => ({ ...time, resourceIds }));
}

function takingsOf({ wish, slots }: PlacedWish): Taking[] {
  const { stay, leg } = wish;
  const serviceIds = stay.services.map((service) => service.id);
  return slots.map((slot) => ({ slot, leg, units: stay.units, serviceIds }));
}

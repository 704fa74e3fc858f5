import type { BookingRules, Candidate, ServiceRule } from "../rules/booking-rules.ts";
import { cellsOf, planStay, serviceTimes, type Stay } from "../rules/plan-visit.ts";
import type { SlotBoard, SlotState } from "./slot-board.ts";

const minuteMs = 60_000;

/** A visit that somebody wants at a stated start. */
export interface Visit {
  readonly services: readonly ServiceRule[];
  readonly partySize: number;
  /** Epoch ms. */
  readonly startsAt: number;
  /** The one resource that the caller insists on. */
  readonly resourceId?: string | undefined;
}

/** Units of one slot that a placed visit takes. */
export interface Taking {
  readonly slot: SlotState;
  readonly leg: number;
  readonly units: number;
}

export interface PlacedLeg {
  readonly serviceId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly resourceIds: readonly string[];
}

export interface Placement {
  readonly legs: readonly PlacedLeg[];
  readonly takings: readonly Taking[];
}

/** Why a visit does not fit, the most telling reason first. */
export const misfits = [
  "full",
  "ceiling",
  "not_published",
  "walk_in",
  "undecided",
  "not_permitted",
  "past_closing",
  "no_start",
] as const;
export type Misfit = (typeof misfits)[number];

/** Says how many more units the ceilings leave for a run of slots; Infinity where none applies. */
export type UnitsUnderCeilings = (
  run: readonly SlotState[],
  services: readonly ServiceRule[],
) => number;

/** What the choice looks at. */
export interface Choice {
  readonly board: SlotBoard;
  readonly rules: Pick<BookingRules, "candidates">;
  readonly unitsUnderCeilings: UnitsUnderCeilings;
  /** Whether the services may be booked at this start by now. */
  readonly isPublished: (start: SlotState, services: readonly ServiceRule[]) => boolean;
  /** Units of slots that earlier legs of the same visit already took, by slot id. */
  readonly pending?: ReadonlyMap<number, number>;
  /** Staff may pass capacity explicitly; the places are then not counted. */
  readonly isOverbooking?: boolean;
}

/**
 * Chooses slots for a visit: one resource per role that offers all services, else consecutive legs on the site.
 * Among resources that fit, the least flexible one (offering the fewest services) is taken, then by code, so that
 * places which serve many kinds of visit stay free. Pure and deterministic; takes nothing.
 */
export function choosePlaces(choice: Choice, visit: Visit): Placement | Misfit {
  const together = placeStay(choice, visit, {
    services: visit.services,
    startsAt: visit.startsAt,
    leg: 0,
  });
  if (typeof together !== "string" || visit.services.length === 1) return together;
  const inLegs = placeLegs(choice, visit);
  return typeof inLegs === "string" ? moreTelling(together, inLegs) : inLegs;
}

interface StayWish {
  readonly services: readonly ServiceRule[];
  readonly startsAt: number;
  readonly leg: number;
}

function placeStay(choice: Choice, visit: Visit, wish: StayWish): Placement | Misfit {
  const stay = planStay(wish.services, visit.partySize);
  const takings: Taking[] = [];
  const resourceIds: string[] = [];
  for (const role of stay.roles) {
    const run = firstRun(choice, visit, { stay, role, startsAt: wish.startsAt });
    if (typeof run === "string") return run;
    resourceIds.push(run.resourceId);
    takings.push(...run.slots.map((slot) => ({ slot, leg: wish.leg, units: stay.units })));
  }
  const times = serviceTimes(stay, wish.startsAt, visit.partySize);
  return { legs: times.map((time) => ({ ...time, resourceIds })), takings };
}

/** Places each service after the other, each at the earliest start its resources offer within the stated gap. */
function placeLegs(choice: Choice, visit: Visit): Placement | Misfit {
  const legs: PlacedLeg[] = [];
  const takings: Taking[] = [];
  let earliest = visit.startsAt;
  let latest = visit.startsAt;
  for (const [leg, service] of visit.services.entries()) {
    const pending = new Map(takings.map((taking) => [taking.slot.id, taking.units]));
    const placed = firstStay({ ...choice, pending }, visit, { service, leg, earliest, latest });
    if (typeof placed === "string") return placed;
    legs.push(...placed.legs);
    takings.push(...placed.takings);
    earliest = placed.legs.at(-1)?.endsAt ?? earliest;
    latest = earliest + service.legGapMaxMinutes * minuteMs;
  }
  return { legs, takings };
}

function firstStay(
  choice: Choice,
  visit: Visit,
  wish: { service: ServiceRule; leg: number; earliest: number; latest: number },
): Placement | Misfit {
  let misfit: Misfit = "no_start";
  for (const startsAt of choice.board.startsBetween(wish.earliest, wish.latest)) {
    const placed = placeStay(choice, visit, { services: [wish.service], startsAt, leg: wish.leg });
    if (typeof placed !== "string") return placed;
    misfit = moreTelling(misfit, placed);
  }
  return misfit;
}

interface Run {
  readonly resourceId: string;
  readonly slots: readonly SlotState[];
}

function firstRun(
  choice: Choice,
  visit: Visit,
  wish: { stay: Stay; role: string; startsAt: number },
): Run | Misfit {
  let misfit: Misfit = "no_start";
  for (const candidate of candidatesFor(choice.rules.candidates, wish.stay, wish.role)) {
    if (visit.resourceId !== undefined && candidate.resourceId !== visit.resourceId) continue;
    const slots = runAt(choice.board, candidate, { stay: wish.stay, startsAt: wish.startsAt });
    const outcome = typeof slots === "string" ? slots : fitOf(choice, slots, wish);
    if (outcome === "fits" && typeof slots !== "string")
      return { resourceId: candidate.resourceId, slots };
    if (outcome !== "fits") misfit = moreTelling(misfit, outcome);
  }
  return misfit;
}

/** Resources of a role that offer all services of a stay, least flexible first. */
export function candidatesFor(
  candidates: readonly Candidate[],
  stay: Stay,
  role: string,
): Candidate[] {
  return candidates
    .filter(
      (one) =>
        one.role === role && stay.services.every((service) => one.offers.includes(service.id)),
    )
    .toSorted((a, b) => a.offers.length - b.offers.length || (a.code < b.code ? -1 : 1));
}

/** The slots that a stay needs of one resource, or why they are not there, whatever their capacity. */
export function runAt(
  board: SlotBoard,
  candidate: Pick<Candidate, "resourceId" | "cellMinutes">,
  wish: { stay: Stay; startsAt: number },
): readonly SlotState[] | Misfit {
  const start = board.slotAt(candidate.resourceId, wish.startsAt);
  if (!start?.isStart || start.capacity === 0) return "no_start";
  const cells = cellsOf(wish.stay, candidate.cellMinutes);
  const run = board.runAround(start, cells.before, cells.fromStart);
  if (!run || run.some((slot) => slot.capacity === 0)) return "past_closing";
  const closed = run.find((slot) => slot.mode !== "bookable");
  if (closed) return closed.mode === "walk_in" ? "walk_in" : "undecided";
  const isPermitted = run.every((slot) => permits(slot, wish.stay.services));
  return isPermitted ? run : "not_permitted";
}

function permits(slot: SlotState, services: readonly ServiceRule[]): boolean {
  const { serviceIds } = slot;
  return serviceIds === null || services.every((service) => serviceIds.includes(service.id));
}

function fitOf(
  choice: Choice,
  run: readonly SlotState[],
  { stay, startsAt }: { stay: Stay; startsAt: number },
): "fits" | Misfit {
  const start = run.find((slot) => slot.startsAt === startsAt);
  if (!start || !choice.isPublished(start, stay.services)) return "not_published";
  if (choice.isOverbooking) return "fits";
  if (run.some((slot) => freeUnits(slot, choice.pending) < stay.units)) return "full";
  return choice.unitsUnderCeilings(run, stay.services) < stay.units ? "ceiling" : "fits";
}

function freeUnits(slot: SlotState, pending: ReadonlyMap<number, number> | undefined): number {
  return slot.capacity - slot.taken - (pending?.get(slot.id) ?? 0);
}

function moreTelling(a: Misfit, b: Misfit): Misfit {
  return misfits.indexOf(a) <= misfits.indexOf(b) ? a : b;
}

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

/** Units of one slot that a placed visit takes, for the services of one of its stays. */
export interface Taking {
  readonly slot: SlotState;
  readonly leg: number;
  readonly units: number;
  readonly serviceIds: readonly string[];
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

/** A run of slots that some services want together, after what is pending. */
export interface RunWish {
  readonly run: readonly SlotState[];
  readonly services: readonly ServiceRule[];
  readonly pending: readonly Taking[];
}

/** Says how many more units the ceilings leave for a run of slots; Infinity where none applies. */
export type UnitsUnderCeilings = (wish: RunWish) => number;

/** What the choice looks at. */
export interface Choice {
  readonly board: SlotBoard;
  readonly rules: Pick<BookingRules, "candidates">;
  readonly unitsUnderCeilings: UnitsUnderCeilings;
  /** Whether the services may be booked at this start by now. */
  readonly isPublished: (start: SlotState, services: readonly ServiceRule[]) => boolean;
  /** To be taken besides what the board says: by earlier legs of the visit, or by other visits. */
  readonly pending?: readonly Taking[];
  /** Staff may pass capacity explicitly; the places are then not counted. */
  readonly isOverbooking?: boolean;
}

/**
 * Chooses slots for a visit: one resource per role that offers all services, else consecutive legs on the site.
 * Among resources that fit, the least flexible one (offering the fewest services) is taken, then by code, so that
 * places which serve many kinds of visit stay free. Pure and deterministic; takes nothing.
 */
export function choosePlaces(choice: Choice, visit: Visit): Placement | Misfit {
  const together = withChosen(
    visit,
    placeStay(choice, visit, { services: visit.services, startsAt: visit.startsAt, leg: 0 }),
  );
  if (typeof together !== "string" || visit.services.length === 1) return together;
  const inLegs = withChosen(visit, placeLegs(choice, visit));
  return typeof inLegs === "string" ? moreTelling(together, inLegs) : inLegs;
}

/** A resource that the caller insists on must be part of the visit; it stands in for its role only. */
function withChosen({ resourceId }: Visit, outcome: Placement | Misfit): Placement | Misfit {
  if (typeof outcome === "string" || resourceId === undefined) return outcome;
  return outcome.legs.some((leg) => leg.resourceIds.includes(resourceId)) ? outcome : "no_start";
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
    takings.push(...takingsOf(run.slots, stay, wish.leg));
  }
  const times = serviceTimes(stay, wish.startsAt, visit.partySize);
  return { legs: times.map((time) => ({ ...time, resourceIds })), takings };
}

function takingsOf(run: readonly SlotState[], stay: Stay, leg: number): Taking[] {
  const serviceIds = stay.services.map((service) => service.id);
  return run.map((slot) => ({ slot, leg, units: stay.units, serviceIds }));
}

/**
 * Places each service after the other, each at the earliest start that its resources offer within the stated gap and
 * that leaves room for the services after it.
 */
function placeLegs(choice: Choice, visit: Visit): Placement | Misfit {
  const search: LegSearch = { choice, visit, deadEnds: new Map() };
  const { startsAt } = visit;
  return placeFrom(search, { leg: 0, earliest: startsAt, latest: startsAt, placed: [] });
}

interface LegSearch {
  readonly choice: Choice;
  readonly visit: Visit;
  /** Why nothing fits from a leg and instant on, so that each is tried once and the work stays bounded. */
  readonly deadEnds: Map<string, Misfit>;
}

interface NextLeg {
  readonly leg: number;
  readonly earliest: number;
  readonly latest: number;
  readonly placed: readonly Placement[];
}

function placeFrom(search: LegSearch, next: NextLeg): Placement | Misfit {
  const service = search.visit.services[next.leg];
  if (!service) return join(next.placed);
  const name = `${next.leg}/${next.earliest}`;
  const known = search.deadEnds.get(name);
  if (known) return known;
  let misfit: Misfit = "no_start";
  for (const startsAt of search.choice.board.startsBetween(next.earliest, next.latest)) {
    const outcome = placeLegAt(search, next, { service, startsAt });
    if (typeof outcome !== "string") return outcome;
    misfit = moreTelling(misfit, outcome);
  }
  search.deadEnds.set(name, misfit);
  return misfit;
}

function placeLegAt(
  search: LegSearch,
  { leg, placed }: NextLeg,
  { service, startsAt }: { service: ServiceRule; startsAt: number },
): Placement | Misfit {
  const { choice, visit } = search;
  const pending = [...(choice.pending ?? []), ...placed.flatMap((one) => one.takings)];
  const stay = placeStay({ ...choice, pending }, visit, { services: [service], startsAt, leg });
  if (typeof stay === "string") return stay;
  const earliest = stay.legs.at(-1)?.endsAt ?? startsAt;
  const latest = earliest + service.legGapMaxMinutes * minuteMs;
  return placeFrom(search, { leg: leg + 1, earliest, latest, placed: [...placed, stay] });
}

function join(placements: readonly Placement[]): Placement {
  return {
    legs: placements.flatMap((one) => one.legs),
    takings: placements.flatMap((one) => one.takings),
  };
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
  const candidates = candidatesFor(choice.rules.candidates, wish.stay, wish.role);
  const chosen = candidates.filter((one) => one.resourceId === visit.resourceId);
  for (const candidate of chosen.length > 0 ? chosen : candidates) {
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
  const pending = choice.pending ?? [];
  if (run.some((slot) => freeUnits(slot, pending) < stay.units)) return "full";
  const left = choice.unitsUnderCeilings({ run, services: stay.services, pending });
  return left < stay.units ? "ceiling" : "fits";
}

function freeUnits(slot: SlotState, pending: readonly Taking[]): number {
  return pending.reduce(
    (free, taking) => (taking.slot.id === slot.id ? free - taking.units : free),
    slot.capacity - slot.taken,
  );
}

function moreTelling(a: Misfit, b: Misfit): Misfit {
  return misfits.indexOf(a) <= misfits.indexOf(b) ? a : b;
}

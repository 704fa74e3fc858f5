import type { SlotState } from "../../src/slots/claim/slot-board.ts";
import { planStay, type Stay } from "../../src/slots/rules/plan-visit.ts";
import { type CrowdedSite, equivalents, slotsFor } from "./crowded-sites.ts";
import { minuteMs } from "./boards.ts";

/** An optimum found by trying everything. */
export interface Optimum {
  readonly moves: number;
  /** The visit's resources, joined, of every placement that this many moves allow. */
  readonly seats: ReadonlySet<string>;
}

/**
 * The fewest moves that let the visit in, at most `movesMax`, by trying every placement of it with every place for
 * every stay. Exponential: for small sites only.
 */
export function fewestMoves(site: CrowdedSite, movesMax: number): Optimum | undefined {
  const options = site.stays.map((stay) => equivalents(site, stay));
  const atRest = new Map(site.slots.map((slot) => [slot.id, slot.capacity - slot.taken]));
  for (const stay of site.stays) add(atRest, stay.slotIds, stay.units);
  let best: { moves: number; seats: Set<string> } | undefined;
  for (const { takes, resourceIds } of placements(site)) {
    const free = new Map(atRest);
    for (const { slots, units } of takes) add(free, idsOf(slots), -units);
    if ([...free.values()].some((units) => units < 0)) continue;
    const moves = fewestFrom({ site, options, free }, 0, best?.moves ?? movesMax);
    if (moves === undefined) continue;
    if (!best || moves < best.moves) best = { moves, seats: new Set() };
    best.seats.add(resourceIds.join());
  }
  return best;
}

interface Seating {
  readonly site: CrowdedSite;
  readonly options: readonly SlotState[][][];
  /** Units left once everybody seated so far has his. */
  readonly free: Map<number, number>;
}

function fewestFrom(seating: Seating, index: number, movesMax: number): number | undefined {
  const stay = seating.site.stays[index];
  if (!stay) return 0;
  let best: number | undefined;
  const attempt = (slotIds: readonly number[], moves: number): void => {
    const most = best === undefined ? movesMax : best - 1;
    if (moves > most || slotIds.some((id) => (seating.free.get(id) ?? 0) < stay.units)) return;
    add(seating.free, slotIds, -stay.units);
    const rest = fewestFrom(seating, index + 1, most - moves);
    add(seating.free, slotIds, stay.units);
    if (rest !== undefined) best = moves + rest;
  };
  attempt(stay.slotIds, 0);
  for (const slots of seating.options[index] ?? []) attempt(idsOf(slots), 1);
  return best;
}

interface Seat {
  readonly takes: readonly { readonly slots: readonly SlotState[]; readonly units: number }[];
  readonly resourceIds: readonly string[];
}

/** Every placement of the visit, whatever room there is. */
function placements(site: CrowdedSite): Seat[] {
  const { services, partySize, startsAt, resourceId } = site.visit;
  const together = seatsOf(site, [planStay(services, partySize)], {
    from: startsAt,
    to: startsAt,
  });
  const apart = services.map((service) => planStay([service], partySize));
  const inLegs = services.length > 1 ? seatsOf(site, apart, { from: startsAt, to: startsAt }) : [];
  return [...together, ...inLegs].filter(
    (seat) => resourceId === undefined || seat.resourceIds.includes(resourceId),
  );
}

function seatsOf(
  site: CrowdedSite,
  [stay, ...others]: readonly Stay[],
  window: { from: number; to: number },
): Seat[] {
  if (!stay) return [{ takes: [], resourceIds: [] }];
  const starts = new Set(site.slots.map((slot) => slot.startsAt));
  return [...starts]
    .filter((at) => window.from <= at && at <= window.to)
    .flatMap((at) => {
      const end = at + stay.minutes * minuteMs;
      const gap = (stay.services[0]?.legGapMaxMinutes ?? 0) * minuteMs;
      const rest = seatsOf(site, others, { from: end, to: end + gap });
      return rest.length === 0 ? [] : joinAll(seatsAt(site, stay, at), rest);
    });
}

function seatsAt(site: CrowdedSite, stay: Stay, startsAt: number): Seat[] {
  const { partySize, resourceId } = site.visit;
  return stay.roles.reduce<Seat[]>(
    (seats, role) => {
      const serving = site.candidates.filter(
        (one) => one.role === role && stay.services.every(({ id }) => one.offers.includes(id)),
      );
      const chosen = serving.filter((one) => one.resourceId === resourceId);
      const ofRole = (chosen.length > 0 ? chosen : serving).flatMap((one): Seat[] => {
        const slots = slotsFor(site, one, { services: stay.services, partySize, startsAt });
        const start = slots?.find((slot) => slot.startsAt === startsAt);
        if (!slots || !start || site.unpublished.has(start.id)) return [];
        const isLimited = slots.some((slot) => slot.hasCeilings);
        if (isLimited && site.unitsUnderCeilings < stay.units) return [];
        return [{ takes: [{ slots, units: stay.units }], resourceIds: [one.resourceId] }];
      });
      return joinAll(seats, ofRole);
    },
    [{ takes: [], resourceIds: [] }],
  );
}

function joinAll(first: readonly Seat[], then: readonly Seat[]): Seat[] {
  return first.flatMap((a) =>
    then.map((b) => ({
      takes: [...a.takes, ...b.takes],
      resourceIds: [...a.resourceIds, ...b.resourceIds],
    })),
  );
}

function add(sums: Map<number, number>, ids: readonly number[], units: number): void {
  for (const id of ids) sums.set(id, (sums.get(id) ?? 0) + units);
}

function idsOf(slots: readonly SlotState[]): number[] {
  return slots.map((slot) => slot.id);
}

import fc from "fast-check";
import type { SlotState } from "../../src/slots/claim/slot-board.ts";
import type { Candidate, ServiceRule } from "../../src/slots/rules/booking-rules.ts";
import { planStay } from "../../src/slots/rules/plan-visit.ts";
import { candidate, minuteMs, monday8, row, serviceRule } from "./boards.ts";
import { type CrowdedSite, equivalents, slotsFor, take, unseat } from "./crowded-sites.ts";

/** What small sites are made of. */
export interface SiteShape {
  readonly services: fc.Arbitrary<ServiceRule[]>;
  readonly cellMinutes: readonly number[];
  readonly cells: number;
  readonly roles: readonly string[];
  readonly offersMin: number;
  readonly offersMax: number;
  readonly resourcesMax: number;
  readonly staysMax: number;
  readonly servicesMax: number;
  readonly partyMax: number;
  readonly oddSlotsMax: number;
  readonly capacities: readonly number[];
}

/**
 * Sites of a few resources with a few stays, some of which cannot be moved. Most of them had room for the visit once:
 * it was seated with the others, left, and then some of the others were moved into its way.
 */
export function crowdedSites(shape: SiteShape): fc.Arbitrary<CrowdedSite> {
  return shape.services.chain((services) => {
    const few = fc.subarray(services, { minLength: 1, maxLength: shape.servicesMax });
    const party = fc.integer({ min: 1, max: shape.partyMax });
    const resource = fc.record({
      offers: fc.subarray(services, { minLength: shape.offersMin, maxLength: shape.offersMax }),
      cellMinutes: fc.constantFrom(...shape.cellMinutes),
      role: fc.constantFrom(...shape.roles),
      capacity: fc.constantFrom(...shape.capacities),
    });
    const resources = fc.array(resource, {
      minLength: Math.ceil(shape.resourcesMax / 2),
      maxLength: shape.resourcesMax,
    });
    const other = fc.record({
      services: few,
      partySize: party,
      cellsLater: fc.integer({ min: -1, max: 1 }),
      seat: fc.nat(),
      isMovable: fc.constantFrom(true, true, true, false),
      id: fc.nat(999),
    });
    const oddSlot = fc.record({
      kind: fc.constantFrom(...oddities),
      at: fc.nat(),
      service: fc.nat(),
    });
    return fc
      .record({
        resources,
        oddSlots: fc.array(oddSlot, { maxLength: shape.oddSlotsMax }),
        others: fc.array(other, { minLength: shape.staysMax / 2, maxLength: shape.staysMax }),
        wanted: fc.record({
          services: few,
          partySize: party,
          cell: fc.nat(Math.max(0, shape.cells - 3)),
        }),
        unsettled: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        chosen: fc.option(fc.nat(), { freq: 8, nil: undefined }),
        unitsUnderCeilings: fc.constantFrom(0, 9),
      })
      .map((drawn) => build(shape, services, drawn));
  });
}

const oddities = [
  "closed",
  "walk_in",
  "restricted",
  "ceilings",
  "unpublished",
  "no_start",
] as const;

interface Drawn {
  readonly resources: readonly {
    readonly offers: readonly ServiceRule[];
    readonly cellMinutes: number;
    readonly role: string;
    readonly capacity: number;
  }[];
  readonly oddSlots: readonly {
    readonly kind: (typeof oddities)[number];
    readonly at: number;
    readonly service: number;
  }[];
  readonly others: readonly Other[];
  readonly wanted: {
    readonly services: readonly ServiceRule[];
    readonly partySize: number;
    readonly cell: number;
  };
  readonly unsettled: readonly number[];
  readonly chosen: number | undefined;
  readonly unitsUnderCeilings: number;
}

interface Other {
  readonly services: readonly ServiceRule[];
  readonly partySize: number;
  readonly cellsLater: number;
  readonly seat: number;
  readonly isMovable: boolean;
  readonly id: number;
}

function build(shape: SiteShape, services: readonly ServiceRule[], drawn: Drawn): CrowdedSite {
  const stepMs = Math.min(...shape.cellMinutes) * minuteMs;
  const { cell, ...wanted } = drawn.wanted;
  const startsAt = monday8 + cell * stepMs;
  const candidates = drawn.resources.map(({ offers, cellMinutes, role }, index) =>
    candidate(
      `r${index}`,
      offers.map((service) => service.id),
      { cellMinutes, role },
    ),
  );
  const plain = candidates.flatMap((one, index) => {
    const cells = Math.ceil((shape.cells * stepMs) / (one.cellMinutes * minuteMs));
    return row(one, cells, { capacity: drawn.resources[index]?.capacity ?? 1 });
  });
  const unpublished = new Set<number>();
  let slots: SlotState[] = plain;
  for (const { kind, at, service } of drawn.oddSlots) {
    const id = plain[at % plain.length]?.id ?? 0;
    if (kind === "unpublished") unpublished.add(id);
    const only = services[service % services.length]?.id ?? "";
    slots = slots.map((slot) => (slot.id === id ? { ...slot, ...oddity(kind, only) } : slot));
  }
  const { unitsUnderCeilings, chosen } = drawn;
  const resourceId = chosen === undefined ? undefined : `r${chosen % candidates.length}`;
  const visit = { ...wanted, startsAt, resourceId };
  const site = { candidates, slots, stays: [], visit, unpublished, unitsUnderCeilings };
  return seatEverybody(site, drawn, stepMs);
}

function oddity(kind: (typeof oddities)[number], service: string): Partial<SlotState> {
  switch (kind) {
    case "closed":
      return { capacity: 0 };
    case "walk_in":
      return { mode: "walk_in" };
    case "restricted":
      return { serviceIds: [service] };
    case "ceilings":
      return { hasCeilings: true };
    case "no_start":
      return { isStart: false };
    case "unpublished":
      return {};
  }
}

function seatEverybody(empty: CrowdedSite, drawn: Drawn, stepMs: number): CrowdedSite {
  const { visit } = empty;
  const guest = { ...visit, cellsLater: 0, seat: drawn.unsettled[0] ?? 0 };
  let site = seat(empty, guest, { ownerId: "guest", leg: 0, stepMs });
  const guestIds = new Set(site.stays.flatMap((stay) => stay.slotIds));
  for (const [index, other] of drawn.others.entries())
    site = seat(site, other, { ownerId: `owner ${other.id % 3}`, leg: index, stepMs });
  for (const stay of site.stays.filter((one) => one.ownerId === "guest")) site = unseat(site, stay);
  site = {
    ...site,
    stays: site.stays.filter((stay) => drawn.others[stay.leg]?.isMovable),
  };
  for (const pick of drawn.unsettled) site = unsettle(site, pick, guestIds);
  return site;
}

/** Seats one more wherever he fits, at one resource for each role. */
function seat(
  site: CrowdedSite,
  one: Pick<Other, "services" | "partySize" | "cellsLater" | "seat">,
  { ownerId, leg, stepMs }: { ownerId: string; leg: number; stepMs: number },
): CrowdedSite {
  const startsAt = site.visit.startsAt + one.cellsLater * stepMs;
  const { services, partySize } = one;
  const { roles, units } = planStay(services, partySize);
  return roles.reduce((before, role) => {
    const fitting = before.candidates.flatMap((candidate_) => {
      if (candidate_.role !== role || !offersAll(candidate_, services)) return [];
      const run = slotsFor(before, candidate_, { services, partySize, startsAt });
      return run && hasRoom(run, units) ? [run] : [];
    });
    const run = fitting[one.seat % Math.max(1, fitting.length)];
    if (!run?.[0]) return before;
    const { resourceId } = run[0];
    const own = { ownerId, leg, resourceId, startsAt, units, services, partySize, role };
    return take(before, { ...own, slotIds: run.map((slot) => slot.id) });
  }, site);
}

/** Moves one of the stays somewhere else, best into the way of who left. */
function unsettle(site: CrowdedSite, pick: number, wantedIds: ReadonlySet<number>): CrowdedSite {
  const moves = site.stays.flatMap((stay) =>
    equivalents(site, stay)
      .filter((run) => hasRoom(run, stay.units))
      .map((run) => ({ stay, run })),
  );
  const harmful = moves.filter(({ run }) => run.some((slot) => wantedIds.has(slot.id)));
  const some = harmful.length > 0 ? harmful : moves;
  const move = some[pick % Math.max(1, some.length)];
  if (!move?.run[0]) return site;
  const { resourceId } = move.run[0];
  const slotIds = move.run.map((slot) => slot.id);
  return take(unseat(site, move.stay), { ...move.stay, resourceId, slotIds });
}

function hasRoom(run: readonly SlotState[], units: number): boolean {
  return run.every((slot) => slot.capacity - slot.taken >= units);
}

function offersAll(one: Candidate, services: readonly ServiceRule[]): boolean {
  return services.every((service) => one.offers.includes(service.id));
}

/** Services of one to three cells, with buffers, per person or per visit. */
export function anyServices(
  roles: fc.Arbitrary<string[]> = fc.constant(["desk"]),
): fc.Arbitrary<ServiceRule[]> {
  const service = fc.record({
    durationMinutes: fc.constantFrom(10, 15, 20, 30),
    extraMinutesPerPerson: fc.constantFrom(0, 0, 10),
    bufferBeforeMinutes: fc.constantFrom(0, 0, 15),
    bufferAfterMinutes: fc.constantFrom(0, 0, 10),
    placesPerPerson: fc.constantFrom(0, 1),
    legGapMaxMinutes: fc.constantFrom(0, 15),
    roles,
  });
  return fc
    .array(service, { minLength: 3, maxLength: 3 })
    .map((drawn) => drawn.map((rest, index) => serviceRule(`s${index}`, rest)));
}

/** Services of one cell each, for one person at a desk. */
export function oneCellServices(): fc.Arbitrary<ServiceRule[]> {
  return fc.constant(["a", "b", "c", "d"].map((id) => serviceRule(id, { durationMinutes: 15 })));
}

/** Services of one, two and three cells at a desk. */
export function longServices(): fc.Arbitrary<ServiceRule[]> {
  return fc.constant(
    [15, 30, 45].map((durationMinutes) => serviceRule(`s${durationMinutes}`, { durationMinutes })),
  );
}

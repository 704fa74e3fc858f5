import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choiceOf, type CrowdedSite, equivalents } from "../../../test/support/crowded-sites.ts";
import { chainedSites } from "../../../test/support/draw-chained-sites.ts";
import {
  anyServices,
  crowdedSites,
  longServices,
  oneCellServices,
  type SiteShape,
} from "../../../test/support/draw-crowded-sites.ts";
import { fewestMoves } from "../../../test/support/fewest-moves.ts";
import { choosePlaces } from "./choose-places.ts";
import { couldMatchingHelp } from "./could-matching-help.ts";
import { hasRoomInReach, lookForRoom, makeRoom } from "./make-room.ts";
import type { Room } from "./quest.ts";
import { inOrderOfFlexibility, resourcesInReach } from "./resources-in-reach.ts";
import { movesMax } from "./search-moves.ts";
import type { SlotState } from "./slot-board.ts";

const oneCell: SiteShape = {
  services: oneCellServices(),
  cellMinutes: [15],
  cells: 1,
  roles: ["desk"],
  offersMin: 1,
  offersMax: 2,
  resourcesMax: 7,
  staysMax: 14,
  servicesMax: 1,
  partyMax: 1,
  oddSlotsMax: 2,
  capacities: [1, 1, 2],
};

const general: SiteShape = {
  services: anyServices(),
  cellMinutes: [15],
  cells: 4,
  roles: ["desk"],
  offersMin: 1,
  offersMax: 3,
  resourcesMax: 4,
  staysMax: 8,
  servicesMax: 2,
  partyMax: 2,
  oddSlotsMax: 2,
  capacities: [1, 1, 2],
};

const twoRoles: SiteShape = {
  ...general,
  services: anyServices(fc.constantFrom(["desk"], ["desk", "room"])),
  roles: ["desk", "desk", "room"],
  resourcesMax: 5,
};

/** Desks that are much alike and nearly full: room is there, but in pieces. */
const inPieces: SiteShape = {
  services: longServices(),
  cellMinutes: [15],
  cells: 5,
  roles: ["desk"],
  offersMin: 2,
  offersMax: 3,
  resourcesMax: 5,
  staysMax: 12,
  servicesMax: 1,
  partyMax: 1,
  oddSlotsMax: 0,
  capacities: [1],
};

const mixedCells: SiteShape = { ...general, cellMinutes: [10, 15, 30], cells: 6 };

function roomOf(site: CrowdedSite): Room | undefined {
  const found = lookForRoom(choiceOf(site), site.visit, site.stays);
  // The sites are small enough for the bound on trials never to be what decides.
  expect(found.isCutShort).toBe(false);
  return found.room;
}

function seatOf({ placement }: Room): string {
  return [...new Set(placement.legs)].flatMap((leg) => leg.resourceIds).join();
}

describe.each([
  ["at random", crowdedSites(oneCell)],
  ["in a row of resources that share services", chainedSites()],
])("everybody takes one cell, %s", (_, sites) => {
  it("a visit is refused only when no reassignment fits it, and needs the fewest moves", () => {
    fc.assert(
      fc.property(sites, (site) => {
        const best = fewestMoves(site, site.stays.length);
        expect(roomOf(site)?.moves.length).toBe(best?.moves);
      }),
      { numRuns: 1000 },
    );
  });

  it("among visits that need the same number of moves the least flexible resource is taken", () => {
    fc.assert(
      fc.property(sites, (site) => {
        const best = fewestMoves(site, site.stays.length);
        const room = roomOf(site);
        const ranked = inOrderOfFlexibility(site.candidates).map((one) => one.resourceId);
        expect(room && seatOf(room)).toBe(ranked.find((id) => best?.seats.has(id)));
      }),
      { numRuns: 500 },
    );
  });
});

describe.each([
  ["one role, cells of one length", general],
  ["two roles", twoRoles],
  ["cells of several lengths", mixedCells],
  ["desks that are full but for pieces", inPieces],
])("visits of several cells, parties and legs, %s", (_, shape) => {
  it("are fitted with the fewest moves whenever as many as the bound allow it", () => {
    fc.assert(
      fc.property(crowdedSites(shape), (site) => {
        const best = fewestMoves(site, movesMax);
        const room = roomOf(site);
        if (best || (room && room.moves.length <= movesMax))
          expect(room?.moves.length).toBe(best?.moves);
      }),
      { numRuns: 1000 },
    );
  });

  it("never break what others have", () => {
    fc.assert(
      fc.property(crowdedSites(shape), (site) => {
        const room = roomOf(site);
        if (room) expectSafe(site, room);
      }),
      { numRuns: 500 },
    );
  });

  it("get the same answer whatever the order of what was read", () => {
    fc.assert(
      fc.property(crowdedSites(shape), fc.infiniteStream(fc.nat()), (site, order) => {
        const shuffled = shuffle(site, order);
        const room = makeRoom(choiceOf(shuffled), site.visit, shuffled.stays);
        expect(inWords(room)).toEqual(inWords(roomOf(site)));
      }),
    );
  });

  it("are refused whatever is moved where rules alone say that it cannot help", () => {
    fc.assert(
      fc.property(crowdedSites(shape), (site) => {
        const hasPlainOpenings = site.slots.every(isPlain) && site.unpublished.size === 0;
        const rules = { candidates: site.candidates, hasPlainOpenings };
        if (couldMatchingHelp(rules, site.visit)) return;
        if (typeof choosePlaces(choiceOf(site), site.visit) === "string")
          expect(roomOf(site)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it("are refused whatever is moved where the board alone says that there is no room", () => {
    fc.assert(
      fc.property(crowdedSites(shape), (site) => {
        if (!hasRoomInReach(choiceOf(site), site.visit)) expect(roomOf(site)).toBeUndefined();
      }),
    );
  });

  it("need nothing of the resources out of reach", () => {
    fc.assert(
      fc.property(crowdedSites(shape), (site) => {
        const candidates = resourcesInReach(site.candidates, site.visit);
        const reached = new Set(candidates.map((one) => one.resourceId));
        const slots = site.slots.filter((slot) => reached.has(slot.resourceId));
        const near = { ...site, candidates, slots };
        expect(inWords(roomOf(near))).toEqual(inWords(roomOf(site)));
      }),
    );
  });
});

function inWords(room: Room | undefined) {
  return (
    room && {
      legs: room.placement.legs,
      takings: room.placement.takings.map((one) => [one.slot.id, one.leg, one.units]),
      moves: room.moves.map(({ stay, toSlots }) => [
        `${stay.ownerId}, ${stay.leg}`,
        stay.role,
        toSlots.map((slot) => slot.id),
      ]),
    }
  );
}

function isPlain(slot: SlotState): boolean {
  return slot.isStart && slot.serviceIds === null && !slot.hasCeilings;
}

function expectSafe(site: CrowdedSite, { placement, moves }: Room): void {
  const taken = new Map(site.slots.map((slot) => [slot.id, slot.taken]));
  const add = (id: number, units: number) => taken.set(id, (taken.get(id) ?? 0) + units);
  for (const { slot, units } of placement.takings) add(slot.id, units);
  for (const { stay, toResourceId, toSlots } of moves) {
    for (const id of stay.slotIds) add(id, -stay.units);
    for (const slot of toSlots) add(slot.id, stay.units);
    expect(toSlots.every((slot) => slot.resourceId === toResourceId)).toBe(true);
    expect(equivalents(site, stay)).toContainEqual(toSlots);
    expect(site.stays).toContain(stay);
  }
  expect(new Set(moves.map((move) => move.stay)).size).toBe(moves.length);
  const oversold = site.slots.filter((slot) => (taken.get(slot.id) ?? 0) > slot.capacity);
  expect(oversold).toEqual([]);
}

function shuffle(site: CrowdedSite, order: fc.Stream<number>): CrowdedSite {
  const drawn = [...order.take(200)];
  const mix = <T>(list: readonly T[]): T[] =>
    list
      .map((one, index) => ({ one, key: drawn[index % drawn.length] ?? 0 }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ one }) => one);
  return {
    ...site,
    candidates: mix(site.candidates).map((one) => ({ ...one, offers: mix(one.offers) })),
    slots: mix(site.slots),
    stays: mix(site.stays).map((stay) => ({ ...stay, slotIds: mix(stay.slotIds) })),
  };
}

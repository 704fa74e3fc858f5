import { describe, expect, it } from "vitest";
import { candidate, minuteMs, monday8, row, serviceRule } from "../../../test/support/boards.ts";
import { choiceOf, type CrowdedSite } from "../../../test/support/crowded-sites.ts";
import type { ServiceRule } from "../rules/booking-rules.ts";
import type { Visit } from "./choose-places.ts";
import { hasRoomInReach, lookForRoom } from "./make-room.ts";
import type { MovableStay } from "./movable-stays.ts";
import { nodesMax } from "./search-moves.ts";
import type { SlotBoard } from "./slot-board.ts";

const resourcesCount = 40;
const places = 20;
const cells = 4;

const cellMs = 15 * minuteMs;
const services = Array.from({ length: resourcesCount + 1 }, (_, index) =>
  serviceRule(`s${index}`, { durationMinutes: 15 }),
);
const desks = services
  .slice(1)
  .map(({ id }, index) => candidate(`r${10 + index}`, [`s${index}`, id]));

/**
 * Forty resources in a row, each of which shares a service with the next one, and all their places taken at every cell
 * by people who could go on to the next one; but for `left` of them at the last one.
 */
function fullSite(left: (cell: number) => number, wanted: Partial<Visit>): CrowdedSite {
  const slots = desks.flatMap((desk) =>
    row(desk, cells, { capacity: places }).map((slot) => ({
      ...slot,
      taken: places - (desk === desks.at(-1) ? left(slot.ordinal) : 0),
    })),
  );
  const stays = slots.flatMap((slot) => {
    const at = desks.findIndex((desk) => desk.resourceId === slot.resourceId);
    return Array.from({ length: slot.taken }, (_, place) =>
      stayAt(slot, services.slice(at + 1, at + 2), `${slot.resourceId} ${slot.ordinal} ${place}`),
    );
  });
  const visit = { services: services.slice(0, 1), partySize: 1, startsAt: monday8, ...wanted };
  return { candidates: desks, slots, stays, visit, unpublished: new Set(), unitsUnderCeilings: 9 };
}

function stayAt(
  slot: { id: number; resourceId: string; startsAt: number },
  wanted: readonly ServiceRule[],
  ownerId: string,
): MovableStay {
  const { id, resourceId, startsAt } = slot;
  const rest = { leg: 0, units: 1, partySize: 1, role: "desk", services: wanted };
  return { ownerId, resourceId, slotIds: [id], startsAt, ...rest };
}

/** The search, and how often it looked at the board. */
function search(site: CrowdedSite) {
  let looks = 0;
  const choice = choiceOf(site);
  const board: SlotBoard = {
    slotAt: (...args) => {
      looks += 1;
      return choice.board.slotAt(...args);
    },
    runAround: (...args) => {
      looks += 1;
      return choice.board.runAround(...args);
    },
    startsBetween: (...args) => choice.board.startsBetween(...args),
  };
  return { ...lookForRoom({ ...choice, board }, site.visit, site.stays), looks: () => looks };
}

const threeCells = [serviceRule("s0", { durationMinutes: 45 })];

describe("a site of 40 resources with 20 places each", () => {
  it.each<[string, Partial<Visit>]>([
    ["one cell", {}],
    ["three cells", { services: threeCells }],
    ["a party", { partySize: 3, services: [serviceRule("s0", { placesPerPerson: 1 })] }],
  ])("that is full is judged without looking at anybody: %s", (_, wanted) => {
    const site = fullSite(() => 0, wanted);
    const found = search(site);
    expect(found).toMatchObject({ room: undefined, isCutShort: false, nodes: 0 });
    expect(found.looks()).toBeLessThan(4 * resourcesCount);
    expect(hasRoomInReach(choiceOf(site), site.visit)).toBe(false);
  });

  it("that has no place left of the third cell alone is judged likewise", () => {
    const site = fullSite((cell) => (cell === 2 ? 0 : 1), { services: threeCells });
    expect(search(site)).toMatchObject({ room: undefined, nodes: 0 });
  });

  it("with one place left at the far end gets it through everybody, each resource looked at once", () => {
    const found = search(fullSite(() => 1, {}));
    expect(found.room?.moves).toHaveLength(resourcesCount - 1);
    expect(found.nodes).toBe(resourcesCount);
    expect(found.looks()).toBeLessThan(10 * resourcesCount);
  });

  it("with one place left out of reach is given up after every resource was looked at once", () => {
    const site = fullSite(() => 1, {});
    const stuck = { ...site, stays: site.stays.filter((stay) => stay.resourceId !== "r40") };
    const found = search(stuck);
    expect(found.room).toBeUndefined();
    expect(found.nodes).toBeLessThanOrEqual(resourcesCount);
  });

  it("with places left far away ends the search for three cells at its bound", () => {
    const found = search(fullSite(() => 1, { services: threeCells }));
    expect(found.room).toBeUndefined();
    expect(found.nodes).toBeLessThanOrEqual(nodesMax);
  });

  it("where everybody could go anywhere never spends more than the bound", () => {
    const anywhere = services.slice(0, 5);
    const site = fullSite((cell) => (cell === 0 ? 0 : 1), { startsAt: monday8 });
    const candidates = desks.map((desk) => ({ ...desk, offers: anywhere.map(({ id }) => id) }));
    const stays = site.stays.map((stay, index) => {
      return { ...stay, services: anywhere.slice(index % 5, (index % 5) + 1) };
    });
    const long = [serviceRule("s0", { durationMinutes: 45 })];
    const startsAt = monday8 + cellMs;
    const wild = { ...site, candidates, stays, visit: { ...site.visit, services: long, startsAt } };
    const full = wild.slots.map((slot, index) => ({
      ...slot,
      taken: places - Number(index % 11 === 0),
    }));
    const found = search({ ...wild, slots: full });
    expect(found.nodes).toBeLessThanOrEqual(nodesMax + resourcesCount);
    expect(found.looks()).toBeLessThan(100 * nodesMax);
  });
});

import { describe, expect, it } from "vitest";
import { candidate, minuteMs, monday8, row, serviceRule } from "../../../test/support/boards.ts";
import { choiceOf, type CrowdedSite, slotsFor, take } from "../../../test/support/crowded-sites.ts";
import type { Candidate, ServiceRule } from "../rules/booking-rules.ts";
import { planStay } from "../rules/plan-visit.ts";
import type { Visit } from "./choose-places.ts";
import { makeRoom } from "./make-room.ts";
import type { MovableStay } from "./movable-stays.ts";
import type { Room } from "./quest.ts";
import { movesMax } from "./search-moves.ts";
import type { SlotState } from "./slot-board.ts";

const cell = 15 * minuteMs;
const a = oneCell("a");
const b = oneCell("b");
const c = oneCell("c");
const d = oneCell("d");
const e = oneCell("e");
const a2 = serviceRule("a", { durationMinutes: 30 });
const a3 = serviceRule("a", { durationMinutes: 45 });

function oneCell(id: string, rest: Partial<ServiceRule> = {}): ServiceRule {
  return serviceRule(id, { durationMinutes: 15, ...rest });
}

function site(
  candidates: readonly Candidate[],
  slots: readonly SlotState[] = candidates.flatMap((one) => row(one, 4)),
): CrowdedSite {
  const visit = { services: [], partySize: 1, startsAt: monday8 };
  return { candidates, slots, stays: [], visit, unpublished: new Set(), unitsUnderCeilings: 9 };
}

/** The site once somebody has a place there, who may be moved. */
function withStay(
  before: CrowdedSite,
  resourceId: string,
  rest: Partial<MovableStay> & Pick<MovableStay, "services">,
): CrowdedSite {
  const stay = {
    ownerId: `owner ${before.stays.length}`,
    leg: 0,
    startsAt: monday8,
    partySize: 1,
    role: "desk",
    units: planStay(rest.services, rest.partySize ?? 1).units,
    ...rest,
  };
  const one = before.candidates.find((other) => other.resourceId === resourceId);
  const slots = one && slotsFor(before, one, stay);
  return take(before, { resourceId, slotIds: slots?.map((slot) => slot.id) ?? [], ...stay });
}

function visitOf(services: readonly ServiceRule[], rest: Partial<Visit> = {}): Visit {
  return { services, partySize: 1, startsAt: monday8, ...rest };
}

function fit(where: CrowdedSite, visit: Visit): Room | undefined {
  return makeRoom(choiceOf(where), visit, where.stays);
}

/** Where the visit goes, and who goes where for it. */
function inWords(room: Room | undefined): string[] | undefined {
  return (
    room && [
      room.placement.legs.flatMap((leg) => leg.resourceIds).join(),
      ...room.moves.map(({ stay, toResourceId }) => `${stay.ownerId} to ${toResourceId}`),
    ]
  );
}

function changed(where: CrowdedSite, resourceId: string, change: Partial<SlotState>): CrowdedSite {
  const slots = where.slots.map((slot) =>
    slot.resourceId === resourceId ? { ...slot, ...change } : slot,
  );
  return { ...where, slots };
}

const ab = candidate("ab", ["a", "b"]);
const ac = candidate("ac", ["a", "c"]);
/** With resources for A or B and for A or C, an A sits in the only place for a C. */
const inTheWay = withStay(site([ab, ac]), "ac", { services: [a] });

describe("everybody takes one cell", () => {
  it("an A that sits in the only place for a C goes where A is offered too", () => {
    const room = fit(inTheWay, visitOf([c]));
    expect(inWords(room)).toEqual(["ac", "owner 0 to ab"]);
    expect(room?.placement).toMatchObject({
      legs: [{ serviceId: "c", startsAt: monday8, endsAt: monday8 + cell, resourceIds: ["ac"] }],
      takings: [
        { slot: { resourceId: "ac", startsAt: monday8 }, leg: 0, units: 1, serviceIds: ["c"] },
      ],
    });
    expect(room?.moves[0]?.toSlots).toMatchObject([{ resourceId: "ab", startsAt: monday8 }]);
  });

  it("nobody is moved where there is room anyway", () => {
    expect(inWords(fit(inTheWay, visitOf([b])))).toEqual(["ab"]);
  });

  it.each([3, 12])("a chain of %i gives way, each to the next", (length) => {
    const services = Array.from({ length: length + 2 }, (_, index) => oneCell(`s${index}`));
    const desks = services
      .slice(1)
      .map((service, index) => candidate(`r${index + 10}`, [`s${index}`, service.id]));
    const full = desks.slice(0, -1).reduce((before, { resourceId }, index) => {
      return withStay(before, resourceId, { services: services.slice(index + 1, index + 2) });
    }, site(desks));
    const room = fit(full, visitOf(services.slice(0, 1)));
    expect(room?.moves.map((move) => move.toResourceId)).toEqual(
      desks.slice(1).map((one) => one.resourceId),
    );
  });

  it("who is pinned stays, and the visit is refused", () => {
    expect(fit({ ...inTheWay, stays: [] }, visitOf([c]))).toBeUndefined();
  });

  it("one role may need a long chain while the other has room", () => {
    const both = oneCell("a", { roles: ["desk", "room"] });
    const room = candidate("room", ["a"], { role: "room" });
    const desks = ["ab", "bc", "cd", "de", "ef"].map((code) => candidate(code, [...code]));
    const others = [
      ["ab", b],
      ["bc", c],
      ["cd", d],
      ["de", e],
    ] as const;
    const full = others.reduce(
      (before, [code, service]) => withStay(before, code, { services: [service] }),
      site([room, ...desks]),
    );
    expect(inWords(fit(full, visitOf([both])))).toEqual([
      "ab,room",
      "owner 0 to bc",
      "owner 1 to cd",
      "owner 2 to de",
      "owner 3 to ef",
    ]);
  });
});

describe("choice", () => {
  it("the fewest moves count more than the least flexible resource", () => {
    const desks = [candidate("c", ["c"]), ab, candidate("abc", ["a", "b", "c"])];
    const full = withStay(withStay(site(desks), "c", { services: [c] }), "abc", { services: [a] });
    expect(inWords(fit(full, visitOf([c])))).toEqual(["abc", "owner 1 to ab"]);
  });

  it("among equals the visit, then each stay, takes the least flexible resource, then the first by code", () => {
    const more = candidate("abd", ["a", "b", "d"]);
    const desks = [
      more,
      candidate("z", ["a"]),
      candidate("y", ["a"]),
      candidate("ac2", ["a", "c"]),
      ac,
    ];
    const full = ["ac2", "ac"].reduce(
      (before, code) => withStay(before, code, { services: [a] }),
      site(desks),
    );
    expect(inWords(fit(full, visitOf([c])))).toEqual(["ac", "owner 1 to y"]);
  });

  it("a chosen resource is the one that others leave", () => {
    const full = withStay(site([ab, candidate("aa", ["a"])]), "aa", { services: [a] });
    const chosen = visitOf([a], { resourceId: "aa" });
    expect(inWords(fit(full, chosen))).toEqual(["aa", "owner 0 to ab"]);
  });
});

describe("a stay stays where it is", () => {
  it.each<[string, Partial<SlotState>]>([
    ["for walk-ins", { mode: "walk_in" }],
    ["not decided on", { mode: "undecided" }],
    ["closed", { capacity: 0 }],
    ["kept for other services", { serviceIds: ["b"] }],
    ["under ceilings", { hasCeilings: true }],
    ["no start", { isStart: false }],
  ])("when the other slot is %s", (_, change) => {
    expect(fit(changed(inTheWay, "ab", change), visitOf([c]))).toBeUndefined();
  });

  it("when its own slot is under ceilings", () => {
    expect(fit(changed(inTheWay, "ac", { hasCeilings: true }), visitOf([c]))).toBeUndefined();
  });

  it.each<[string, Partial<Candidate>]>([
    ["belongs to another site", { siteId: "other" }],
    ["has another role", { role: "room" }],
    ["does not offer its service", { offers: ["b"] }],
  ])("when the other resource %s", (_, change) => {
    const candidates = [{ ...ab, ...change }, ac];
    expect(fit({ ...inTheWay, candidates }, visitOf([c]))).toBeUndefined();
  });

  it("when its own resource does not offer its service any more", () => {
    const candidates = [ab, { ...ac, offers: ["c"] }];
    expect(fit({ ...inTheWay, candidates }, visitOf([c]))).toBeUndefined();
  });

  it("when less of its slot is taken than the stays claim to have", () => {
    const full = changed(withStay(inTheWay, "ac", { services: [c] }), "ac", { taken: 1 });
    expect(fit(full, visitOf([c]))).toBeUndefined();
  });

  it("when the other place is pending for somebody else", () => {
    const [slot] = inTheWay.slots;
    const pending = slot ? [{ slot, leg: 0, units: 1, serviceIds: ["a"] }] : [];
    const choice = { ...choiceOf(inTheWay), pending };
    expect(makeRoom(choice, visitOf([c]), inTheWay.stays)).toBeUndefined();
  });
});

describe("publication", () => {
  const idOf = (resourceId: string): number[] =>
    inTheWay.slots.filter((slot) => slot.resourceId === resourceId).map((slot) => slot.id);

  it("does not bind who is moved", () => {
    const unpublished = new Set(idOf("ab"));
    expect(fit({ ...inTheWay, unpublished }, visitOf([c]))?.moves).toHaveLength(1);
  });

  it("binds the visit", () => {
    expect(fit({ ...inTheWay, unpublished: new Set(idOf("ac")) }, visitOf([c]))).toBeUndefined();
  });
});

describe("parties", () => {
  const lane = candidate("lane", ["a", "c"]);
  const pool = candidate("pool", ["a"]);
  const party = oneCell("c", { placesPerPerson: 1 });

  function fullLane(people: number): CrowdedSite {
    const slots = [...row(lane, 2, { capacity: people }), ...row(pool, 2, { capacity: people })];
    let full = site([lane, pool], slots);
    for (let person = 0; person < people; person += 1)
      full = withStay(full, "lane", { services: [a] });
    return full;
  }

  it("get as many places of one resource as they are people", () => {
    expect(inWords(fit(fullLane(2), visitOf([party], { partySize: 2 })))).toEqual([
      "lane",
      "owner 0 to pool",
      "owner 1 to pool",
    ]);
  });

  it("are moved as a whole or not at all", () => {
    const slots = [...row(lane, 2, { capacity: 3 }), ...row(pool, 2, { capacity: 2 })];
    const family = oneCell("a", { placesPerPerson: 1 });
    const full = withStay(site([lane, pool], slots), "lane", { services: [family], partySize: 3 });
    expect(fit(full, visitOf([c]))).toBeUndefined();
    const roomier = changed(full, "pool", { capacity: 3 });
    expect(fit(roomier, visitOf([c]))?.moves).toMatchObject([{ stay: { units: 3, partySize: 3 } }]);
  });

  it("are refused when more moves than the bound would be needed", () => {
    const people = movesMax + 1;
    expect(fit(fullLane(movesMax), visitOf([party], { partySize: movesMax }))).toBeDefined();
    expect(fit(fullLane(people), visitOf([party], { partySize: people }))).toBeUndefined();
  });
});

describe("stays of several cells", () => {
  it("a visit of three cells gets them in a row, whoever sits in each", () => {
    const desks = [candidate("r1", ["a"]), candidate("r2", ["a"])];
    let full = withStay(site(desks), "r1", { services: [a] });
    full = withStay(full, "r2", { services: [a], startsAt: monday8 + cell });
    full = withStay(full, "r1", { services: [a], startsAt: monday8 + 2 * cell });
    const room = fit(full, visitOf([a3]));
    expect(inWords(room)).toEqual(["r2", "owner 1 to r1"]);
    expect(room?.placement.takings.map((one) => one.slot.startsAt)).toEqual(
      [0, 1, 2].map((index) => monday8 + index * cell),
    );
  });

  it("two may change places", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    let full = withStay(
      site(
        [r1, r2],
        [r1, r2].flatMap((one) => row(one, 2)),
      ),
      "r1",
      { services: [a2] },
    );
    full = withStay(full, "r2", { services: [a] });
    expect(inWords(fit(full, visitOf([c], { startsAt: monday8 + cell })))).toEqual([
      "r1",
      "owner 0 to r2",
      "owner 1 to r1",
    ]);
  });

  it("one that reaches beyond the visit's time is moved whole, or not where its slots are not on the board", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const full = withStay(site([r1, r2]), "r1", { services: [a3], startsAt: monday8 + cell });
    const visit = visitOf([c], { startsAt: monday8 + cell });
    expect(fit(full, visit)?.moves[0]?.toSlots).toHaveLength(3);
    const narrow = full.slots.filter((slot) => slot.startsAt <= monday8 + 2 * cell);
    expect(fit({ ...full, slots: narrow }, visit)).toBeUndefined();
    const lateOfR2 = {
      ...full,
      slots: full.slots.filter(
        (slot) => slot.resourceId === "r1" || slot.startsAt < monday8 + 3 * cell,
      ),
    };
    expect(fit(lateOfR2, visit)).toBeUndefined();
  });

  it("one whose people dropped out keeps the time that it has", () => {
    const longer = oneCell("a", { extraMinutesPerPerson: 15 });
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const before = withStay(site([r1, r2]), "r1", { services: [longer], partySize: 2 });
    const full = { ...before, stays: before.stays.map((stay) => ({ ...stay, partySize: 1 })) };
    expect(fit(full, visitOf([c]))?.moves[0]?.toSlots).toHaveLength(2);
  });

  it("one with a buffer takes it along", () => {
    const buffered = oneCell("a", { bufferBeforeMinutes: 15 });
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const full = withStay(site([r1, r2]), "r1", { services: [buffered], startsAt: monday8 + cell });
    const slots = fit(full, visitOf([c]))?.moves[0]?.toSlots;
    expect(slots?.map((slot) => slot.startsAt)).toEqual([monday8, monday8 + cell]);
  });

  it("one takes as many cells of another length as its services need", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const fine = candidate("fine", ["a"], { cellMinutes: 5 });
    const short = serviceRule("a", { durationMinutes: 10 });
    const full = withStay(site([r1, fine]), "r1", { services: [short] });
    expect(fit(full, visitOf([c]))?.moves[0]?.toSlots).toHaveLength(2);
  });
});

describe("several services", () => {
  it("every leg may need a move", () => {
    const desks = [
      candidate("ax", ["a", "x"]),
      candidate("cx", ["c", "x"]),
      candidate("xy", ["x", "y"]),
    ];
    const x = oneCell("x");
    let full = withStay(site(desks), "ax", { services: [x] });
    full = withStay(full, "cx", { services: [x], startsAt: monday8 + cell });
    const hurried = oneCell("a", { legGapMaxMinutes: 0 });
    const room = fit(full, visitOf([hurried, c]));
    expect(
      room?.placement.legs.map((leg) => [leg.serviceId, leg.startsAt, ...leg.resourceIds]),
    ).toEqual([
      ["a", monday8, "ax"],
      ["c", monday8 + cell, "cx"],
    ]);
    expect(inWords(room)?.slice(1)).toEqual(["owner 0 to cx", "owner 1 to ax"]);
  });
});

import { describe, expect, it } from "vitest";
import { candidate, minuteMs, monday8 } from "../../../test/support/boards.ts";
import { choiceOf } from "../../../test/support/crowded-sites.ts";
import {
  changed,
  fit,
  inWords,
  oneCell,
  siteOf,
  visitOf,
  withStay,
} from "../../../test/support/seat-people.ts";
import type { Candidate } from "../rules/booking-rules.ts";
import { makeRoom } from "./make-room.ts";
import type { SlotState } from "./slot-board.ts";

const cellMs = 15 * minuteMs;
const [a, b, c, d, e] = [oneCell("a"), oneCell("b"), oneCell("c"), oneCell("d"), oneCell("e")];

const ab = candidate("ab", ["a", "b"]);
const ac = candidate("ac", ["a", "c"]);
/** With resources for A or B and for A or C, an A sits in the only place for a C. */
const inTheWay = withStay(siteOf([ab, ac]), "ac", { services: [a] });

describe("everybody takes one cell", () => {
  it("an A that sits in the only place for a C goes where A is offered too", () => {
    const room = fit(inTheWay, visitOf([c]));
    expect(inWords(room)).toEqual(["ac", "owner 0 to ab"]);
    expect(room?.placement).toMatchObject({
      legs: [{ serviceId: "c", startsAt: monday8, endsAt: monday8 + cellMs, resourceIds: ["ac"] }],
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
    }, siteOf(desks));
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
    const desks = ["ab", "bc", "cd", "de", "ef"].map((code) => candidate(code, code.split("")));
    const others = [
      ["ab", b],
      ["bc", c],
      ["cd", d],
      ["de", e],
    ] as const;
    const full = others.reduce(
      (before, [code, service]) => withStay(before, code, { services: [service] }),
      siteOf([room, ...desks]),
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
    const full = withStay(withStay(siteOf(desks), "c", { services: [c] }), "abc", {
      services: [a],
    });
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
      siteOf(desks),
    );
    expect(inWords(fit(full, visitOf([c])))).toEqual(["ac", "owner 1 to y"]);
  });

  it("a chosen resource is the one that others leave", () => {
    const full = withStay(siteOf([ab, candidate("aa", ["a"])]), "aa", { services: [a] });
    const chosen = visitOf([a], { resourceId: "aa" });
    expect(inWords(fit(full, chosen))).toEqual(["aa", "owner 0 to ab"]);
  });
});

describe("a stay stays where it is", () => {
  // A desk with other cells, closed: the sum of what is left proves nothing then.
  const coarse = candidate("coarse", ["a", "c"], { cellMinutes: 30 });
  const stuck = changed(withStay(siteOf([ab, ac, coarse]), "ac", { services: [a] }), "coarse", {
    capacity: 0,
  });

  it("unless nothing speaks against it", () => {
    expect(fit(stuck, visitOf([c]))?.moves).toHaveLength(1);
  });

  it.each<[string, Partial<SlotState>]>([
    ["for walk-ins", { mode: "walk_in" }],
    ["not decided on", { mode: "undecided" }],
    ["closed", { capacity: 0 }],
    ["kept for other services", { serviceIds: ["b"] }],
    ["under ceilings", { hasCeilings: true }],
    ["no start", { isStart: false }],
  ])("when the other slot is %s", (_, change) => {
    expect(fit(changed(stuck, "ab", change), visitOf([c]))).toBeUndefined();
  });

  it("when its own slot is under ceilings", () => {
    expect(fit(changed(stuck, "ac", { hasCeilings: true }), visitOf([c]))).toBeUndefined();
  });

  it.each<[string, Partial<Candidate>]>([
    ["belongs to another site", { siteId: "other" }],
    ["has another role", { role: "room" }],
    ["does not offer its service", { offers: ["b"] }],
  ])("when the other resource %s", (_, change) => {
    const candidates = [{ ...ab, ...change }, ac, coarse];
    expect(fit({ ...stuck, candidates }, visitOf([c]))).toBeUndefined();
  });

  it("when its own resource does not offer its service any more", () => {
    const candidates = [ab, { ...ac, offers: ["c"] }, coarse];
    expect(fit({ ...stuck, candidates }, visitOf([c]))).toBeUndefined();
  });

  it("when its own resource has another role by now", () => {
    const asRoom = oneCell("c", { roles: ["room"] });
    const candidates = [ab, { ...ac, role: "room" }, { ...coarse, role: "room" }];
    expect(fit({ ...stuck, candidates }, visitOf([asRoom]))).toBeUndefined();
  });

  it("when less of its slot is taken than the stays claim to have", () => {
    const full = changed(withStay(stuck, "ac", { services: [c] }), "ac", { taken: 1 });
    expect(fit(full, visitOf([c]))).toBeUndefined();
  });

  it("when the other place is pending for somebody else", () => {
    const [slot] = stuck.slots;
    const pending = slot ? [{ slot, leg: 0, units: 1, serviceIds: ["a"] }] : [];
    const choice = { ...choiceOf(stuck), pending };
    expect(makeRoom(choice, visitOf([c]), stuck.stays)).toBeUndefined();
  });
});

it("a slot that was passed before the search does not count against the others", () => {
  const full = changed(
    withStay(siteOf([ab, ac, candidate("a", ["a"])]), "ac", { services: [a] }),
    "a",
    {
      taken: 3,
    },
  );
  expect(inWords(fit(full, visitOf([c])))).toEqual(["ac", "owner 0 to ab"]);
});

it("what is pending for others counts under ceilings too", () => {
  const [slot] = inTheWay.slots.slice(-1);
  const pending = slot ? [{ slot, leg: 0, units: 1, serviceIds: ["c"] }] : [];
  const fitWhen = (left: number) =>
    makeRoom(
      { ...choiceOf(inTheWay), pending, unitsUnderCeilings: (wish) => left - wish.pending.length },
      visitOf([c]),
      inTheWay.stays,
    );
  expect(fitWhen(2)?.moves).toHaveLength(1);
  expect(fitWhen(1)).toBeUndefined();
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

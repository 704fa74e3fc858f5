import { describe, expect, it } from "vitest";
import { candidate, minuteMs, monday8, row, serviceRule } from "../../../test/support/boards.ts";
import { choiceOf, type CrowdedSite } from "../../../test/support/crowded-sites.ts";
import {
  changed,
  fit,
  inWords,
  oneCell,
  siteOf,
  visitOf,
  withStay,
} from "../../../test/support/seat-people.ts";
import type { UnitsUnderCeilings } from "./choose-places.ts";
import { makeRoom } from "./make-room.ts";
import { movesMax } from "./search-moves.ts";

const cellMs = 15 * minuteMs;
const a = oneCell("a");
const c = oneCell("c");
const a2 = serviceRule("a", { durationMinutes: 30 });
const a3 = serviceRule("a", { durationMinutes: 45 });

describe("parties", () => {
  const lane = candidate("lane", ["a", "c"]);
  const pool = candidate("pool", ["a"]);
  const party = oneCell("c", { placesPerPerson: 1 });

  function fullLane(people: number): CrowdedSite {
    const slots = [...row(lane, 2, { capacity: people }), ...row(pool, 2, { capacity: people })];
    let full = siteOf([lane, pool], slots);
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
    const full = withStay(siteOf([lane, pool], slots), "lane", {
      services: [family],
      partySize: 3,
    });
    expect(fit(full, visitOf([c]))).toBeUndefined();
    const roomier = changed(full, "pool", { capacity: 3 });
    expect(fit(roomier, visitOf([c]))?.moves).toMatchObject([{ stay: { units: 3, partySize: 3 } }]);
  });

  it("of different sizes are told apart, though they came for the same", () => {
    const slots = [...row(lane, 2, { capacity: 3 }), ...row(pool, 2, { capacity: 1 })];
    const large = withStay(siteOf([lane, pool], slots), "lane", { services: [a], units: 2 });
    const full = withStay(large, "lane", { services: [a] });
    expect(inWords(fit(full, visitOf([c])))).toEqual(["lane", "owner 1 to pool"]);
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
    let full = withStay(siteOf(desks), "r1", { services: [a] });
    full = withStay(full, "r2", { services: [a], startsAt: monday8 + cellMs });
    full = withStay(full, "r1", { services: [a], startsAt: monday8 + 2 * cellMs });
    const room = fit(full, visitOf([a3]));
    expect(inWords(room)).toEqual(["r2", "owner 1 to r1"]);
    expect(room?.placement.takings.map((one) => one.slot.startsAt)).toEqual(
      [0, 1, 2].map((index) => monday8 + index * cellMs),
    );
  });

  it("two may change places", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    let full = withStay(
      siteOf(
        [r1, r2],
        [r1, r2].flatMap((one) => row(one, 2)),
      ),
      "r1",
      { services: [a2] },
    );
    full = withStay(full, "r2", { services: [a] });
    expect(inWords(fit(full, visitOf([c], { startsAt: monday8 + cellMs })))).toEqual([
      "r1",
      "owner 0 to r2",
      "owner 1 to r1",
    ]);
  });

  it("one that reaches beyond the visit's time is moved whole, or not where its slots are not on the board", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const full = withStay(siteOf([r1, r2]), "r1", { services: [a3], startsAt: monday8 + cellMs });
    const visit = visitOf([c], { startsAt: monday8 + cellMs });
    expect(fit(full, visit)?.moves[0]?.toSlots).toHaveLength(3);
    const narrow = full.slots.filter((slot) => slot.startsAt <= monday8 + 2 * cellMs);
    expect(fit({ ...full, slots: narrow }, visit)).toBeUndefined();
    const lateOfR2 = {
      ...full,
      slots: full.slots.filter(
        (slot) => slot.resourceId === "r1" || slot.startsAt < monday8 + 3 * cellMs,
      ),
    };
    expect(fit(lateOfR2, visit)).toBeUndefined();
  });

  it("one whose people dropped out keeps the time that it has", () => {
    const longer = oneCell("a", { extraMinutesPerPerson: 15, bufferBeforeMinutes: 15 });
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const wish = { services: [longer], partySize: 2, startsAt: monday8 + cellMs };
    const before = withStay(siteOf([r1, r2]), "r1", wish);
    const full = { ...before, stays: before.stays.map((stay) => ({ ...stay, partySize: 1 })) };
    const slots = fit(full, visitOf([c]))?.moves[0]?.toSlots;
    expect(slots?.map((slot) => slot.startsAt)).toEqual(
      [0, 1, 2].map((index) => monday8 + index * cellMs),
    );
  });

  it("a chain of them gives way as far as the bound of moves", () => {
    const desks = ["ab", "bc", "cd", "de", "ef"].map((code) => candidate(code, code.split("")));
    const chain = (length: number): CrowdedSite =>
      ["b", "c", "d", "e"].slice(0, length).reduce(
        (before, id, index) => {
          return withStay(before, desks[index]?.resourceId ?? "", { services: [serviceRule(id)] });
        },
        siteOf(desks.slice(0, length + 1)),
      );
    expect(fit(chain(movesMax), visitOf([a2]))?.moves).toHaveLength(movesMax);
    expect(fit(chain(movesMax + 1), visitOf([a2]))).toBeUndefined();
  });

  it("one gives way to where the one before could go as well as to where he could not", () => {
    const desks = ["ab", "bc", "bcx", "cy"].map((code) => candidate(code, code.split("")));
    const pinned = {
      ...withStay(siteOf(desks), "bcx", { services: [serviceRule("x")] }),
      stays: [],
    };
    const full = withStay(withStay(pinned, "ab", { services: [serviceRule("b")] }), "bc", {
      services: [serviceRule("c")],
    });
    expect(inWords(fit(full, visitOf([a2])))).toEqual(["ab", "owner 0 to bc", "owner 1 to cy"]);
  });

  it("one in the way does not hide a longer chain of single cells", () => {
    const desks = ["ab", "bc", "cd", "de", "ef"].map((code) => candidate(code, code.split("")));
    const slots = desks.flatMap((desk) => row(desk, 2, { capacity: desk.code === "ab" ? 2 : 1 }));
    const full = ["b", "c", "d", "e"].reduce(
      (before, id, index) => {
        return withStay(before, desks[index]?.resourceId ?? "", { services: [oneCell(id)] });
      },
      withStay(siteOf(desks, slots), "ab", { services: [serviceRule("b")] }),
    );
    const room = fit(full, visitOf([a]));
    expect(room?.moves.map((move) => move.toResourceId)).toEqual(["bc", "cd", "de", "ef"]);
  });

  it("one with a buffer takes it along", () => {
    const buffered = oneCell("a", { bufferBeforeMinutes: 15 });
    const r1 = candidate("r1", ["a", "c"]);
    const r2 = candidate("r2", ["a"]);
    const full = withStay(siteOf([r1, r2]), "r1", {
      services: [buffered],
      startsAt: monday8 + cellMs,
    });
    const slots = fit(full, visitOf([c]))?.moves[0]?.toSlots;
    expect(slots?.map((slot) => slot.startsAt)).toEqual([monday8, monday8 + cellMs]);
  });

  it("one takes as many cells of another length as its services need", () => {
    const r1 = candidate("r1", ["a", "c"]);
    const fine = candidate("fine", ["a"], { cellMinutes: 5 });
    const short = serviceRule("a", { durationMinutes: 10 });
    const full = withStay(siteOf([r1, fine]), "r1", { services: [short] });
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
    let full = withStay(siteOf(desks), "ax", { services: [x] });
    full = withStay(full, "cx", { services: [x], startsAt: monday8 + cellMs });
    const hurried = oneCell("a", { legGapMaxMinutes: 0 });
    const room = fit(full, visitOf([hurried, c]));
    expect(
      room?.placement.legs.map((leg) => [leg.serviceId, leg.startsAt, ...leg.resourceIds]),
    ).toEqual([
      ["a", monday8, "ax"],
      ["c", monday8 + cellMs, "cx"],
    ]);
    expect(inWords(room)?.slice(1)).toEqual(["owner 0 to cx", "owner 1 to ax"]);
  });

  it("a later start of the next leg is better than one more move", () => {
    const x = oneCell("x");
    const desks = [candidate("ax", ["a", "x"]), candidate("cx", ["c", "x"]), candidate("x", ["x"])];
    let full = withStay(siteOf(desks), "ax", { services: [x] });
    full = withStay(full, "cx", { services: [x], startsAt: monday8 + cellMs });
    const room = fit(full, visitOf([a, c]));
    expect(room?.placement.legs.map((leg) => leg.startsAt)).toEqual([
      monday8,
      monday8 + 2 * cellMs,
    ]);
    expect(room?.moves).toHaveLength(1);
  });

  it("legs that fall under the same ceiling count together", () => {
    const x = oneCell("x");
    const desks = [candidate("ac", ["a", "c"]), candidate("cx", ["c", "x"]), candidate("x", ["x"])];
    const later = { startsAt: monday8 + cellMs };
    const pinned = { ...withStay(siteOf(desks), "ac", { services: [c], ...later }), stays: [] };
    const full = withStay(pinned, "cx", { services: [x], ...later });
    // One visit a day at the first desk.
    const unitsUnderCeilings: UnitsUnderCeilings = ({ run, pending }) => {
      const used = pending.filter((one) => one.slot.resourceId === "ac").length;
      return run[0]?.resourceId === "ac" ? 1 - used : Number.POSITIVE_INFINITY;
    };
    const cells = full.slots.map((slot) =>
      slot.resourceId === "cx" && slot.ordinal > 1 ? { ...slot, capacity: 0 } : slot,
    );
    const choice = { ...choiceOf({ ...full, slots: cells }), unitsUnderCeilings };
    const room = makeRoom(choice, visitOf([a, c]), full.stays);
    expect(inWords(room)).toEqual(["ac,cx", "owner 0 to x"]);
  });
});

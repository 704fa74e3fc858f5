import { describe, expect, it } from "vitest";
import { candidate, row, serviceRule } from "../../../test/support/boards.ts";
import {
  type Ceiling,
  type CeilingCase,
  ceilingUses,
  counterKeys,
  keyText,
  unitsLeft,
} from "./ceilings.ts";

const desk = candidate("a", ["card"]);
const run = row(desk, 3, { hasCeilings: true });
const card = serviceRule("card");
const zone = "Europe/Rome";

function ceiling(rest: Partial<Ceiling>): Ceiling {
  return {
    id: "c",
    openingId: "opening of a",
    scope: "cell",
    channel: "web",
    serviceId: null,
    capacity: 2,
    liftedDaysBefore: null,
    liftedTime: null,
    ...rest,
  };
}

function booking(rest: Partial<CeilingCase> = {}): CeilingCase {
  const now = Date.parse("2026-03-01T10:00:00Z");
  return { channel: "web", serviceIds: ["card"], timeZone: zone, now, ...rest };
}

function leftOf(ceilings: readonly Ceiling[], one = booking()): number {
  return unitsLeft(ceilings, [], one)({ run, services: [card], pending: [] });
}

describe("a ceiling", () => {
  it("binds its channel, its service and its opening only", () => {
    expect(leftOf([ceiling({})])).toBe(2);
    expect(leftOf([ceiling({ channel: "phone" })])).toBe(Infinity);
    expect(leftOf([ceiling({ channel: null, serviceId: "tax" })])).toBe(Infinity);
    expect(leftOf([ceiling({ openingId: "another" })])).toBe(Infinity);
    expect(
      leftOf([ceiling({}), ceiling({ id: "d", channel: null, serviceId: "card", capacity: 1 })]),
    ).toBe(1);
  });

  it("stops binding a day at the stated wall time, so many days before", () => {
    const lifted = [ceiling({ liftedDaysBefore: 1, liftedTime: "12:00" })];
    const noon = Date.parse("2026-03-01T11:00:00Z");
    expect(leftOf(lifted, booking({ now: noon - 1 }))).toBe(2);
    expect(leftOf(lifted, booking({ now: noon }))).toBe(Infinity);
  });

  it("of a day counts a stay once, of a cell every cell", () => {
    const takings = run.map((slot) => ({ slot, leg: 0, units: 2, serviceIds: ["card"] }));
    const uses = ceilingUses(
      [ceiling({ id: "day", scope: "day" }), ceiling({})],
      takings,
      booking(),
    );
    expect(uses).toEqual(
      new Map([["day/2026-03-02", 2], ...run.map((slot) => [`c/${slot.id}`, 2] as const)]),
    );
  });

  it("leaves what its counters and what is pending do not use, at the scarcest cell", () => {
    const [first, second] = run;
    if (!first || !second) throw new Error("The row is too short");
    const counter = {
      id: 1,
      ceilingId: "c",
      slotId: first.id,
      onDate: null,
      capacity: 5,
      taken: 1,
    };
    const left = unitsLeft([ceiling({ capacity: 5 })], [counter], booking());
    const pending = [{ slot: second, leg: 0, units: 3, serviceIds: ["card"] }];
    expect(left({ run, services: [card], pending: [] })).toBe(4);
    expect(left({ run, services: [card], pending })).toBe(2);
  });
});

it("counters are named once and in one order, whatever the order of the slots", () => {
  const ceilings = [ceiling({ id: "d", scope: "day" }), ceiling({ id: "c" })];
  const keys = counterKeys(ceilings, run, booking()).map(keyText);
  expect(keys).toEqual(counterKeys(ceilings, run.toReversed(), booking()).map(keyText));
  expect(keys).toEqual(keys.toSorted());
  expect(new Set(keys).size).toBe(run.length + 1);
});

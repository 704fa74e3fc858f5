import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HeldUnits, planEviction } from "./plan-eviction.ts";

function held(id: number, facts: Partial<HeldUnits> = {}): HeldUnits {
  return {
    id,
    slotId: 1,
    ownerKind: "appointment",
    ownerId: `a${id}`,
    units: 1,
    isCounted: true,
    ...facts,
  };
}

const toCapacity = (capacity: number) => new Map([[1, capacity]]);

test("nobody goes where everybody still fits", () => {
  expect(planEviction([held(1), held(2)], toCapacity(2))).toEqual({
    releasedOwnerIds: [],
    uncountedAppointmentIds: [],
  });
});

test("the newest appointment goes first", () => {
  const plan = planEviction([held(1), held(2), held(3)], toCapacity(1));
  expect(plan.uncountedAppointmentIds).toEqual(["a3", "a2"]);
});

test("an appointment that was moved since is as old as before", () => {
  const all = [held(1, { ownerId: "b-newer" }), held(9, { ownerId: "a-older-but-moved" })];
  expect(planEviction(all, toCapacity(1)).uncountedAppointmentIds).toEqual(["b-newer"]);
});

test("cool-downs go before holds, holds before offers, offers before appointments", () => {
  const all = [
    held(1, { ownerKind: "cooldown", ownerId: "c" }),
    held(2, { ownerKind: "hold", ownerId: "h" }),
    held(3, { ownerKind: "offer", ownerId: "o" }),
    held(4),
  ];
  expect(planEviction(all, toCapacity(3)).releasedOwnerIds).toEqual(["c"]);
  expect(planEviction(all, toCapacity(2)).releasedOwnerIds).toEqual(["c", "h"]);
  expect(planEviction(all, toCapacity(1)).releasedOwnerIds).toEqual(["c", "h", "o"]);
  expect(planEviction(all, toCapacity(0)).uncountedAppointmentIds).toEqual(["a4"]);
});

test("whoever loses one cell gives the others back, which makes room there", () => {
  const plan = planEviction(
    [
      held(1, { ownerId: "a-old", slotId: 2 }),
      held(2, { ownerId: "b-new", slotId: 1 }),
      held(3, { ownerId: "b-new", slotId: 2 }),
    ],
    new Map([
      [1, 0],
      [2, 1],
    ]),
  );
  expect(plan.uncountedAppointmentIds).toEqual(["b-new"]);
});

describe("an uncounted appointment", () => {
  const overbooked = held(1, { isCounted: false });

  test("stays while its slot has any place at all", () => {
    expect(planEviction([overbooked], toCapacity(1)).uncountedAppointmentIds).toEqual([]);
  });

  test("goes when its slot is closed", () => {
    expect(planEviction([overbooked], toCapacity(0)).uncountedAppointmentIds).toEqual(["a1"]);
  });
});

test("whatever is held, afterwards everything fits and nobody went in vain", () => {
  const anyHeld = fc.array(
    fc.record({
      slotId: fc.integer({ min: 1, max: 4 }),
      owner: fc.integer({ min: 0, max: 7 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 20 },
  );
  const kinds = ["appointment", "hold", "cooldown", "appointment"] as const;
  const anyCapacity = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(anyHeld, anyCapacity, (raw, limits) => {
      const all = raw.map(({ slotId, owner, units }, i) =>
        held(i, { slotId, units, ownerId: `${owner}`, ownerKind: kinds[owner % 4] ?? "hold" }),
      );
      const capacities = new Map(limits.map((capacity, i) => [i + 1, capacity]));
      const plan = planEviction(all, capacities);
      const gone = new Set([...plan.releasedOwnerIds, ...plan.uncountedAppointmentIds]);
      for (const [slotId, capacity] of capacities) {
        const left = all.filter((one) => one.slotId === slotId && !gone.has(one.ownerId));
        expect(left.reduce((sum, one) => sum + one.units, 0)).toBeLessThanOrEqual(capacity);
      }
      for (const ownerId of gone) {
        const slots = all.filter((one) => one.ownerId === ownerId).map((one) => one.slotId);
        const wasFull = slots.some((slotId) => {
          const sum = all
            .filter((one) => one.slotId === slotId)
            .reduce((n, one) => n + one.units, 0);
          return sum > (capacities.get(slotId) ?? 0);
        });
        expect(wasFull).toBe(true);
      }
    }),
  );
});

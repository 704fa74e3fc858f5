import fc from "fast-check";
import { expect, test } from "vitest";
import { type MissedUnits, planReturn } from "./plan-return.ts";

function missed(appointmentId: string, facts: Partial<MissedUnits> = {}): MissedUnits {
  return { slotId: 1, appointmentId, units: 1, isOverbooked: false, ...facts };
}

const room = (capacity: number, taken = 0) => ({ capacity, taken });

test("the oldest appointment comes back first", () => {
  const plan = planReturn([missed("b"), missed("a"), missed("c")], new Map([[1, room(3, 1)]]));
  expect(plan.countedAppointmentIds).toEqual(["a", "b"]);
});

test("an appointment comes back with all its cells or not at all", () => {
  const needs = [missed("a"), missed("a", { slotId: 2 }), missed("b")];
  const rooms = new Map([
    [1, room(1)],
    [2, room(1, 1)],
  ]);
  expect(planReturn(needs, rooms).countedAppointmentIds).toEqual(["b"]);
});

test("two legs in one slot need the room of both", () => {
  const needs = [missed("a"), missed("a")];
  expect(planReturn(needs, new Map([[1, room(1)]])).countedAppointmentIds).toEqual([]);
  expect(planReturn(needs, new Map([[1, room(2)]])).countedAppointmentIds).toEqual(["a"]);
});

test("an overbooked appointment needs an opening, but no place, and stays uncounted", () => {
  const needs = [missed("a", { isOverbooked: true })];
  expect(planReturn(needs, new Map([[1, room(1, 1)]]))).toEqual({
    countedAppointmentIds: [],
    reopenedAppointmentIds: ["a"],
  });
  expect(planReturn(needs, new Map([[1, room(0)]])).reopenedAppointmentIds).toEqual([]);
});

test("whoever comes back fits beside what is taken", () => {
  const anyMissed = fc.array(
    fc.record({
      slotId: fc.integer({ min: 1, max: 3 }),
      appointmentId: fc.constantFrom("a", "b", "c", "d"),
      units: fc.integer({ min: 1, max: 3 }),
      isOverbooked: fc.constant(false),
    }),
  );
  const anyRooms = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(anyMissed, anyRooms, (needs, pairs) => {
      const rooms = new Map(
        pairs.map(([a, b], i) => [i + 1, room(Math.max(a, b), Math.min(a, b))]),
      );
      const back = new Set(planReturn(needs, rooms).countedAppointmentIds);
      for (const [slotId, { capacity, taken }] of rooms) {
        const added = needs
          .filter((one) => one.slotId === slotId && back.has(one.appointmentId))
          .reduce((sum, one) => sum + one.units, 0);
        expect(taken + added).toBeLessThanOrEqual(Math.max(capacity, taken));
      }
    }),
  );
});

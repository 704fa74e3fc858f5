import { expect, it } from "vitest";
import { serviceRule } from "../../../test/support/boards.ts";
import { cellsOf, planStay, serviceTimes } from "./plan-visit.ts";

const minuteMs = 60_000;
const card = serviceRule("card", {
  durationMinutes: 20,
  extraMinutesPerPerson: 5,
  bufferBeforeMinutes: 10,
  bufferAfterMinutes: 1,
  roles: ["room", "desk"],
});
const tax = serviceRule("tax", {
  durationMinutes: 15,
  placesPerPerson: 2,
  bufferBeforeMinutes: 30,
  bufferAfterMinutes: 7,
});

it("a stay lasts the sum of its services for the party, with the outer buffers only", () => {
  const stay = planStay([card, tax], 3);
  expect(stay).toMatchObject({
    minutes: 20 + 2 * 5 + 15,
    bufferBeforeMinutes: 10,
    bufferAfterMinutes: 7,
  });
});

it("a stay needs every role of its services once and the most units any of them takes", () => {
  expect(planStay([card, tax], 3)).toMatchObject({ roles: ["desk", "room"], units: 6 });
  expect(planStay([card], 3).units).toBe(1);
});

it("cells are rounded up before the start and from the start on, each for itself", () => {
  const stay = { minutes: 20, bufferBeforeMinutes: 10, bufferAfterMinutes: 1 };
  expect(cellsOf(stay, 15)).toEqual({ before: 1, fromStart: 2 });
  expect(cellsOf(stay, 7)).toEqual({ before: 2, fromStart: 3 });
  expect(cellsOf({ minutes: 30, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }, 15)).toEqual({
    before: 0,
    fromStart: 2,
  });
});

it("services of a stay follow each other without a pause, in real minutes", () => {
  expect(serviceTimes(planStay([card, tax], 1), 0, 1)).toEqual([
    { serviceId: "card", startsAt: 0, endsAt: 20 * minuteMs },
    { serviceId: "tax", startsAt: 20 * minuteMs, endsAt: 35 * minuteMs },
  ]);
});

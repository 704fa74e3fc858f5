import { expect, test } from "vitest";
import { createPlaces } from "./places.ts";
import { nextLeases } from "./lease-places.ts";

const never = new AbortController().signal;

test("more is leased ahead while everything is handed over fresh, up to a bound", () => {
  let total = 100;
  for (let n = 0; n < 100; n += 1) total = nextLeases(total, { tried: 50, untried: 0 }, 10);
  expect(total).toBe(300);
});

test("less is leased ahead of a slow provider, but always enough for its connections", () => {
  let total = 300;
  for (let n = 0; n < 100; n += 1) total = nextLeases(total, { tried: 3, untried: 40 }, 10);
  expect(total).toBe(22);
});

test("nothing that was tried changes nothing", () => {
  expect(nextLeases(100, { tried: 0, untried: 0 }, 10)).toBe(100);
});

test("places that are taken away are not given out again, and whoever waits for more than are left still comes in", async () => {
  const places = createPlaces(20);
  const held = await places.take("reminders", 10, never);
  const waiting = places.take("reminders", 8, never);
  places.resize(4);
  let entered: number | undefined;
  const noted = waiting.then((taken) => {
    entered = taken.length;
  });
  for (const giveBack of held.slice(1)) giveBack();
  await Promise.resolve();
  expect(entered).toBeUndefined();
  held[0]?.();
  await noted;
  expect(entered).toBe(3);
});

test("a place reserved for notices is never given to reminders, and notices go first", async () => {
  const places = createPlaces(10);
  const reminders = await places.take("reminders", 9, never);
  expect(reminders).toHaveLength(9);
  const order: string[] = [];
  const late = places.take("reminders", 1, never).then(() => void order.push("reminder"));
  const [notice] = await places.take("notices", 1, never);
  const second = places.take("notices", 1, never).then((taken) => {
    order.push("notice");
    return taken;
  });
  notice?.();
  for (const giveBack of await second) giveBack();
  reminders[0]?.();
  await late;
  expect(order).toEqual(["notice", "reminder"]);
});

import { afterAll, beforeEach, expect, test } from "vitest";
import { checkCounters } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld({
  resources: [
    { code: "desk", offers: ["id-card"], from: firstSlot, cells: 4 },
    { code: "other", offers: ["id-card"], from: firstSlot, cells: 3 },
  ],
});
afterAll(() => world.close());
const { app, town } = world;
beforeEach(async () => {
  await world.reset();
  await app.sql("DELETE FROM ceiling_uses");
  await app.sql("DELETE FROM ceilings");
});

async function offered(): Promise<number[]> {
  const { rows } = await app.sql(
    `SELECT (extract(epoch FROM p.starts_at - $1::timestamptz) / 60)::int AS minutes
     FROM waitlist_offers o
     JOIN waitlist_places p ON p.id = o.place_id
     JOIN waitlist_entries e ON e.id = o.entry_id
     ORDER BY e.waiting_since, e.id`,
    [firstSlot],
  );
  return rows.map((row) => Number(row["minutes"]));
}

test("no more is offered than a ceiling of the channel leaves, and the rest in the order", async () => {
  await app.sql(
    `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
     VALUES ($1, gen_random_uuid(), $2, 'day', 'web', 2)`,
    [app.tenant.id, town.openings["desk"]],
  );
  for (let at = 0; at < 8; at += 1) await world.join(`Persona ${at}`);
  await world.offer();
  // Two at the desk under the ceiling, three at the other: each the earliest that is left.
  const minutes = await offered();
  expect(minutes).toHaveLength(5);
  expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
  await checkCounters(app);
});

test("places of several desks at one time are offered in one go, each once", async () => {
  for (let at = 0; at < 9; at += 1) await world.join(`Persona ${at}`);
  expect(await world.offer()).toBe(7);
  expect(await offered()).toEqual([0, 0, 15, 15, 30, 30, 45]);
  await checkCounters(app);
});

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { patient } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld({
  ...patient,
  resources: [{ code: "desk", offers: ["id-card"], from: firstSlot, cells: 120 }],
});
afterAll(() => world.close());
const { app } = world;

/** Ends every connection of the service, as if its processes were killed. */
async function killConnections(): Promise<void> {
  await app.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND usename = $1 AND pid <> pg_backend_pid()`,
    [new URL(app.database.serviceUrl).username],
  );
}

/** What must not be, whenever a worker died: halves of offers. */
async function halves() {
  const { rows } = await app.sql(`
    SELECT (SELECT count(*)::int FROM waitlist_places p WHERE p.status = 'held' AND NOT EXISTS (
              SELECT FROM waitlist_offers o WHERE o.place_id = p.id AND o.status = 'offered')) AS place_without_offer,
           (SELECT count(*)::int FROM allocations a WHERE a.owner_kind = 'offer' AND NOT EXISTS (
              SELECT FROM waitlist_places p WHERE p.id = a.owner_id AND p.status = 'held')) AS units_without_place,
           (SELECT count(*)::int FROM waitlist_places p WHERE p.status = 'held' AND NOT EXISTS (
              SELECT FROM allocations a WHERE a.owner_id = p.id)) AS place_without_units,
           (SELECT count(*)::int FROM waitlist_offers o WHERE NOT EXISTS (
              SELECT FROM messages m WHERE m.subject_id = o.id)) AS offer_without_message,
           (SELECT count(*)::int FROM messages m WHERE NOT EXISTS (
              SELECT FROM waitlist_offers o WHERE o.id = m.subject_id)) AS message_without_offer,
           (SELECT count(*)::int FROM waitlist_entries e WHERE (e.status = 'offered') <> EXISTS (
              SELECT FROM waitlist_offers o WHERE o.entry_id = e.id AND o.status = 'offered')) AS wish_at_odds`);
  return rows;
}

const none = {
  place_without_offer: 0,
  units_without_place: 0,
  place_without_units: 0,
  offer_without_message: 0,
  message_without_offer: 0,
  wish_at_odds: 0,
};

test("workers that die at any moment leave no half of an offer, and the next one goes on", async () => {
  const wishes = 60;
  for (let at = 0; at < wishes; at += 1) await world.join(`Persona ${at}`);
  let deaths = 0;
  for (let round = 0; round < 12; round += 1) {
    const working = world.offer().catch(() => {
      deaths += 1;
    });
    // house-disable-next-line tests-do-not-sleep -- the moment at which a worker dies is the test
    await delay(10 + round * 12);
    await killConnections();
    await working;
    expect(await halves()).toEqual([none]);
    await checkCounters(app);
  }
  expect(deaths).toBeGreaterThan(3);
  await world.offer();
  const { rows } = await app.sql(
    "SELECT count(*)::int AS n FROM waitlist_offers WHERE status = 'offered'",
  );
  expect(rows).toEqual([{ n: wishes }]);
  expect(await halves()).toEqual([none]);
}, 120_000);

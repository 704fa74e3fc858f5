import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { readOrder } from "../../src/waitlist/entries/read-order.ts";
import { freePlace } from "../../src/waitlist/entries/wish-fits.ts";
import { makeOffersIn } from "../../src/waitlist/offers/make-offers.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld({
  ...patient,
  resources: [{ code: "desk", offers: ["id-card"], from: firstSlot, cells: 8 }],
});
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());

const countOf = z.array(z.object({ n: z.number() }));

async function count(sql: string): Promise<number> {
  const { rows } = await app.sql(`SELECT count(*)::int AS n FROM ${sql}`);
  return countOf.parse(rows)[0]?.n ?? -1;
}

test("workers that offer at once hold each place once and ask each wish once", async () => {
  for (let at = 0; at < 12; at += 1) await world.join(`Persona ${at}`);
  const asked = await Promise.all([world.offer(), world.offer(), world.offer(), world.offer()]);
  expect(asked.reduce((sum, one) => sum + one, 0)).toBe(8);
  expect(await count("waitlist_offers WHERE status = 'offered'")).toBe(8);
  expect(await count("(SELECT DISTINCT entry_id FROM waitlist_offers) o")).toBe(8);
  expect(await count("(SELECT DISTINCT starts_at FROM waitlist_places) p")).toBe(8);
  await checkCounters(app);
});

test("a wish for which two workers find different places is asked about one of them", async () => {
  for (let round = 0; round < 5; round += 1) {
    await world.reset();
    const { entry: view } = await world.join("Ada Contesa");
    const { entries } = await app.deps.db.inTenant(app.tenant.id, (trx) =>
      readOrder(trx, app.tenant.id, { after: null, countMax: 1 }),
    );
    const [entry] = entries;
    if (entry?.id !== view.id) throw new Error("Somebody else waits");
    const offerAt = (minutes: number) => {
      const startsAt = firstSlot.getTime() + minutes * 60_000;
      const timeZone = "Europe/Rome";
      const place = freePlace({ siteId: world.town.siteId, timeZone, startsAt });
      const plan = { place, timeZone, entry, companions: [], answerMinutes: 720 };
      const { tenant } = app;
      return app.deps.db.inTenant(tenant.id, (trx) =>
        makeOffersIn(trx, world.offering, { tenant, plans: [plan] }),
      );
    };
    const asked = await Promise.all([0, 15, 30, 45].map(offerAt));
    expect(asked.flatMap((one) => one.asked)).toEqual([view.id]);
    expect(await count("allocations WHERE owner_kind = 'offer'")).toBe(1);
    await checkCounters(app);
  }
});

test("where the first of several was too slow, nobody after him gets what he would want next", async () => {
  const before = await world.join("Ada Prima");
  const after = await world.join("Bea Seconda");
  const { entries } = await app.deps.db.inTenant(app.tenant.id, (trx) =>
    readOrder(trx, app.tenant.id, { after: null, countMax: 2 }),
  );
  const planAt = (minutes: number, index: number) => {
    const startsAt = firstSlot.getTime() + minutes * 60_000;
    const timeZone = "Europe/Rome";
    const entry = entries[index];
    if (!entry) throw new Error("Nobody waits");
    const place = freePlace({ siteId: world.town.siteId, timeZone, startsAt });
    return { place, timeZone, entry, companions: [], answerMinutes: 720 };
  };
  const plans = [planAt(0, 0), planAt(15, 1)];
  // Between the look and the claim somebody books what the first was to be offered.
  await world.book("Zeno Rapido", 0);
  const { tenant } = app;
  const made = await app.deps.db.inTenant(tenant.id, (trx) =>
    makeOffersIn(trx, world.offering, { tenant, plans }),
  );
  expect(made).toEqual({ made: 0, asked: [], stop: "gone" });
  expect(await count("allocations WHERE owner_kind = 'offer'")).toBe(0);
  await world.offer();
  const startOf = async (joined: typeof before) => (await world.entry(joined)).offer?.starts_at;
  const at = (minutes: number) => new Date(firstSlot.getTime() + minutes * 60_000).toISOString();
  expect([await startOf(before), await startOf(after)]).toEqual([at(15), at(30)]);
  await checkCounters(app);
});

test("bookings and offers that race for the same places leave each in one hand, in the order", async () => {
  for (let round = 0; round < 4; round += 1) {
    await world.reset();
    const joined = [];
    for (let at = 0; at < 6; at += 1) joined.push(await world.join(`Persona ${at}`));
    const race = [0, 30, 60].map((minutes) =>
      world.book(`Zeno ${minutes}`, minutes).catch(() => undefined),
    );
    await Promise.all([world.offer(), ...race, world.offer()]);
    await world.offer();
    const starts = await Promise.all(
      joined.map(async (one) => (await world.entry(one)).offer?.starts_at ?? "none"),
    );
    const given = starts.filter((one) => one !== "none");
    expect(new Set(given).size).toBe(given.length);
    await checkCounters(app);
  }
});

test("an acceptance and the end of its time leave either an appointment or a free place, never both", async () => {
  const outcomes = new Set<number>();
  for (let round = 0; round < 12; round += 1) {
    await world.reset();
    const joined = await world.join("Ada Lenta");
    await world.offer();
    const offer = (await world.entry(joined)).offer;
    if (!offer) throw new Error("Nothing was offered");
    const spread = (round - 6) * 4;
    await world.goTo(new Date(Date.parse(offer.answer_by) - 12 + spread));
    const [answer] = await Promise.all([world.accept(joined, offer.id), world.end(), world.end()]);
    outcomes.add(answer.status);
    await world.goTo(new Date(Date.parse(offer.answer_by) + 1_000));
    await world.end();
    const isBooked = answer.status === 200;
    expect(await count("appointments WHERE status = 'booked'")).toBe(isBooked ? 1 : 0);
    expect(await count("allocations WHERE owner_kind = 'offer'")).toBe(0);
    expect((await world.entry(joined)).status).toBe(isBooked ? "fulfilled" : "waiting");
    await checkCounters(app);
  }
  expect(outcomes).toEqual(new Set([200, 409]));
});

test("the same acceptance sent five times at once books once and answers alike", async () => {
  const joined = await world.join("Ada Nervosa");
  await world.offer();
  const { offer } = await world.entry(joined);
  const sent = Array.from({ length: 5 }, () => world.accept(joined, offer?.id));
  const answers = await Promise.all(sent);
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
  expect(await count("appointments WHERE status = 'booked'")).toBe(1);
});

test("withdrawing and accepting at once leave one of them done", async () => {
  for (let round = 0; round < 8; round += 1) {
    await world.reset();
    const joined = await world.join("Ada Incerta");
    await world.offer();
    const { offer } = await world.entry(joined);
    const path = `/waitlist-entries/${joined.entry.id}/withdraw`;
    const [accepted, withdrawn] = await Promise.all([
      world.accept(joined, offer?.id),
      app.api("POST", path, { key: joined.token }),
    ]);
    expect(new Set([accepted.status, withdrawn.status])).toEqual(new Set([200, 409]));
    await checkCounters(app);
  }
});

test("the database itself refuses a second acceptance of one place", async () => {
  await world.put({ people_per_place: 2 });
  for (let at = 0; at < 2; at += 1) await world.join(`Coppia ${at}`, { to_time: "10:00" });
  await world.offer();
  await world.put({ people_per_place: 1 });
  const violated = app.sql(`
    UPDATE waitlist_offers
    SET status = 'accepted', ended_at = clock_now(), appointment_id = (SELECT id FROM appointments LIMIT 1)
    WHERE place_id IN (SELECT place_id FROM waitlist_offers GROUP BY place_id HAVING count(*) = 2)`);
  await expect(violated).rejects.toThrow("waitlist_offers_one_accepted_per_place");
});

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { many, tally } from "../support/many.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { checkCounters, buildTown, daysAhead, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const start = daysAhead(20, 5);

beforeAll(async () => {
  app = await createTestApp(patient);
});
afterEach(async () => {
  await checkCounters(app);
});
afterAll(async () => {
  await app.close();
});

const booker = { name: "Ada Bianchi" };

function desk(cells: number, capacity: number, columns: Record<string, unknown> = {}) {
  return buildTown(app, {
    services: [{ code: "visit", columns }],
    resources: [{ code: "desk", offers: ["visit"], from: start, cells, capacity, cellMinutes: 5 }],
  });
}

function visitAt(town: Town, cell: number) {
  return {
    services: [town.services["visit"]],
    site: town.siteId,
    starts_at: isoAfter(start, cell * 5),
  };
}

const book = (town: Town, cell: number, headers: Record<string, string> = {}) =>
  app.api("POST", "/appointments", { headers, body: { ...visitAt(town, cell), booker } });

describe("many at once", () => {
  it("10,000 requests over the network for 200 slots of 5 places give exactly 1,000 bookings and no server error", {
    timeout: 240_000,
  }, async () => {
    const town = await desk(200, 5, { duration_minutes: 5 });
    const { url } = await app.serve();
    const statuses = await many(10_000, 128, async (index) => {
      const answer = await fetch(`${url}/v1/${app.tenant.slug}/appointments`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...visitAt(town, index % 200), booker }),
      });
      await answer.arrayBuffer();
      return answer.status;
    });
    expect(tally(statuses)).toEqual({ 201: 1_000, 409: 9_000 });
    const slots = await app.sql(
      "SELECT count(*)::int AS n FROM slots WHERE resource_id = $1 AND taken = capacity",
      [town.resources["desk"]],
    );
    expect(slots.rows).toEqual([{ n: 200 }]);
  });

  it("multi-cell visits that overlap never share a cell", async () => {
    const town = await desk(60, 1, { duration_minutes: 15 });
    const statuses = await many(300, 32, async (index) => (await book(town, index % 58)).status);
    const booked = statuses.filter((status) => status === 201).length;
    expect(Object.keys(tally(statuses)).toSorted()).toEqual(["201", "409"]);
    const taken = await app.sql("SELECT sum(taken)::int AS n FROM slots WHERE resource_id = $1", [
      town.resources["desk"],
    ]);
    expect(taken.rows).toEqual([{ n: booked * 3 }]);
  });

  it("50 visits of one person at once leave exactly as many as the limit allows", async () => {
    const town = await desk(50, 1, { duration_minutes: 5 });
    await app.sql(
      `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
       VALUES ($1, gen_random_uuid(), $2, 'person', 2, 'year')`,
      [app.tenant.id, town.services["visit"]],
    );
    const body = (cell: number) => ({
      ...visitAt(town, cell),
      booker: { ...booker, birth_date: "1990-02-03" },
    });
    const statuses = await many(
      50,
      25,
      async (cell) => (await app.api("POST", "/appointments", { body: body(cell) })).status,
    );
    expect(tally(statuses)).toEqual({ 201: 2, 409: 48 });
  });

  it("a day's ceiling for the web is never passed, whatever slots are asked for", async () => {
    const town = await desk(40, 2, { duration_minutes: 5 });
    await app.sql(
      `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
       VALUES ($1, gen_random_uuid(), $2, 'day', 'web', 7)`,
      [app.tenant.id, town.openings["desk"]],
    );
    const statuses = await many(80, 20, async (index) => (await book(town, index % 40)).status);
    expect(tally(statuses)).toEqual({ 201: 7, 409: 73 });
    const byPhone = await app.api("POST", "/appointments", {
      key: app.adminKey,
      body: { ...visitAt(town, 39), booker, channel: "phone" },
    });
    expect(byPhone.status).toBe(201);
  });
});

describe("a double click", () => {
  it("books once: its twin gets the same answer, or is told that it is being worked on", async () => {
    const town = await desk(30, 5, { duration_minutes: 5 });
    for (let round = 0; round < 20; round += 1) {
      const headers = { "Idempotency-Key": `double-click-${round}` };
      const answers = await Promise.all([0, 1, 2, 3].map(() => book(town, round, headers)));
      const texts = new Set(
        answers.filter((answer) => answer.status === 201).map((answer) => answer.text),
      );
      expect(texts.size).toBe(1);
      expect(answers.every((answer) => answer.status === 201 || answer.status === 409)).toBe(true);
    }
    const { rows } = await app.sql(
      "SELECT count(*)::int AS n FROM appointments WHERE site_id = $1",
      [town.siteId],
    );
    expect(rows).toEqual([{ n: 20 }]);
  });
});

describe("reschedules", () => {
  it("two into the last place leave one moved and one where it was", async () => {
    const town = await desk(40, 1, { duration_minutes: 5 });
    for (let round = 0; round < 12; round += 1) {
      const [a, b, target] = [round * 3, round * 3 + 1, round * 3 + 2];
      const both = await Promise.all([book(town, a), book(town, b)]);
      const booked = both.map((answer) => answer.as(bookedSchema));
      const answers = await Promise.all(
        booked.map(({ appointment, manage_token: key }) =>
          app.api("POST", `/appointments/${appointment.id}/reschedule`, {
            key,
            body: { starts_at: isoAfter(start, target * 5) },
          }),
        ),
      );
      expect(tally(answers.map((answer) => answer.status))).toEqual({ 200: 1, 409: 1 });
    }
  });

  it("swaps in both directions at once never deadlock for the client nor leave anybody without a place", async () => {
    const town = await desk(10, 2, { duration_minutes: 5 });
    const booked = await many(10, 5, async (cell) => (await book(town, cell)).as(bookedSchema));
    const statuses = await many(200, 16, async (index) => {
      const mine = booked[index % 10];
      const cell = (index * 7) % 10;
      const answer = await app.api("POST", `/appointments/${mine?.appointment.id}/reschedule`, {
        ...(mine ? { key: mine.manage_token } : {}),
        body: { starts_at: isoAfter(start, cell * 5) },
      });
      return answer.status;
    });
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    const { rows } = await app.sql(
      "SELECT sum(taken)::int AS n FROM slots WHERE resource_id = $1",
      [town.resources["desk"]],
    );
    expect(rows).toEqual([{ n: 10 }]);
  });

  it("a move and a cancellation of the same appointment end in one of both orders", async () => {
    const town = await desk(40, 1, { duration_minutes: 5 });
    for (let round = 0; round < 15; round += 1) {
      const { appointment, manage_token: key } = (await book(town, round * 2)).as(bookedSchema);
      const path = `/appointments/${appointment.id}`;
      const [moved, cancelled] = await Promise.all([
        app.api("POST", `${path}/reschedule`, {
          key,
          body: { starts_at: isoAfter(start, (round * 2 + 1) * 5) },
        }),
        app.api("POST", `${path}/cancel`, { key, body: {} }),
      ]);
      expect(cancelled.status).toBe(200);
      expect([200, 409]).toContain(moved.status);
      const end = (await app.api("GET", path, { key })).as(appointmentSchema);
      expect(end.status).toBe("cancelled");
    }
  });
});

describe("a hold at the edge of its expiry", () => {
  it("is confirmed or taken by somebody else, never both and never neither for good", {
    timeout: 60_000,
  }, async () => {
    const rounds = 60;
    const town = await desk(rounds, 1, { duration_minutes: 5, hold_ttl_seconds: 30 });
    const holds = await many(rounds, 10, async (cell) =>
      (await app.api("POST", "/holds", { body: visitAt(town, cell) })).as(holdSchema),
    );
    const lastExpiry = Math.max(...holds.map((hold) => Date.parse(hold.expires_at)));
    await app.shiftClock(`${lastExpiry - Date.now() - 400} milliseconds`);
    const outcomes = await many(rounds, rounds, async (cell) => {
      // house-disable-next-line tests-do-not-sleep -- arrivals are spread around the moment of expiry
      await delay(200 + (cell / rounds) * 400);
      const confirm = app.api("POST", "/appointments", {
        body: { hold_id: holds[cell]?.id, booker },
      });
      const [confirmed, taken] = await Promise.all([confirm, book(town, cell)]);
      return [confirmed.status, taken.status].join();
    });
    await app.shiftClock("0");
    const allowed = ["201,409", "409,201"];
    const unfinished = outcomes.flatMap((outcome, cell) => (outcome === "409,409" ? [cell] : []));
    expect(
      outcomes.filter((outcome) => !allowed.includes(outcome) && outcome !== "409,409"),
    ).toEqual([]);
    await app.shiftClock("1 minute");
    const later = await many(
      unfinished.length,
      5,
      async (index) => (await book(town, unfinished[index] ?? 0)).status,
    );
    await app.shiftClock("0");
    expect(new Set(later).size <= 1 && later.every((status) => status === 201)).toBe(true);
    const { rows } = await app.sql(
      "SELECT sum(taken)::int AS n FROM slots WHERE resource_id = $1",
      [town.resources["desk"]],
    );
    expect(rows).toEqual([{ n: rounds }]);
  });
});

import { afterAll, describe, expect, test } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { createTestApp } from "../support/test-app.ts";
import { buildTown, type Town } from "../support/town.ts";

const app = await createTestApp();
afterAll(() => app.close());

const start = new Date("2027-03-01T08:00:00Z");
const startsAt = start.toISOString();

/** The example of the design: one desk serves A and B, the other A and C; A prefers whichever comes first by code. */
async function buildExample(cells = 1, minutes = 15): Promise<Town> {
  return buildTown(app, {
    services: ["a", "b", "c"].map((code) => ({ code, columns: { duration_minutes: minutes } })),
    resources: [
      { code: "1-ac", offers: ["a", "c"], from: start, cells },
      { code: "2-ab", offers: ["a", "b"], from: start, cells },
    ],
  });
}

const booker = { name: "Ada Bianchi" };

function wish(town: Town, code: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    services: [town.services[code]],
    site: town.siteId,
    starts_at: startsAt,
    ...more,
  };
}

function book(town: Town, code: string, more: Readonly<Record<string, unknown>> = {}) {
  return app.api("POST", "/appointments", { body: { ...wish(town, code), booker, ...more } });
}

async function placesOf(town: Town, code: string): Promise<number> {
  const query = `service=${town.services[code]}&site=${town.siteId}&from=2027-03-01&to=2027-03-01`;
  const { body } = await app.api("GET", `/availability?${query}`);
  const text = JSON.stringify(body);
  const at = text.indexOf(`"starts_at":"${startsAt}"`);
  return at === -1 ? 0 : Number(/"places":(\d+)/.exec(text.slice(at))?.[1] ?? 0);
}

async function see(id: string) {
  return (await app.api("GET", `/appointments/${id}`, { key: app.adminKey })).as(appointmentSchema);
}

describe("a claim that fits some equivalent resource", () => {
  test("is granted by moving another visit, which keeps its time and its version", async () => {
    const town = await buildExample();
    const first = (await book(town, "a")).as(bookedSchema).appointment;
    expect(first.legs[0]?.resource_ids).toEqual([town.resources["1-ac"]]);
    expect(await placesOf(town, "c")).toBe(1);
    const second = await book(town, "c");
    expect(second.status).toBe(201);
    const moved = await see(first.id);
    expect(moved).toMatchObject({ starts_at: first.starts_at, version: 1, sequence: 0 });
    expect(moved.legs[0]?.resource_ids).toEqual([town.resources["2-ab"]]);
    const { rows } = await app.sql(
      "SELECT kind, body FROM audit_events WHERE subject_id = $1 ORDER BY id",
      [first.id],
    );
    expect(rows.map((row) => row["kind"])).toEqual([
      "appointment.booked",
      "appointment.reassigned",
    ]);
    expect(await placesOf(town, "b")).toBe(0);
  });

  test("is granted to the office, to a hold and to a visit that is moved here as well", async () => {
    const office = await buildExample();
    await book(office, "a");
    const byOffice = await app.api("POST", "/appointments", {
      key: app.adminKey,
      body: { ...wish(office, "c"), booker },
    });
    expect(byOffice.status).toBe(201);

    const held = await buildExample();
    const keptBefore = (await app.api("POST", "/holds", { body: wish(held, "a") })).as(holdSchema);
    expect((await app.api("POST", "/holds", { body: wish(held, "c") })).status).toBe(201);
    const confirmed = await app.api("POST", "/appointments", {
      body: { hold_id: keptBefore.id, booker },
    });
    expect(confirmed.status).toBe(201);
    const booked = await see(confirmed.as(bookedSchema).appointment.id);
    expect(booked.legs[0]?.resource_ids).toEqual([held.resources["2-ab"]]);

    const later = await buildExample(2);
    await book(later, "a");
    const other = (await book(later, "c", { starts_at: "2027-03-01T08:15:00.000Z" })).as(
      bookedSchema,
    );
    const moved = await app.api("POST", `/appointments/${other.appointment.id}/reschedule`, {
      key: other.manage_token,
      body: { starts_at: startsAt },
    });
    expect(moved.status).toBe(200);
  });

  test("is granted by moving visits of several cells, also those that reach beyond it", async () => {
    const town = await buildExample(4, 30);
    const early = (await book(town, "a", { starts_at: startsAt })).as(bookedSchema).appointment;
    const between = new Date(start.getTime() + 15 * 60_000).toISOString();
    const answer = await book(town, "c", { starts_at: between });
    expect(answer.status).toBe(201);
    expect((await see(early.id)).legs[0]?.resource_ids).toEqual([town.resources["2-ab"]]);
  });

  test("is refused when the other visit's resource was chosen, and not shown either", async () => {
    const town = await buildExample();
    await app.sql("UPDATE resources SET is_choosable = true WHERE id = $1", [
      town.resources["1-ac"],
    ]);
    const pinned = await book(town, "a", { resource_id: town.resources["1-ac"] });
    expect(pinned.status).toBe(201);
    expect(await placesOf(town, "c")).toBe(0);
    expect((await book(town, "c")).status).toBe(409);
    expect((await see(pinned.as(bookedSchema).appointment.id)).legs[0]?.resource_ids).toEqual([
      town.resources["1-ac"],
    ]);
  });

  test("takes no more than there is when many ask at once, and everybody who is moved keeps a place", async () => {
    const town = await buildTown(app, {
      services: ["a", "b", "c"].map((code) => ({ code })),
      resources: [
        { code: "1-ac", offers: ["a", "c"], from: start, cells: 1, capacity: 5 },
        { code: "2-ab", offers: ["a", "b"], from: start, cells: 1, capacity: 5 },
      ],
    });
    for (let n = 0; n < 5; n += 1) expect((await book(town, "a")).status).toBe(201);
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => book(town, n % 2 === 0 ? "c" : "b")),
    );
    const granted = answers.filter(({ status }) => status === 201);
    expect(granted).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    const { rows } = await app.sql(
      `SELECT s.capacity, s.taken, (SELECT sum(units)::int FROM allocations a WHERE a.slot_id = s.id) AS units
       FROM slots s JOIN resources r ON r.id = s.resource_id WHERE r.site_id = $1`,
      [town.siteId],
    );
    expect(rows).toEqual([
      { capacity: 5, taken: 5, units: 5 },
      { capacity: 5, taken: 5, units: 5 },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { booker, desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { buildTown, checkCounters, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
});

const field = (code: string, more: Record<string, unknown> = {}) => ({
  code,
  label: { it: code },
  type: "text",
  scope: "booking",
  is_required: false,
  ...more,
});

const setService = (town: Town, column: string, value: unknown) =>
  app.sql(`UPDATE services SET ${column} = $2 WHERE id = $1`, [
    town.services["id-card"],
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  ]);

async function limit(town: Town, countMax: number): Promise<void> {
  const id = town.services["id-card"];
  await app.sql("UPDATE service_limits SET retired_at = clock_now() WHERE service_id = $1", [id]);
  await app.sql(
    `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, counted, period)
     VALUES ($1, gen_random_uuid(), $2, 'person', $3, 'appointments', 'year')`,
    [app.tenant.id, id, countMax],
  );
}

const move = (booked: { appointment: { id: string }; manage_token: string }, minutes: number) =>
  app.api("POST", `/appointments/${booked.appointment.id}/reschedule`, {
    key: booked.manage_token,
    body: { starts_at: isoAfter(start, minutes) },
  });

describe("a visit booked before its service's questions changed", () => {
  it("can be moved although a question was added and another is no longer asked", async () => {
    const town = await oneDesk({ fields: [field("case_number")] });
    const answers = { case_number: "12/2026" };
    const booked = (await book(town, isoAfter(start, 0), { answers })).as(bookedSchema);
    await setService(town, "fields", [field("plate", { is_required: true })]);
    expect((await move(booked, 30)).as(appointmentSchema).starts_at).toBe(isoAfter(start, 30));
  });

  it("is not moved to a day on which an answer about the day would no longer fit", async () => {
    const latest = isoAfter(start, 0).slice(0, 10);
    const expiry = field("expiry", { type: "date", days_after_visit_max: 0 });
    const town = await oneDesk({ fields: [expiry] });
    const booked = (await book(town, isoAfter(start, 0), { answers: { expiry: latest } })).as(
      bookedSchema,
    );
    await app.sql(
      `UPDATE slots SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day',
                        local_date = local_date - 1
       WHERE resource_id = $1 AND taken = 0`,
      [town.resources["desk"]],
    );
    const refused = await move(booked, 30 - 24 * 60);
    expect([refused.status, slugOf(refused)]).toEqual([422, "invalid-request"]);
  });
});

describe("a limit stated after somebody booked", () => {
  const who = { name: "Ada Bianchi", birth_date: "1980-01-01" };

  it("refuses neither to take people out of a visit nor to move it within the period it is counted in", async () => {
    const town = await oneDesk({ places_per_person: 1 }, { capacity: 6 });
    await limit(town, 2);
    const party = { booker: who, party_size: 2 };
    const first = (await book(town, isoAfter(start, 0), party)).as(bookedSchema);
    await book(town, isoAfter(start, 15), party);
    await app.sql("UPDATE service_limits SET count_max = 1 WHERE service_id = $1", [
      town.services["id-card"],
    ]);
    expect((await move(first, 30)).status).toBe(200);
    await limit(town, 1);
    const leaving = await app.api("POST", `/appointments/${first.appointment.id}/cancel`, {
      key: first.manage_token,
      body: { participant_ids: [first.appointment.participants[1]?.id] },
    });
    expect(leaving.status).toBe(200);
  });
});

describe("a service that is no longer offered", () => {
  it("frees the places of people who do not come all the same", async () => {
    const town = await oneDesk({ places_per_person: 1 }, { capacity: 3 });
    const { appointment, manage_token: key } = (
      await book(town, isoAfter(start, 0), { party_size: 3 })
    ).as(bookedSchema);
    await app.sql("UPDATE services SET retired_at = clock_now() WHERE id = $1", [
      town.services["id-card"],
    ]);
    await app.api("POST", `/appointments/${appointment.id}/cancel`, {
      key,
      body: { participant_ids: [appointment.participants[0]?.id] },
    });
    const { rows } = await app.sql("SELECT taken FROM slots WHERE resource_id = $1 AND taken > 0", [
      town.resources["desk"],
    ]);
    expect(rows).toEqual([{ taken: 2 }]);
  });

  it("cannot be moved, and the answer does not deny the appointment", async () => {
    const town = await oneDesk();
    const booked = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    await app.sql("UPDATE services SET retired_at = clock_now() WHERE id = $1", [
      town.services["id-card"],
    ]);
    const refused = await move(booked, 30);
    expect([refused.status, slugOf(refused)]).toEqual([422, "no-such-start"]);
  });
});

describe("a ceiling stated a moment ago", () => {
  it("binds the next booking and the next hold", async () => {
    const town = await oneDesk({}, { capacity: 5 });
    expect((await book(town, isoAfter(start, 0))).status).toBe(201);
    const visit = { services: [town.services["id-card"]], site: town.siteId };
    const wish = { ...visit, starts_at: isoAfter(start, 0) };
    expect((await app.api("POST", "/holds", { body: wish })).status).toBe(201);
    await app.sql(
      `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
       VALUES ($1, gen_random_uuid(), $2, 'day', 'web', 1)`,
      [app.tenant.id, town.openings["desk"]],
    );
    expect((await book(town, isoAfter(start, 15))).status).toBe(201);
    expect(slugOf(await book(town, isoAfter(start, 15)))).toBe("channel-share-used");
    expect(slugOf(await app.api("POST", "/holds", { body: wish }))).toBe("channel-share-used");
  });
});

describe("ceilings of a visit of which somebody does not come", () => {
  it("count what the others use: one for each leg by visit, one a head where people are counted", async () => {
    const town = await buildTown(app, {
      services: [
        { code: "form", columns: { leg_gap_max_minutes: 0 } },
        { code: "photo", columns: { places_per_person: 1 } },
      ],
      resources: [
        { code: "clerk", offers: ["form"], from: start, cells: 1, capacity: 9 },
        {
          code: "booth",
          offers: ["photo"],
          from: new Date(isoAfter(start, 15)),
          cells: 1,
          capacity: 9,
        },
      ],
    });
    for (const code of ["clerk", "booth"]) {
      await app.sql(
        `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
         VALUES ($1, gen_random_uuid(), $2, 'day', 'web', 9)`,
        [app.tenant.id, town.openings[code]],
      );
    }
    const answer = await app.api("POST", "/appointments", {
      body: {
        services: [town.services["form"], town.services["photo"]],
        site: town.siteId,
        starts_at: isoAfter(start, 0),
        party_size: 3,
        booker,
      },
    });
    const { appointment, manage_token: key } = answer.as(bookedSchema);
    await app.api("POST", `/appointments/${appointment.id}/cancel`, {
      key,
      body: { participant_ids: [appointment.participants[2]?.id] },
    });
    const { rows } = await app.sql(
      `SELECT c.taken FROM ceiling_counters c JOIN ceilings k ON k.id = c.ceiling_id
       WHERE k.opening_id = ANY ($1) ORDER BY 1`,
      [[town.openings["clerk"], town.openings["booth"]]],
    );
    expect(rows).toEqual([{ taken: 1 }, { taken: 2 }]);
  });
});

describe("a hold", () => {
  const hold = async (town: Town, minutes: number, more: Record<string, unknown> = {}) =>
    (
      await app.api("POST", "/holds", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, minutes),
          ...more,
        },
      })
    ).as(holdSchema);

  it("never outlives its start, however often it is extended", async () => {
    const town = await oneDesk({ hold_ttl_seconds: 3600 });
    await app.shiftClock(`${start.getTime() - Date.now() - 20 * 60_000} milliseconds`);
    try {
      const held = await hold(town, 0);
      expect(held.expires_at).toBe(start.toISOString());
      const extended = await app.api("POST", `/holds/${held.id}/extend`);
      expect(extended.as(holdSchema).expires_at).toBe(start.toISOString());
      await app.shiftClock(`${start.getTime() - Date.now() + 1_000} milliseconds`);
      const late = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
      expect(slugOf(late)).toBe("hold-not-open");
    } finally {
      await app.shiftClock("0");
    }
  });

  it("that takes over an appointment of a scarce service lets the old place cool down", async () => {
    const town = await oneDesk({ is_scarce: true, cool_down_seconds: 3600 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const held = await hold(town, 30);
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { hold_id: held.id },
    });
    expect(moved.status).toBe(200);
    expect(slugOf(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
    expect((await book(town, isoAfter(start, 0), { key: app.adminKey })).status).toBe(201);
  });

  it("lost together with its resource is refused at the booking and nothing stays of it", async () => {
    const town = await oneDesk();
    const held = await hold(town, 0);
    await app.sql("UPDATE resources SET retired_at = clock_now() WHERE id = $1", [
      town.resources["desk"],
    ]);
    const refused = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
    expect([refused.status, slugOf(refused)]).toEqual([422, "no-such-start"]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { booker, desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { buildTown, checkCounters, daysAhead, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
});

describe("a visit with the same service twice", () => {
  it("is counted twice under a limit, and refused where only one is allowed", async () => {
    const town = await oneDesk();
    const id = town.services["id-card"];
    const twice = { services: [id, id], booker: { ...booker, birth_date: "1980-01-01" } };
    await app.sql(
      `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
       VALUES ($1, gen_random_uuid(), $2, 'person', 2, 'year')`,
      [app.tenant.id, id],
    );
    const { appointment } = (await book(town, isoAfter(start, 0), twice)).as(bookedSchema);
    expect(appointment.ends_at).toBe(isoAfter(start, 30));
    const third = await book(town, isoAfter(start, 60), { booker: twice.booker });
    expect(slugOf(third)).toBe("limit-reached");
    await app.sql("UPDATE service_limits SET count_max = 1 WHERE service_id = $1", [id]);
    const other = { ...twice, booker: { ...booker, birth_date: "1981-01-01" } };
    expect(slugOf(await book(town, isoAfter(start, 90), other))).toBe("limit-reached");
  });
});

describe("services by invitation", () => {
  it("are not opened by the code of another one in the same visit", async () => {
    const columns = { visibility: "invitation" };
    const town = await buildTown(app, {
      services: [
        { code: "first", columns },
        { code: "second", columns },
      ],
      resources: [{ code: "desk", offers: ["first", "second"], from: start, cells: 8 }],
    });
    const made = await app.api("POST", "/invitations", {
      key: app.adminKey,
      body: { service_id: town.services["first"], count: 1 },
    });
    const code = JSON.stringify(made.body).match(/"code":"([^"]+)"/)?.[1];
    const visit = {
      services: [town.services["first"], town.services["second"]],
      site: town.siteId,
      starts_at: isoAfter(start, 0),
      invitation_code: code,
    };
    const held = await app.api("POST", "/holds", { body: visit });
    const booked = await app.api("POST", "/appointments", { body: { ...visit, booker } });
    expect([slugOf(held), slugOf(booked)]).toEqual([
      "invitation-not-valid",
      "invitation-not-valid",
    ]);
  });
});

describe("a secret key without the scope `appointments`", () => {
  it("books as the public does: no overbooking, no invitation skipped, no other channel", async () => {
    const context = { tenant: app.tenant, actor: { kind: "system" }, requestId: "test" } as const;
    const { token: key } = await createApiKey(app.deps, context, {
      kind: "secret",
      name: "Auditor",
      scopes: ["audit"],
    });
    const town = await oneDesk();
    await book(town, isoAfter(start, 0));
    const overbook = { reason: "Because I can" };
    expect((await book(town, isoAfter(start, 0), { overbook, key })).status).toBe(403);
    expect((await book(town, isoAfter(start, 15), { channel: "phone", key })).status).toBe(403);
    const plain = (await book(town, isoAfter(start, 15), { key })).as(bookedSchema);
    expect(plain.appointment.channel).toBe("web");
    const closed = await oneDesk({ visibility: "invitation", notice_minutes: 129_600 });
    expect(slugOf(await book(closed, isoAfter(start, 0), { key }))).toBe("invitation-not-valid");
    const visit = { services: [closed.services["id-card"]], site: closed.siteId };
    const held = await app.api("POST", "/holds", {
      key,
      body: { ...visit, starts_at: isoAfter(start, 0) },
    });
    expect(slugOf(held)).toBe("invitation-not-valid");
  });
});

describe("somebody who has come", () => {
  it("is not taken out of the visit any more, and the party keeps its size", async () => {
    const town = await oneDesk({ places_per_person: 1 }, { capacity: 3 });
    const { appointment } = (await book(town, isoAfter(start, 0), { party_size: 2 })).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}`;
    const [first] = appointment.participants;
    await app.shiftClock(`${start.getTime() - Date.now() - 60_000} milliseconds`);
    try {
      const key = app.adminKey;
      const participants = [{ id: first?.id, attendance: "attended" }];
      await app.api("POST", `${path}/attendance`, { key, body: { participants } });
      const body = { participant_ids: [first?.id] };
      const refused = await app.api("POST", `${path}/cancel`, { key, body });
      expect([refused.status, slugOf(refused)]).toEqual([422, "invalid-request"]);
      const seen = (await app.api("GET", path, { key })).as(appointmentSchema);
      expect(seen.party_size).toBe(2);
    } finally {
      await app.shiftClock("0");
    }
  });
});

describe("bookings that are valid until a wall time", () => {
  const swim = (town: Town, startsAt: string) =>
    app.api("POST", "/appointments", {
      body: { services: [town.services["swim"]], site: town.siteId, starts_at: startsAt, booker },
    });

  it("are so only when they start before it: a later start on that day does not lapse", async () => {
    const from = daysAhead(5, 6);
    const rules = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], time: "14:00" }];
    const town = await buildTown(app, {
      services: [{ code: "swim", columns: { duration_minutes: 60, valid_until_rules: rules } }],
      resources: [{ code: "water", offers: ["swim"], from, cells: 14, cellMinutes: 60 }],
    });
    const early = (await swim(town, isoAfter(from, 60))).as(bookedSchema).appointment;
    const late = (await swim(town, isoAfter(from, 10 * 60))).as(bookedSchema).appointment;
    expect(early.valid_until).not.toBeNull();
    expect(late.valid_until).toBeNull();
  });
});

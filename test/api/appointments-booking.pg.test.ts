import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { booker, desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, buildTown, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
});

describe("booking", () => {
  it("is complete with a name alone, and gives a reference to say and a secret link", async () => {
    const town = await oneDesk();
    const answer = await book(town, isoAfter(start, 0));
    expect(answer.status).toBe(201);
    const { appointment, manage_token: token } = answer.as(bookedSchema);
    expect(appointment.reference).toMatch(/^[3-9A-Y]{4}-[3-9A-Y]{4}$/);
    expect(appointment).toMatchObject({ status: "booked", channel: "web", booker, party_size: 1 });
    const seen = await app.api("GET", `/appointments/${appointment.id}`, { key: token });
    expect(seen.status).toBe(200);
  });

  it("of a taken slot is refused with slot-taken", async () => {
    const town = await oneDesk();
    await book(town, isoAfter(start, 0));
    const second = await book(town, isoAfter(start, 0));
    expect([second.status, slugOf(second)]).toEqual([409, "slot-taken"]);
  });

  it("at a time where nothing starts, or which would pass closing, is refused with no-such-start", async () => {
    const town = await oneDesk({ duration_minutes: 30 });
    expect(slugOf(await book(town, isoAfter(start, 7)))).toBe("no-such-start");
    expect(slugOf(await book(town, isoAfter(start, 15 * 15)))).toBe("no-such-start");
    expect((await book(town, isoAfter(start, 14 * 15))).status).toBe(201);
  });

  it("takes as many cells as base, extra minutes per person and buffers need", async () => {
    const town = await oneDesk({
      extra_minutes_per_person: 10,
      buffer_before_minutes: 5,
      buffer_after_minutes: 5,
    });
    expect(slugOf(await book(town, isoAfter(start, 0), { party_size: 3 }))).toBe("no-such-start");
    expect((await book(town, isoAfter(start, 30), { party_size: 3 })).status).toBe(201);
    const taken = await app.sql(
      "SELECT starts_at FROM slots WHERE resource_id = $1 AND taken = 1 ORDER BY 1",
      [town.resources["desk"]],
    );
    expect(taken.rows).toHaveLength(4);
    expect(taken.rows[0]?.["starts_at"]).toEqual(new Date(isoAfter(start, 15)));
  });

  it("takes a place per person where the service says so, and one participant can cancel alone", async () => {
    const town = await oneDesk({ places_per_person: 1 }, { capacity: 4 });
    const answer = await book(town, isoAfter(start, 0), {
      party_size: 3,
      participants: [{ name: "Ada" }, { name: "Bruno" }, { name: "Clara" }],
    });
    const { appointment, manage_token: key } = answer.as(bookedSchema);
    expect(slugOf(await book(town, isoAfter(start, 0), { party_size: 2 }))).toBe("slot-taken");
    const bruno = appointment.participants.find((one) => one.name === "Bruno");
    const after = await app.api("POST", `/appointments/${appointment.id}/cancel`, {
      key,
      body: { participant_ids: [bruno?.id] },
    });
    expect(after.as(appointmentSchema)).toMatchObject({ status: "booked", party_size: 2 });
    expect((await book(town, isoAfter(start, 0), { party_size: 2 })).status).toBe(201);
  });

  it("with the same key and body is done once and answers the same; with another body it is refused", async () => {
    const town = await oneDesk();
    const headers = { "Idempotency-Key": "key-of-this-test" };
    const body = {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: isoAfter(start, 0),
      booker,
    };
    const first = await app.api("POST", "/appointments", { headers, body });
    const again = await app.api("POST", "/appointments", { headers, body });
    expect(again.text).toBe(first.text);
    const other = await app.api("POST", "/appointments", {
      headers,
      body: { ...body, booker: { name: "Eve" } },
    });
    expect([other.status, slugOf(other)]).toEqual([422, "idempotency-key-reused"]);
  });

  it("repeated after an upgrade is answered although its stored reply has an older shape", async () => {
    const town = await oneDesk();
    const headers = { "Idempotency-Key": "key-of-an-older-version" };
    const body = {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: isoAfter(start, 0),
      booker,
    };
    const first = (await app.api("POST", "/appointments", { headers, body })).as(bookedSchema);
    const name = `idempotency_replies/anonymous/POST /v1/{tenant}/appointments/${headers["Idempotency-Key"]}`;
    const older = JSON.stringify({ status: 201, body: { id: first.appointment.id } });
    await app.sql("UPDATE idempotency_replies SET reply_encrypted = $1 WHERE key = $2", [
      app.deps.vault.seal(app.tenant.id, name, older),
      headers["Idempotency-Key"],
    ]);
    const again = await app.api("POST", "/appointments", { headers, body });
    expect(again.as(bookedSchema).appointment.reference).toBe(first.appointment.reference);
  });

  it("refused once leaves its key free", async () => {
    const town = await oneDesk();
    const headers = { "Idempotency-Key": "freed-key-of-this-test" };
    const body = { services: [town.services["id-card"]], site: town.siteId, booker };
    const refused = await app.api("POST", "/appointments", {
      headers,
      body: { ...body, starts_at: isoAfter(start, 7) },
    });
    expect(refused.status).toBe(422);
    const booked = await app.api("POST", "/appointments", {
      headers,
      body: { ...body, starts_at: isoAfter(start, 15) },
    });
    expect(booked.status).toBe(201);
  });

  it("takes the least flexible of several resources that fit", async () => {
    const town = await buildTown(app, {
      services: [{ code: "id-card" }, { code: "passport" }],
      resources: [
        { code: "a-both", offers: ["id-card", "passport"], from: start, cells: 4 },
        { code: "b-cards-only", offers: ["id-card"], from: start, cells: 4 },
      ],
    });
    const { appointment } = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    expect(appointment.legs[0]?.resource_ids).toEqual([town.resources["b-cards-only"]]);
  });

  it("of several services stays at one resource that offers all, and else goes leg by leg within the gap", async () => {
    const services = [
      { code: "id-card", columns: { duration_minutes: 15, leg_gap_max_minutes: 15 } },
      { code: "passport", columns: { duration_minutes: 30 } },
    ];
    const together = await buildTown(app, {
      services,
      resources: [{ code: "both", offers: ["id-card", "passport"], from: start, cells: 3 }],
    });
    const visit = (town: Town) => ({
      services: [town.services["id-card"], town.services["passport"]],
    });
    const one = (await book(together, isoAfter(start, 0), visit(together))).as(
      bookedSchema,
    ).appointment;
    expect(one.ends_at).toBe(isoAfter(start, 45));
    const apart = await buildTown(app, {
      services,
      resources: [
        { code: "cards", offers: ["id-card"], from: start, cells: 1 },
        { code: "passports", offers: ["passport"], from: new Date(isoAfter(start, 30)), cells: 2 },
      ],
    });
    const legs = (await book(apart, isoAfter(start, 0), visit(apart))).as(bookedSchema).appointment
      .legs;
    expect(legs.map((leg) => leg.starts_at)).toEqual([isoAfter(start, 0), isoAfter(start, 30)]);
  });

  it("that needs a room and an officer takes one of each or neither", async () => {
    const town = await buildTown(app, {
      services: [{ code: "id-card", columns: { roles: ["room", "officer"] } }],
      resources: [
        { code: "room", role: "room", offers: ["id-card"], from: start, cells: 4 },
        { code: "officer", role: "officer", offers: ["id-card"], from: start, cells: 1 },
      ],
    });
    const { appointment } = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    expect(appointment.legs[0]?.resource_ids).toHaveLength(2);
    expect(slugOf(await book(town, isoAfter(start, 15)))).toBe("no-such-start");
  });

  it("within the notice is refused for citizens and allowed for staff", async () => {
    const soon = new Date(Math.ceil(Date.now() / 900_000) * 900_000 + 900_000);
    const town = await buildTown(app, {
      services: [{ code: "id-card", columns: { notice_minutes: 600 } }],
      resources: [{ code: "desk", offers: ["id-card"], from: soon, cells: 2 }],
    });
    expect(slugOf(await book(town, soon.toISOString()))).toBe("notice-too-short");
    const staff = await book(town, soon.toISOString(), { channel: "phone", key: app.adminKey });
    expect(staff.as(bookedSchema).appointment.channel).toBe("phone");
  });

  it("over capacity is for staff only, with a reason that stays, and is not counted", async () => {
    const town = await oneDesk();
    await book(town, isoAfter(start, 0));
    const overbook = { reason: "Promised by phone" };
    expect((await book(town, isoAfter(start, 0), { overbook })).status).toBe(403);
    const forced = await book(town, isoAfter(start, 0), { overbook, key: app.adminKey });
    expect(forced.as(bookedSchema).appointment.overbooking_reason).toBe(overbook.reason);
  });

  it("that may overbook takes a free place as anybody would, so that nobody else is given it", async () => {
    const town = await oneDesk();
    const overbook = { reason: "Promised by phone" };
    const first = await book(town, isoAfter(start, 0), { overbook, key: app.adminKey });
    expect(first.as(bookedSchema).appointment.overbooking_reason).toBeNull();
    expect(slugOf(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
  });

  it("of a service by invitation needs a code, once, and frees it when cancelled", async () => {
    const town = await oneDesk({ visibility: "invitation" });
    const service = town.services["id-card"];
    expect((await book(town, isoAfter(start, 0))).status).toBe(403);
    const made = await app.api("POST", "/invitations", {
      key: app.adminKey,
      body: { service_id: service, count: 1 },
    });
    expect(made.status).toBe(201);
    const code = JSON.stringify(made.body).match(/"code":"([^"]+)"/)?.[1];
    const first = await book(town, isoAfter(start, 0), { invitation_code: code });
    expect(first.status).toBe(201);
    expect((await book(town, isoAfter(start, 15), { invitation_code: code })).status).toBe(403);
    const { appointment, manage_token: key } = first.as(bookedSchema);
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    expect((await book(town, isoAfter(start, 15), { invitation_code: code })).status).toBe(201);
  });
});

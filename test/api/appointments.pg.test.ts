import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookedSchema, appointmentSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { brokenCounters, buildTown, daysAhead, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const start = daysAhead(10);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  expect(await brokenCounters(app)).toEqual([]);
  await app.close();
});

const booker = { name: "Ada Bianchi" };

function oneDesk(
  columns: Record<string, unknown> = {},
  resource: Partial<{ capacity: number; cells: number }> = {},
) {
  return buildTown(app, {
    services: [{ code: "id-card", columns }],
    resources: [{ code: "desk", offers: ["id-card"], from: start, cells: 16, ...resource }],
  });
}

async function book(
  town: Town,
  startsAt: string,
  more: Record<string, unknown> = {},
  key?: string,
) {
  return app.api("POST", "/appointments", {
    ...(key === undefined ? {} : { key }),
    body: {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: startsAt,
      booker,
      ...more,
    },
  });
}

const slug = (answer: { body: unknown }): unknown =>
  answer.body && typeof answer.body === "object" && "type" in answer.body
    ? String(answer.body.type).split("/").at(-1)
    : undefined;

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
    expect([second.status, slug(second)]).toEqual([409, "slot-taken"]);
  });

  it("at a time where nothing starts, or which would pass closing, is refused with no-such-start", async () => {
    const town = await oneDesk({ duration_minutes: 30 });
    expect(slug(await book(town, isoAfter(start, 7)))).toBe("no-such-start");
    expect(slug(await book(town, isoAfter(start, 15 * 15)))).toBe("no-such-start");
    expect((await book(town, isoAfter(start, 14 * 15))).status).toBe(201);
  });

  it("takes as many cells as base, extra minutes per person and buffers need", async () => {
    const town = await oneDesk({
      extra_minutes_per_person: 10,
      buffer_before_minutes: 5,
      buffer_after_minutes: 5,
    });
    expect(slug(await book(town, isoAfter(start, 0), { party_size: 3 }))).toBe("no-such-start");
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
    expect(slug(await book(town, isoAfter(start, 0), { party_size: 2 }))).toBe("slot-taken");
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
    expect([other.status, slug(other)]).toEqual([422, "idempotency-key-reused"]);
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
    expect(slug(await book(town, isoAfter(start, 15)))).toBe("no-such-start");
  });

  it("within the notice is refused for citizens and allowed for staff", async () => {
    const soon = new Date(Math.ceil(Date.now() / 900_000) * 900_000 + 900_000);
    const town = await buildTown(app, {
      services: [{ code: "id-card", columns: { notice_minutes: 600 } }],
      resources: [{ code: "desk", offers: ["id-card"], from: soon, cells: 2 }],
    });
    expect(slug(await book(town, soon.toISOString()))).toBe("notice-too-short");
    const staff = await book(town, soon.toISOString(), { channel: "phone" }, app.adminKey);
    expect(staff.as(bookedSchema).appointment.channel).toBe("phone");
  });

  it("over capacity is for staff only, with a reason that stays, and is not counted", async () => {
    const town = await oneDesk();
    await book(town, isoAfter(start, 0));
    const overbook = { reason: "Promised by phone" };
    expect((await book(town, isoAfter(start, 0), { overbook })).status).toBe(403);
    const forced = await book(town, isoAfter(start, 0), { overbook }, app.adminKey);
    expect(forced.as(bookedSchema).appointment.overbooking_reason).toBe(overbook.reason);
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

describe("limits per person", () => {
  async function limited(limit: Record<string, unknown>) {
    const town = await oneDesk({}, { capacity: 50 });
    const columns = {
      key_source: "person",
      count_max: 1,
      counted: "appointments",
      period: "month",
      rolling_days: null,
      ...limit,
    };
    await app.sql(
      `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, counted, period, rolling_days)
       VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7)`,
      [
        app.tenant.id,
        town.services["id-card"],
        columns.key_source,
        columns.count_max,
        columns.counted,
        columns.period,
        columns.rolling_days,
      ],
    );
    return town;
  }
  const person = (more: Record<string, unknown>) => ({
    booker: { name: "Élodie Müller", ...more },
  });

  it("hold for the same tax code however it is written, and are freed on cancellation", async () => {
    const town = await limited({});
    const first = (
      await book(town, isoAfter(start, 0), person({ tax_code: "mlllde80a01h501u" }))
    ).as(bookedSchema);
    const again = await book(
      town,
      isoAfter(start, 15),
      person({ tax_code: "MLL LDE 80A01 H501U" }),
    );
    expect([again.status, slug(again)]).toEqual([409, "limit-reached"]);
    await app.api("POST", `/appointments/${first.appointment.id}/cancel`, {
      key: first.manage_token,
      body: {},
    });
    expect(
      (await book(town, isoAfter(start, 15), person({ tax_code: "MLLLDE80A01H501U" }))).status,
    ).toBe(201);
  });

  it("never take a shared phone number for one person", async () => {
    const town = await limited({});
    const shared = { phone: "+39 06 1234567" };
    expect(
      (await book(town, isoAfter(start, 0), { booker: { name: "Ada", ...shared } })).status,
    ).toBe(201);
    expect(
      (await book(town, isoAfter(start, 0), { booker: { name: "Bruno", ...shared } })).status,
    ).toBe(201);
    expect(
      (await book(town, isoAfter(start, 0), { booker: { name: "ADA", phone: "06 1234567" } }))
        .status,
    ).toBe(409);
  });

  it("of a rolling window count every window that contains the date", async () => {
    const town = await limited({ period: "rolling", rolling_days: 3, count_max: 1 });
    const who = person({ birth_date: "1980-01-01" });
    await book(town, isoAfter(start, 0), who);
    expect((await book(town, isoAfter(start, 30), who)).status).toBe(409);
  });

  it("let the same appointment be moved within its own period", async () => {
    const town = await limited({});
    const who = person({ birth_date: "1980-01-01" });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0), who)).as(
      bookedSchema,
    );
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 30) },
    });
    expect(moved.status).toBe(200);
  });
});

describe("holds", () => {
  const hold = (town: Town, minutes: number, more: Record<string, unknown> = {}) =>
    app.api("POST", "/holds", {
      body: {
        services: [town.services["id-card"]],
        site: town.siteId,
        starts_at: isoAfter(start, minutes),
        ...more,
      },
    });

  it("keep the place for whoever holds it, until they book it", async () => {
    const town = await oneDesk();
    const held = (await hold(town, 0)).as(holdSchema);
    expect(slug(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
    const booked = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
    expect(booked.as(bookedSchema).appointment.starts_at).toBe(isoAfter(start, 0));
    const twice = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
    expect([twice.status, slug(twice)]).toEqual([409, "hold-not-open"]);
  });

  it("expire by the database's clock: confirming fails and the place is free at once", async () => {
    const town = await oneDesk();
    const held = (await hold(town, 0)).as(holdSchema);
    await app.shiftClock("200 seconds");
    try {
      const late = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
      expect([late.status, slug(late)]).toEqual([409, "hold-not-open"]);
      expect((await book(town, isoAfter(start, 0))).status).toBe(201);
      expect((await app.api("GET", `/holds/${held.id}`)).as(holdSchema).status).toBe("expired");
    } finally {
      await app.shiftClock("0");
    }
  });

  it("are extended ten times by one action each, and not once more", async () => {
    const town = await oneDesk();
    const held = (await hold(town, 0)).as(holdSchema);
    for (let count = 1; count <= 10; count += 1) {
      const extended = (await app.api("POST", `/holds/${held.id}/extend`)).as(holdSchema);
      expect(extended.extensions_left).toBe(10 - count);
      expect(Date.parse(extended.expires_at)).toBeGreaterThan(Date.parse(held.expires_at));
    }
    expect(slug(await app.api("POST", `/holds/${held.id}/extend`))).toBe("hold-extensions-used");
  });

  it("are given back at once when released, and by the next hold of the same client", async () => {
    const town = await oneDesk();
    const client = "browser-of-this-test";
    const first = (await hold(town, 0, { client })).as(holdSchema);
    await hold(town, 15, { client });
    expect((await book(town, isoAfter(start, 0))).status).toBe(201);
    expect((await app.api("GET", `/holds/${first.id}`)).as(holdSchema).status).toBe("released");
    const third = (await hold(town, 30)).as(holdSchema);
    expect((await app.api("DELETE", `/holds/${third.id}`)).status).toBe(204);
    expect((await app.api("DELETE", `/holds/${third.id}`)).status).toBe(204);
    expect((await book(town, isoAfter(start, 30))).status).toBe(201);
  });
});

describe("moving and cancelling", () => {
  it("moves by one cell in a full row and never leaves two places or none", async () => {
    const town = await oneDesk({ duration_minutes: 30 }, { cells: 3 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 15) },
    });
    expect(moved.as(appointmentSchema)).toMatchObject({
      starts_at: isoAfter(start, 15),
      version: 2,
      sequence: 1,
    });
  });

  it("to a taken time is refused and the old time stays", async () => {
    const town = await oneDesk();
    await book(town, isoAfter(start, 15));
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const refused = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 15) },
    });
    expect(slug(refused)).toBe("slot-taken");
    const seen = (await app.api("GET", `/appointments/${appointment.id}`, { key })).as(
      appointmentSchema,
    );
    expect(seen).toMatchObject({ starts_at: isoAfter(start, 0), version: 1 });
  });

  it("too late is refused for the citizen and possible for staff, who and why being kept", async () => {
    const town = await oneDesk({ cancel_limit_minutes: 129_600, change_limit_minutes: 129_600 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}`;
    expect(slug(await app.api("POST", `${path}/cancel`, { key, body: {} }))).toBe(
      "too-late-to-change",
    );
    const move = { starts_at: isoAfter(start, 15), reason: "Called us" };
    expect(slug(await app.api("POST", `${path}/reschedule`, { key, body: move }))).toBe(
      "too-late-to-change",
    );
    expect(
      (await app.api("POST", `${path}/reschedule`, { key: app.adminKey, body: move })).status,
    ).toBe(200);
    const cancelled = await app.api("POST", `${path}/cancel`, {
      key: app.adminKey,
      body: { reason: "staff_missing" },
    });
    expect(cancelled.as(appointmentSchema).cancelled).toMatchObject({
      by: "staff",
      reason: "staff_missing",
    });
    const audit = await app.sql(
      "SELECT kind, actor_kind, reason FROM audit_events WHERE subject_id = $1 ORDER BY id",
      [appointment.id],
    );
    expect(audit.rows).toEqual([
      { kind: "appointment.booked", actor_kind: "citizen", reason: null },
      { kind: "appointment.rescheduled", actor_kind: "staff", reason: "Called us" },
      { kind: "appointment.cancelled", actor_kind: "staff", reason: null },
    ]);
  });

  it("on a version that is no longer current is refused with conflicting-change", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}/reschedule`;
    await app.api("POST", path, { key, body: { starts_at: isoAfter(start, 15), version: 1 } });
    const stale = await app.api("POST", path, {
      key,
      body: { starts_at: isoAfter(start, 30), version: 1 },
    });
    expect(slug(stale)).toBe("conflicting-change");
  });

  it("of somebody else's appointment looks like a missing one", async () => {
    const town = await oneDesk();
    const mine = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    const theirs = (await book(town, isoAfter(start, 15))).as(bookedSchema);
    const answer = await app.api("POST", `/appointments/${theirs.appointment.id}/cancel`, {
      key: mine.manage_token,
      body: {},
    });
    expect(answer.status).toBe(404);
    expect((await app.api("GET", `/appointments/${theirs.appointment.id}`)).status).toBe(401);
  });

  it("to a held time uses the hold up", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const held = (
      await app.api("POST", "/holds", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, 30),
        },
      })
    ).as(holdSchema);
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { hold_id: held.id },
    });
    expect(moved.as(appointmentSchema).starts_at).toBe(isoAfter(start, 30));
    expect((await book(town, isoAfter(start, 0))).status).toBe(201);
  });

  it("of a scarce service keeps the freed place from the public for the cool-down, not from staff", async () => {
    const town = await oneDesk({ is_scarce: true, cool_down_seconds: 3600 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    expect(slug(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
    expect((await book(town, isoAfter(start, 0), {}, app.adminKey)).status).toBe(201);
  });
});

describe("the calendar file", () => {
  it("keeps its UID, raises SEQUENCE, is in UTC, says nothing of the reason, and cancels at the end", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}`;
    const read = async () => {
      const { text } = await app.api("GET", `${path}/calendar.ics`, { key });
      const calendar = new ICAL.Component(ICAL.parse(text));
      const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent") ?? undefined);
      return {
        method: calendar.getFirstPropertyValue("method"),
        uid: event.uid,
        sequence: event.sequence,
        start: event.startDate.toJSDate().toISOString(),
        zone: event.startDate.zone.tzid,
        summary: event.summary,
      };
    };
    const first = await read();
    expect(first).toMatchObject({ method: "PUBLISH", start: isoAfter(start, 0), zone: "UTC" });
    expect(first.summary).not.toContain("id-card");
    await app.api("POST", `${path}/reschedule`, { key, body: { starts_at: isoAfter(start, 45) } });
    const second = await read();
    expect(second).toMatchObject({ uid: first.uid, start: isoAfter(start, 45) });
    expect(second.sequence).toBeGreaterThan(first.sequence);
    await app.api("POST", `${path}/cancel`, { key, body: {} });
    const third = await read();
    expect(third).toMatchObject({ method: "CANCEL", uid: first.uid });
    expect(third.sequence).toBeGreaterThan(second.sequence);
  });
});

describe("attendance", () => {
  it("is said per person, not before the day of the visit, and is corrected on record", async () => {
    const town = await oneDesk({ places_per_person: 1 }, { capacity: 3 });
    const { appointment } = (await book(town, isoAfter(start, 0), { party_size: 2 })).as(
      bookedSchema,
    );
    const [first, second] = appointment.participants;
    const path = `/appointments/${appointment.id}/attendance`;
    const participants = [
      { id: first?.id, attendance: "attended", outcome: "done" },
      { id: second?.id, attendance: "absent" },
    ];
    const send = (body: unknown) => app.api("POST", path, { key: app.adminKey, body });
    expect(slug(await send({ participants, is_closed: true }))).toBe("not-begun-yet");
    await app.shiftClock("11 days");
    try {
      const closed = (await send({ participants, is_closed: true })).as(appointmentSchema);
      expect(closed.status).toBe("closed");
      expect(closed.participants.map((one) => one.attendance)).toEqual(["attended", "absent"]);
      const corrected = await send({
        participants: [{ id: second?.id, attendance: "not_served_by_us" }],
      });
      expect(corrected.as(appointmentSchema).participants[1]?.attendance).toBe("not_served_by_us");
    } finally {
      await app.shiftClock("0");
    }
  });
});

describe("looking up", () => {
  it("finds by reference as it is said, by surname, phone and tax code, and by day", async () => {
    const town = await oneDesk();
    const who = { name: "Jürgen Dell'Orto", phone: "06 555 4321", tax_code: "DLLJGN70A01H501X" };
    const { appointment } = (await book(town, isoAfter(start, 0), { booker: who })).as(
      bookedSchema,
    );
    const found = async (query: Record<string, string>) => {
      const answer = await app.api("GET", `/appointments?${new URLSearchParams(query)}`, {
        key: app.adminKey,
      });
      return JSON.stringify(answer.body).includes(appointment.id);
    };
    expect(await found({ reference: appointment.reference.replace("-", " ").toLowerCase() })).toBe(
      true,
    );
    expect(await found({ name: "dellorto" })).toBe(true);
    expect(await found({ phone: "+39065554321" })).toBe(true);
    expect(await found({ tax_code: "dll jgn 70a01 h501x" })).toBe(true);
    expect(await found({ site: town.siteId, date: appointment.date })).toBe(true);
    expect(await found({ name: "Rossi" })).toBe(false);
  });

  it("stores no name, contact or answer in the clear", async () => {
    const town = await oneDesk();
    const secret = "Zyxwvut Qponmlk";
    await book(town, isoAfter(start, 0), {
      booker: { name: secret, email: "zyxwvut@example.org", phone: "06 777 8888" },
    });
    const tables = [
      "appointments",
      "participants",
      "appointment_lookups",
      "audit_events",
      "outbox_events",
      "idempotency_replies",
    ];
    for (const table of tables) {
      const { rows } = await app.sql(
        `SELECT count(*)::int AS n FROM ${table} AS t WHERE t::text ~* 'zyxwvut|7778888'`,
      );
      expect(rows, table).toEqual([{ n: 0 }]);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, isoAfter } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
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
    expect(slugOf(await send({ participants, is_closed: true }))).toBe("not-begun-yet");
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
      const answer = await app.api(
        "GET",
        `/appointments?${new URLSearchParams(query).toString()}`,
        {
          key: app.adminKey,
        },
      );
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
      expect({ table, rows }).toEqual({ table, rows: [{ n: 0 }] });
    }
  });
});

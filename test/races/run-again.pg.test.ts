import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { desksOf, start } from "../support/one-desk.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { checkCounters, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp(patient);
  // A sequence keeps its value when a transaction is rolled back: the second run of the same work sees another one.
  await app.sql("CREATE SEQUENCE attempts");
});
beforeEach(async () => {
  await app.sql("ALTER SEQUENCE attempts RESTART");
});
afterEach(async () => {
  await app.sql("DROP TRIGGER fails_once ON appointments");
  await checkCounters(app);
});
afterAll(async () => {
  await app.close();
});

/** Does something to the first write of an appointment; the database is as ever from the second on. */
async function onFirstAttempt(event: "INSERT" | "UPDATE", statement: string): Promise<void> {
  await app.sql(`
    CREATE OR REPLACE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF nextval('attempts') = 1 THEN ${statement} END IF;
      RETURN NEW;
    END $$`);
  await app.sql(
    `CREATE TRIGGER fails_once BEFORE ${event} ON appointments FOR EACH ROW EXECUTE FUNCTION fail_once()`,
  );
}

const conflict = "RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001';";

async function tracesOf(town: Town) {
  const { rows } = await app.sql(
    `SELECT (SELECT count(*)::int FROM appointments WHERE site_id = $1) AS appointments,
            (SELECT sum(taken)::int FROM slots WHERE resource_id = $2) AS taken,
            (SELECT count(*)::int FROM audit_events e JOIN appointments p ON p.id = e.subject_id
             WHERE p.site_id = $1) AS audited,
            (SELECT count(*)::int FROM outbox_events e JOIN appointments p ON p.id = e.subject_id
             WHERE p.site_id = $1) AS relayed`,
    [town.siteId, town.resources["desk"]],
  );
  return rows[0];
}

describe("work that the database lets run again", () => {
  it("gives another reference when the first one drawn exists, and leaves one booking", async () => {
    const town = await oneDesk();
    const elsewhere = await oneDesk();
    const { reference } = (await book(elsewhere, isoAfter(start, 0))).as(bookedSchema).appointment;
    await onFirstAttempt("INSERT", `NEW.reference := '${reference}';`);
    const booked = (await book(town, isoAfter(start, 0))).as(bookedSchema).appointment;
    expect(booked.reference).not.toBe(reference);
    expect(await tracesOf(town)).toEqual({ appointments: 1, taken: 1, audited: 1, relayed: 1 });
  });

  it("books once after a conflict, with limits and a key too", async () => {
    const town = await oneDesk();
    await app.sql(
      `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
       VALUES ($1, gen_random_uuid(), $2, 'person', 1, 'year')`,
      [app.tenant.id, town.services["id-card"]],
    );
    await onFirstAttempt("INSERT", conflict);
    const headers = { "Idempotency-Key": "key-of-a-conflict" };
    const body = {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: isoAfter(start, 0),
      booker: { name: "Ada", birth_date: "1980-01-01" },
    };
    const first = await app.api("POST", "/appointments", { headers, body });
    const again = await app.api("POST", "/appointments", { headers, body });
    expect([first.status, again.text]).toEqual([201, first.text]);
    expect(await tracesOf(town)).toEqual({ appointments: 1, taken: 1, audited: 1, relayed: 1 });
  });

  it("moves once after a conflict", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    await onFirstAttempt("UPDATE", conflict);
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 30) },
    });
    expect(moved.as(appointmentSchema)).toMatchObject({ version: 2, sequence: 1 });
    expect(await tracesOf(town)).toEqual({ appointments: 1, taken: 1, audited: 2, relayed: 2 });
  });
});

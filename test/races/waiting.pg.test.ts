import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lapseAppointments } from "../../src/appointments/lapse-appointments.ts";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import type { Trx } from "../../src/db/database.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { desksOf, slugOf, start } from "../support/one-desk.ts";
import { otherSession } from "../support/other-session.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { buildTown, checkCounters, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp(patient);
});
afterEach(async () => {
  await checkCounters(app);
});
afterAll(async () => {
  await app.close();
});

/** Moves a desk's slots to a new opening that is for one service, in somebody's transaction. */
async function reopenFor(
  sql: (text: string, values?: unknown[]) => Promise<unknown>,
  town: Town,
  serviceId: string | undefined,
): Promise<void> {
  const opening = uuidv7();
  await sql(
    `INSERT INTO openings (tenant_id, id, resource_id, code, kind, starts_on, ends_on, start_time, end_time,
                           start_step_minutes, capacity)
     SELECT tenant_id, $2, resource_id, 'restricted', kind, starts_on, ends_on, start_time, end_time,
            start_step_minutes, capacity
     FROM openings WHERE id = $1`,
    [town.openings["desk"], opening],
  );
  await sql(
    "INSERT INTO opening_services (tenant_id, opening_id, service_id) VALUES ($1, $2, $3)",
    [app.tenant.id, opening, serviceId],
  );
  await sql("UPDATE slots SET opening_id = $2 WHERE opening_id = $1", [
    town.openings["desk"],
    opening,
  ]);
}

describe("who waited for a lock decides on what is true afterwards", () => {
  it("a booking waits for a change of openings and is then judged by the new opening", async () => {
    const town = await buildTown(app, {
      services: [{ code: "id-card" }, { code: "passport" }],
      resources: [{ code: "desk", offers: ["id-card", "passport"], from: start, cells: 4 }],
    });
    const office = await otherSession(app);
    await reopenFor(office.sql, town, town.services["passport"]);
    const booking = book(town, isoAfter(start, 0));
    await office.whenWaiting();
    await office.commit();
    const refused = await booking;
    expect([refused.status, slugOf(refused)]).toEqual([422, "no-such-start"]);
  });

  it("a visit that was moved while the system was about to let it lapse stays booked", async () => {
    const rules = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], time: "23:00" }];
    const town = await oneDesk({ valid_until_rules: rules });
    const { appointment } = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    const { id, valid_until: validUntil } = appointment;
    await app.shiftClock(`${Date.parse(validUntil ?? "") - Date.now() + 1_000} milliseconds`);
    try {
      const staff = await otherSession(app);
      await staff.sql("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `appointment/${app.tenant.id}/${id}`,
      ]);
      const lapsing = lapseAppointments(app.deps, app.tenant);
      await staff.whenWaiting();
      await staff.sql(
        `UPDATE appointments SET valid_until = valid_until + interval '1 day', version = version + 1
         WHERE id = $1`,
        [id],
      );
      await staff.commit();
      expect(await lapsing).toBe(0);
      const seen = await app.api("GET", `/appointments/${id}`, { key: app.adminKey });
      expect(seen.as(appointmentSchema).status).toBe("booked");
    } finally {
      await app.shiftClock("0");
    }
  });

  it("a hold that ends while its confirmation waits is not confirmed", async () => {
    const town = await oneDesk();
    const held = (
      await app.api("POST", "/holds", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, 0),
        },
      })
    ).as(holdSchema);
    const other = await otherSession(app);
    await other.sql("SELECT FROM slots WHERE resource_id = $1 FOR UPDATE", [
      town.resources["desk"],
    ]);
    const confirming = app.api("POST", "/appointments", {
      body: { hold_id: held.id, booker: { name: "Ada" } },
    });
    await other.whenWaiting();
    await app.shiftClock("1 hour");
    try {
      await other.commit();
      expect(slugOf(await confirming)).toBe("hold-not-open");
    } finally {
      await app.shiftClock("0");
    }
  });
});

/** Ends the session it runs on, so that the next one begins with new defaults. */
const endSession = (trx: Trx) => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(trx);

describe("a server whose transactions are stricter by default", () => {
  it("answers a repetition as ever, because the service says how its own transactions see", async () => {
    const strict = await createTestApp(patient);
    try {
      const database = new URL(strict.database.adminUrl).pathname.slice(1);
      await strict.sql(
        `ALTER DATABASE ${database} SET default_transaction_isolation = 'repeatable read'`,
      );
      await strict.deps.db.inTenant(strict.tenant.id, endSession).catch(() => undefined);
      const { rows } = await strict.deps.db.inTenant(strict.tenant.id, (trx) =>
        sql<{ transaction_isolation: string }>`SHOW transaction_isolation`.execute(trx),
      );
      expect(rows).toEqual([{ transaction_isolation: "read committed" }]);
    } finally {
      await strict.close();
    }
  });
});

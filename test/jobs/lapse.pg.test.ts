import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lapseAppointments } from "../../src/appointments/lapse-appointments.ts";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, buildTown, daysAhead } from "../support/town.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
});

describe("bookings that are valid until a wall time", () => {
  it("lapse at that time when unused, their places being free again; used ones stay", async () => {
    // The pool's day runs from 11:00 to 17:00; a booking not used by 14:00 goes to those who wait.
    const start = daysAhead(5, 10);
    const town = await buildTown(app, {
      services: [
        {
          code: "swim",
          columns: {
            duration_minutes: 360,
            valid_until_rules: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], time: "14:00" }],
          },
        },
      ],
      resources: [
        { code: "water", offers: ["swim"], from: start, cells: 6, cellMinutes: 60, capacity: 2 },
      ],
    });
    const book = () =>
      app.api("POST", "/appointments", {
        body: {
          services: [town.services["swim"]],
          site: town.siteId,
          starts_at: start.toISOString(),
          booker: { name: "Ada" },
        },
      });
    const unused = (await book()).as(bookedSchema).appointment;
    const used = (await book()).as(bookedSchema).appointment;
    expect(unused.valid_until).not.toBeNull();
    const lapse = Date.parse(unused.valid_until ?? "") - Date.now();
    await app.shiftClock(`${lapse - 60_000} milliseconds`);
    await app.api("POST", `/appointments/${used.id}/attendance`, {
      key: app.adminKey,
      body: { participants: [{ id: used.participants[0]?.id, attendance: "attended" }] },
    });
    expect(await lapseAppointments(app.deps, app.tenant)).toBe(0);
    await app.shiftClock(`${lapse + 1_000} milliseconds`);
    expect(await lapseAppointments(app.deps, app.tenant)).toBe(1);
    expect(await lapseAppointments(app.deps, app.tenant)).toBe(0);
    const read = async (id: string) =>
      (await app.api("GET", `/appointments/${id}`, { key: app.adminKey })).as(appointmentSchema);
    expect((await read(unused.id)).cancelled).toMatchObject({ by: "system", reason: "lapsed" });
    expect((await read(used.id)).status).toBe("booked");
    const { rows } = await app.sql("SELECT DISTINCT taken FROM slots WHERE resource_id = $1", [
      town.resources["water"],
    ]);
    expect(rows).toEqual([{ taken: 1 }]);
    await app.shiftClock("0");
  });

  it("lapse although another one cannot be read, which is reported by name", async () => {
    const start = daysAhead(6, 10);
    const town = await buildTown(app, {
      services: [
        {
          code: "sauna",
          columns: {
            duration_minutes: 60,
            valid_until_rules: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], time: "14:00" }],
          },
        },
      ],
      resources: [
        { code: "bench", offers: ["sauna"], from: start, cells: 1, cellMinutes: 60, capacity: 3 },
      ],
    });
    const book = async () =>
      (
        await app.api("POST", "/appointments", {
          body: {
            services: [town.services["sauna"]],
            site: town.siteId,
            starts_at: start.toISOString(),
            booker: { name: "Ada" },
          },
        })
      ).as(bookedSchema).appointment;
    const visits = [await book(), await book(), await book()];
    const ids = visits.map(({ id }) => id);
    const [first] = ids;
    const { rows } = await app.sql("SELECT people_encrypted FROM appointments WHERE id = $1", [
      first,
    ]);
    await app.sql(
      "UPDATE appointments SET people_encrypted = set_byte(people_encrypted, 20, get_byte(people_encrypted, 20) # 1) WHERE id = $1",
      [first],
    );
    await app.shiftClock(
      `${Date.parse(visits[0]?.valid_until ?? "") - Date.now() + 1_000} milliseconds`,
    );
    await expect(lapseAppointments(app.deps, app.tenant)).rejects.toThrow(
      `1 of 3 appointments cannot lapse: ${first}`,
    );
    const statuses = await app.sql(
      "SELECT id, status FROM appointments WHERE id = ANY ($1) ORDER BY id",
      [ids],
    );
    expect(statuses.rows).toEqual(
      ids.map((id) => ({ id, status: id === first ? "booked" : "cancelled" })),
    );
    await app.sql("UPDATE appointments SET people_encrypted = $2 WHERE id = $1", [
      first,
      rows[0]?.["people_encrypted"],
    ]);
    expect(await lapseAppointments(app.deps, app.tenant)).toBe(1);
    await app.shiftClock("0");
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookedSchema } from "../../src/appointments/schema.ts";
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
    expect([again.status, slugOf(again)]).toEqual([409, "limit-reached"]);
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

import { afterAll, expect, test } from "vitest";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { bulkPreviewSchema, operationSchema } from "../../src/bulk/schema.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";
import { createBulkWorld } from "./bulk-world.ts";

const firstSlot = new Date("2027-03-10T08:00:00Z");
const nextDay = new Date("2027-03-11T08:00:00Z");
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
const key = app.adminKey;
afterAll(() => world.close());

// Three slots on the next day; two people fit the first two, many the third.
await app.sql(
  `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
   SELECT tenant_id, resource_id, opening_id, starts_at + interval '1 day', ends_at + interval '1 day', local_date + 1,
     ordinal, true, 'bookable', CASE ordinal WHEN 2 THEN 500 ELSE 2 END
   FROM slots ORDER BY starts_at LIMIT 3`,
);

const at = (minutes: number) => new Date(nextDay.getTime() + minutes * 60_000).toISOString();

/** Books on the next day like anybody. */
function bookNextDay(minutes: number, name: string) {
  const services = [town.services["id-card"]];
  const body = { services, site: town.siteId, starts_at: at(minutes), booker: { name } };
  return app.api("POST", "/appointments", { body });
}

function hold(minutes: number) {
  const services = [town.services["id-card"]];
  const body = { services, site: town.siteId, starts_at: at(minutes) };
  return app.api("POST", "/holds", { body });
}

/** What anybody sees of the next day. */
async function dayAsSeen() {
  const day = "2027-03-11";
  const service = town.services["id-card"];
  const query = `service=${service}&site=${town.siteId}&from=${day}&to=${day}`;
  return (await app.api("GET", `/availability?${query}`)).text;
}

const early = { from: "2027-03-11", to: "2027-03-11" };
const cancelDay = {
  kind: "cancel",
  reason: "office_closed",
  is_urgent: true,
  filter: { from: "2027-03-10", to: "2027-03-10", to_time: "12:00", site_ids: [town.siteId] },
};

test("days are published to those who were cancelled first, and to everybody at the stated instant", async () => {
  await world.goTo("2027-03-01T10:00:00Z");
  const ada = await world.book({ email: "ada@example.org" }, 0);
  const bea = await world.book({ phone: "06 1234 5678" }, 15);
  await world.plan();
  expect(await dayAsSeen()).toContain(at(0));
  const operation = await world.start({ ...cancelDay, rebooking: { minutes: 120, early } });
  // From the start on, before anybody is cancelled or told.
  await expect.poll(dayAsSeen, { timeout: 5_000 }).not.toContain(at(0));
  const seen = await dayAsSeen();
  expect(seen).toContain('"status":"not_published"');
  expect(seen).toContain('"published_at":"2027-03-01T12:00:0');
  // Those who book by rules that are a second old may still get in, as a second before.
  const tryThird = async () => (await bookNextDay(30, "Carla Neri")).status;
  await expect.poll(tryThird, { timeout: 5_000 }).toBe(422);
  const refused = await bookNextDay(0, "Carla Neri");
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("not-published-yet");
  expect(refused.text).toContain('"published_at":"2027-03-01T12:00:0');
  expect((await hold(0)).text).toContain("not-published-yet");
  await world.run(operation);

  const chosen = await app.api("POST", `/appointments/${ada.appointment.id}/rebook`, {
    key: ada.manage_token,
    body: { starts_at: at(0) },
    headers: { "Idempotency-Key": "rebook-ada-early" },
  });
  expect(chosen.status).toBe(201);
  expect(chosen.as(bookedSchema).appointment.starts_at).toBe(at(0));
  const byPhone = await app.api("POST", `/appointments/${bea.appointment.id}/rebook`, {
    key,
    body: { starts_at: at(15) },
  });
  expect(byPhone.status).toBe(201);
  expect((await bookNextDay(15, "Dora Blu")).text).toContain("not-published-yet");

  await world.goTo("2027-03-01T12:01:00Z");
  await expect.poll(dayAsSeen, { timeout: 5_000 }).toContain(at(15));
  expect((await bookNextDay(15, "Dora Blu")).status).toBe(201);
  const { rows } = await app.sql(
    "SELECT owner_kind, count(*)::int AS count FROM allocations WHERE owner_kind <> 'appointment' GROUP BY 1",
  );
  expect(rows).toEqual([]);
  await checkCounters(app);
});

test("the preview says so, and nobody is asked to have both ways", async () => {
  await world.goTo("2027-03-01T10:00:00Z");
  const rebooking = { minutes: 120, early };
  const { id } = (await world.preview({ ...cancelDay, rebooking })).as(operationSchema);
  const shown = await app.api("GET", `/bulk-operations/${id}/preview`, { key });
  expect(shown.as(bulkPreviewSchema).operation.rebooking).toEqual({
    minutes: 120,
    reserve: null,
    early,
  });
  const both = await world.preview({ ...cancelDay, rebooking: { ...rebooking, reserve: early } });
  expect(both.status).toBe(422);
  const backwards = { minutes: 120, early: { from: "2027-03-11", to: "2027-03-10" } };
  expect((await world.preview({ ...cancelDay, rebooking: backwards })).status).toBe(422);
});

import { afterAll, expect, test } from "vitest";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { rebookingSchema } from "../../src/bulk/schema.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";
import { createBulkWorld } from "./bulk-world.ts";

const firstSlot = new Date("2027-03-10T08:00:00Z");
const nextDay = new Date("2027-03-11T08:00:00Z");
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
const key = app.adminKey;
afterAll(() => world.close());

// Two slots of two places on the next day.
await app.sql(
  `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
   SELECT tenant_id, resource_id, opening_id, starts_at + interval '1 day', ends_at + interval '1 day', local_date + 1,
     ordinal, true, 'bookable', 2
   FROM slots ORDER BY starts_at LIMIT 2`,
);

function at(day: Date, minutes: number): string {
  return new Date(day.getTime() + minutes * 60_000).toISOString();
}

function bookNextDay(minutes: number, name: string) {
  return app.api("POST", "/appointments", {
    body: {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: at(nextDay, minutes),
      booker: { name },
    },
  });
}

interface Choice {
  readonly id: string;
  readonly token: string;
  readonly minutes: number;
  readonly idempotencyKey?: string;
}

function rebook({ id, token, minutes, idempotencyKey = `rebook-${id}` }: Choice) {
  return app.api("POST", `/appointments/${id}/rebook`, {
    key: token,
    body: { starts_at: at(nextDay, minutes) },
    headers: { "Idempotency-Key": idempotencyKey },
  });
}

test("whoever is cancelled chooses another time before others, once; then the places are everybody's", async () => {
  await world.goTo("2027-03-01T10:00:00Z");
  const first = await world.book({ email: "ada@example.org" }, 0);
  const second = await world.book({ email: "bea@example.org" }, 15);
  const spared = await world.book({ email: "zoe@example.org" }, 9 * 60);
  await world.plan();
  const id = await world.start({
    kind: "cancel",
    reason: "office_closed",
    is_urgent: true,
    filter: { from: "2027-03-10", to: "2027-03-10", to_time: "12:00", site_ids: [town.siteId] },
    rebooking: { minutes: 120, reserve: { from: "2027-03-11", to: "2027-03-11" } },
  });
  await world.run(id);
  await world.run(id);
  await checkCounters(app);
  // Four places are kept back for two people: all of the next day.
  expect((await bookNextDay(0, "Carla Neri")).text).toContain("slot-taken");
  await world.send();
  const mail = world.recording.email.taken.find(({ to, text }) => {
    return to.address === "ada@example.org" && text.includes("/rebook");
  });
  expect(mail?.text).toContain(`/m/${first.manage_token}/rebook`);

  const { id: firstId } = first.appointment;
  const state = await app.api("GET", `/appointments/${firstId}/rebooking`, {
    key: first.manage_token,
  });
  expect(state.as(rebookingSchema)).toMatchObject({ state: "open", new_appointment_id: null });
  const booked = (await rebook({ id: firstId, token: first.manage_token, minutes: 0 })).as(
    bookedSchema,
  );
  expect(booked.appointment).toMatchObject({ status: "booked", starts_at: at(nextDay, 0) });
  expect(booked.appointment.booker?.email).toBe("ada@example.org");
  const again = (await rebook({ id: firstId, token: first.manage_token, minutes: 0 })).as(
    bookedSchema,
  );
  expect(again.appointment.id).toBe(booked.appointment.id);
  const twice = await rebook({
    id: firstId,
    token: first.manage_token,
    minutes: 15,
    idempotencyKey: "another-key",
  });
  expect(twice.text).toContain("not-rebookable");
  await checkCounters(app);

  const stranger = await app.api("POST", `/appointments/${firstId}/rebook`, {
    key: second.manage_token,
    body: { starts_at: at(nextDay, 15) },
  });
  expect(stranger.status).toBe(404);
  const notConcerned = await app.api("GET", `/appointments/${spared.appointment.id}/rebooking`, {
    key: spared.manage_token,
  });
  expect(notConcerned.status).toBe(404);

  // The place beside is still kept back; two hours later it is everybody's, and he chooses like everybody else.
  expect((await bookNextDay(15, "Dora Blu")).text).toContain("slot-taken");
  await world.goTo("2027-03-01T12:01:00Z");
  expect((await bookNextDay(15, "Dora Blu")).status).toBe(201);
  const late = await app.api("GET", `/appointments/${second.appointment.id}/rebooking`, { key });
  expect(late.as(rebookingSchema).state).toBe("late");
  const byPhone = await app.api("POST", `/appointments/${second.appointment.id}/rebook`, {
    key,
    body: { starts_at: at(nextDay, 15) },
  });
  expect(byPhone.status).toBe(201);
  await checkCounters(app);
});

test("two choices at the same moment book one visit", async () => {
  await world.goTo("2027-03-01T13:00:00Z");
  const one = await world.book({}, 240);
  const id = await world.start(
    {
      kind: "cancel",
      reason: "technical",
      filter: { from: "2027-03-10", to: "2027-03-10", from_time: "12:45", to_time: "13:30" },
      rebooking: { minutes: 60 },
    },
    { freed_capacity: "sale" },
  );
  await world.run(id);
  const choose = (minutes: number) =>
    app.api("POST", `/appointments/${one.appointment.id}/rebook`, {
      key: one.manage_token,
      body: { starts_at: at(firstSlot, 5 * 60 + minutes) },
    });
  const answers = await Promise.all([choose(0), choose(15), choose(30)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  const { rows } = await app.sql(
    "SELECT count(*)::int AS count FROM bulk_rebookings WHERE appointment_id = $1",
    [one.appointment.id],
  );
  expect(rows[0]?.["count"]).toBe(1);
  await checkCounters(app);
});

import { afterAll, beforeEach, expect, test } from "vitest";
import { appointmentSchema } from "../../src/appointments/schema.ts";
import { acceptedSchema } from "../../src/waitlist/schema.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld();
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());

const minutesAfter = (minutes: number): string =>
  new Date(firstSlot.getTime() + minutes * 60_000).toISOString();

/** Fills the desk; the first three and the one who has the last place and wants an earlier one. */
async function fillWithLatecomer() {
  const booked = [];
  for (const [at, name] of ["Uno Pieno", "Due Pieno", "Tre Pieno"].entries())
    booked.push(await world.book(name, at * 15));
  return { booked, late: await world.book("Ada Tardi", 45) };
}

test("an earlier place is exchanged for the later appointment, which goes on to the next who waits", async () => {
  const { booked, late } = await fillWithLatecomer();
  const exchange = await world.join(
    "Ada Tardi",
    { appointment_id: late.appointment.id },
    late.manage_token,
  );
  expect(exchange.entry).toMatchObject({
    appointment_id: late.appointment.id,
    booker: { name: "Ada Tardi" },
  });
  const next = await world.join("Bea Aspetta");
  await world.cancel(booked[0]?.appointment.id ?? "");
  expect(await world.offer()).toBe(1);
  const accepted = (await world.accept(exchange)).as(acceptedSchema);
  expect(accepted.appointment_id).toBe(late.appointment.id);
  const path = `/appointments/${late.appointment.id}`;
  const moved = (await app.api("GET", path, { key: late.manage_token })).as(appointmentSchema);
  expect(moved).toMatchObject({ status: "booked", starts_at: minutesAfter(0), version: 2 });
  await checkCounters(app);
  expect(await world.offer()).toBe(1);
  expect(await world.entry(next)).toMatchObject({ offer: { starts_at: minutesAfter(45) } });
});

test("a later place, or the own one, is never offered in exchange", async () => {
  const { booked } = await fillWithLatecomer();
  const [first] = booked;
  if (!first) throw new Error("Nobody has the first place");
  const exchange = await world.join(
    "Uno Pieno",
    { appointment_id: first.appointment.id },
    first.manage_token,
  );
  await world.cancel(booked[1]?.appointment.id ?? "");
  expect(await world.offer()).toBe(0);
  expect((await world.entry(exchange)).status).toBe("waiting");
});

test("when the exchange is refused, the citizen keeps the later appointment and the offer", async () => {
  const { booked, late } = await fillWithLatecomer();
  const exchange = await world.join(
    "Ada Tardi",
    { appointment_id: late.appointment.id },
    late.manage_token,
  );
  await world.cancel(booked[0]?.appointment.id ?? "");
  await world.offer();
  await app.sql("UPDATE services SET change_limit_minutes = 20000");
  const refused = await world.accept(exchange);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain("too-late-to-change");
  await app.sql("UPDATE services SET change_limit_minutes = 0");
  const path = `/appointments/${late.appointment.id}`;
  const kept = (await app.api("GET", path, { key: late.manage_token })).as(appointmentSchema);
  expect(kept).toMatchObject({ status: "booked", starts_at: minutesAfter(45), version: 1 });
  expect(await world.entry(exchange)).toMatchObject({ status: "offered" });
  await checkCounters(app);
  expect((await world.accept(exchange)).status).toBe(200);
});

test("a wish to exchange an appointment that was cancelled expires and is asked nothing", async () => {
  const { booked, late } = await fillWithLatecomer();
  const exchange = await world.join(
    "Ada Tardi",
    { appointment_id: late.appointment.id },
    late.manage_token,
  );
  await world.cancel(late.appointment.id);
  await world.cancel(booked[0]?.appointment.id ?? "");
  expect(await world.offer()).toBe(0);
  await world.expire();
  expect((await world.entry(exchange)).status).toBe("expired");
});

test("nobody exchanges somebody else's appointment", async () => {
  const { late } = await fillWithLatecomer();
  const wish = { appointment_id: late.appointment.id };
  expect((await world.tryToJoin("Eva Furba", wish)).status).toBe(401);
  const other = await world.join("Eva Furba");
  expect((await world.tryToJoin("Eva Furba", wish, other.token)).status).toBe(404);
});

test("a wish ends after its last day", async () => {
  await world.book("Uno Pieno", 0);
  const joined = await world.join("Ada Breve", { to: daysAhead(5).toISOString().slice(0, 10) });
  await world.goTo(daysAhead(5, 12));
  await world.expire();
  expect((await world.entry(joined)).status).toBe("waiting");
  await world.goTo(daysAhead(6, 12));
  await world.expire();
  expect((await world.entry(joined)).status).toBe("expired");
});

import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { catchUpSuspensions } from "../../src/bulk/today/catch-up.ts";
import { expectStatus, problemOf } from "../support/schedule-world.ts";
import { createTodayWorld } from "./today-world.ts";

// A Wednesday, 06:30 in Rome; everything opens at 08:00.
const early = "2026-06-03T04:30:00Z";
const eight = "2026-06-03T06:00:00Z";
const nine = "2026-06-03T07:00:00Z";
const eleven = "2026-06-03T09:00:00Z";
const tomorrow = "2026-06-04T06:00:00Z";
const full = { it: "Il legno è al completo" };

const world = await createTodayWorld(early);
const { app } = world;
afterAll(() => app.close());
beforeEach(async () => {
  await world.setClock("2026-06-03T07:30:00Z");
  await world.work();
  await world.setClock(early);
});

async function confirmAll(): Promise<void> {
  await world.work();
  world.recording.email.taken.length = 0;
}

/** A yard of two places that takes wood and green waste. */
async function addYard() {
  const siteId = await world.addSite();
  const wood = await world.addService();
  const green = await world.addService();
  const bay = await world.addResource(siteId, { service_ids: [wood, green] });
  const hours = { rrule: "FREQ=DAILY", start_time: "08:00", end_time: "12:00" };
  await world.addOpening(bay, { ...hours, capacity: 2 });
  const officeOf = (serviceId: string) => ({
    siteId,
    serviceId,
    resourceId: bay,
    visit: (startsAt: string) => ({ services: [serviceId], site: siteId, starts_at: startsAt }),
    book: () => Promise.reject(new Error("Use visit")),
  });
  return { siteId, wood: officeOf(wood), green: officeOf(green) };
}

type Yard = Awaited<ReturnType<typeof addYard>>;

const closeWood = ({ siteId, wood }: Yard, until: string | null = null) =>
  world.close({ site: siteId, service: wood.serviceId, until, reason: full });

async function startsOf(office: Yard["wood"], date = "2026-06-03") {
  const query = `service=${office.serviceId}&site=${office.siteId}&from=${date}&to=${date}`;
  const answer = await app.api("GET", `/availability?${query}`, { key: app.widgetKey });
  return [...expectStatus(answer, 200).text.matchAll(/"starts_at":"([^"]+)"/g)].map(([, at]) => at);
}

async function tryToBook(office: Yard["wood"], startsAt: string, key = app.widgetKey) {
  const body = { ...office.visit(startsAt), booker: { name: "Ada Rossi" } };
  return app.api("POST", "/appointments", { key, body });
}

describe("a service that is suspended at a site", () => {
  test("is neither found nor booked in that time, by nobody; others on the same resource are", async () => {
    const yard = await addYard();
    expect(await startsOf(yard.wood)).not.toEqual([]);
    await closeWood(yard, "10:30");
    const starts = await startsOf(yard.wood);
    expect(starts[0]).toBe("2026-06-03T08:30:00.000Z");
    expect((await startsOf(yard.green))[0]).toBe("2026-06-03T06:00:00.000Z");
    expect(await startsOf(yard.wood, "2026-06-04")).not.toEqual([]);
    for (const key of [app.widgetKey, app.adminKey]) {
      expect(problemOf(await tryToBook(yard.wood, nine, key))).toBe("service-suspended");
    }
    const held = await app.api("POST", "/holds", {
      key: app.widgetKey,
      body: { services: [yard.wood.serviceId], site: yard.siteId, starts_at: nine },
    });
    expect(problemOf(held)).toBe("service-suspended");
    expect((await tryToBook(yard.green, nine)).status).toBe(201);
    expect((await tryToBook(yard.wood, eleven)).status).toBe(201);
    expect((await tryToBook(yard.wood, tomorrow)).status).toBe(201);
  });

  test("takes the places of its visits for others, ends its holds, and tells its people only", async () => {
    const yard = await addYard();
    const wood = await world.visit(yard.wood, { startsAt: eight, email: "wood@example.org" });
    const green = await world.visit(yard.green, { startsAt: eight, email: "green@example.org" });
    const body = { services: [yard.wood.serviceId], site: yard.siteId, starts_at: nine };
    expectStatus(await app.api("POST", "/holds", { key: app.widgetKey, body }), 201);
    await confirmAll();
    const closed = await closeWood(yard);
    expect(closed).toMatchObject({
      service_id: yard.wood.serviceId,
      numbers: { lost: 1, holds_released: 1 },
    });
    expect(await world.stateOf(wood.id)).toMatchObject({ support: "conflict", is_counted: false });
    expect(await world.stateOf(green.id)).toMatchObject({ support: "supported", is_counted: true });
    expect((await tryToBook(yard.green, eight)).status).toBe(201);
    await world.work();
    const told = world.recording.email.taken.filter(({ text }) => text.includes("legno"));
    expect(told.map(({ to }) => to.address)).toEqual(["wood@example.org"]);
    expect(await world.notices(yard.siteId)).toMatchObject([
      { service_ids: [yard.wood.serviceId], resource_ids: null },
    ]);
  });

  test("is named in notices, in the e-mail and in the call, and never in an SMS", async () => {
    const yard = await addYard();
    await app.sql(`UPDATE services SET name = '{"it":"Legno e mobili"}' WHERE id = $1`, [
      yard.wood.serviceId,
    ]);
    await world.visit(yard.wood, { startsAt: eight, email: "named@example.org" });
    await world.visit(yard.wood, { startsAt: nine, phone: "+39 333 1234567" });
    await confirmAll();
    await closeWood(yard, "10:30");
    await world.work();
    const [email] = world.recording.email.taken;
    expect(email?.text).toContain("Legno e mobili: Il servizio è sospeso fino alle 10:30.");
    const [sms] = world.recording.sms.taken.slice(-1);
    expect(sms?.text).toContain("sospeso fino alle 10:30");
    expect(sms?.text).not.toContain("mobili");
    expect(await world.notices(yard.siteId)).toMatchObject([{ names: [{ it: "Legno e mobili" }] }]);
  });

  test("stays suspended for its visits when openings change meanwhile", async () => {
    const yard = await addYard();
    const visit = await world.visit(yard.wood, { startsAt: eight, email: "wood@example.org" });
    await closeWood(yard);
    const hours = { rrule: "FREQ=DAILY", start_time: "12:00", end_time: "13:00" };
    await world.addOpening(yard.wood.resourceId, { ...hours, capacity: 2 });
    const more = await world.addClosure({
      resource_id: yard.wood.resourceId,
      starts_on: "2026-06-03",
      ends_on: "2026-06-03",
    });
    await world.call("DELETE", `/closures/${more.id}`);
    expect(await world.stateOf(visit.id)).toMatchObject({ support: "conflict" });
  });

  test("gives the places back when it is lifted, as far as others have not taken them", async () => {
    const yard = await addYard();
    const older = await world.visit(yard.wood, { startsAt: eight, email: "older@example.org" });
    const newer = await world.visit(yard.wood, { startsAt: eight, email: "newer@example.org" });
    await confirmAll();
    const { id } = await closeWood(yard);
    expect((await tryToBook(yard.green, eight)).status).toBe(201);
    await confirmAll();
    await world.lift(id);
    expect(await world.stateOf(older.id)).toMatchObject({ support: "supported", is_counted: true });
    expect(await world.stateOf(newer.id)).toMatchObject({ support: "conflict" });
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address)).toEqual(["older@example.org"]);
    expect(await startsOf(yard.wood)).not.toEqual([]);
  });

  test("finds who slipped in by rules that were a second old, and tells him once", async () => {
    const yard = await addYard();
    const slipped = await world.visit(yard.wood, { startsAt: nine, email: "late@example.org" });
    await confirmAll();
    const { id } = await world.close({
      site: yard.siteId,
      service: yard.green.serviceId,
      until: null,
      reason: full,
    });
    // As if the booking had been judged before the suspension was known.
    await app.sql("UPDATE urgent_closures SET service_id = $1 WHERE id = $2", [
      yard.wood.serviceId,
      id,
    ]);
    const catchUp = () => catchUpSuspensions(app.deps, app.tenant, new AbortController().signal);
    await catchUp();
    await catchUp();
    expect(await world.stateOf(slipped.id)).toMatchObject({ support: "conflict" });
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address)).toEqual(["late@example.org"]);
    const options = await app.api("GET", `/appointments/${slipped.id}/urgent-choice`, {
      key: slipped.token,
    });
    expect(options.status).toBe(200);
  });

  test("must be served at the site, and is not named together with resources", async () => {
    const yard = await addYard();
    const other = await addYard();
    const body = { site: yard.siteId, until: null, reason: full };
    const foreign = await world.preview({ ...body, service: other.wood.serviceId });
    expect(foreign.status).toBe(422);
    const both = await world.preview({
      ...body,
      service: yard.wood.serviceId,
      resource_ids: [yard.wood.resourceId],
    });
    expect(both.status).toBe(422);
  });
});

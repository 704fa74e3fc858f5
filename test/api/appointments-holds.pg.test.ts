import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { booker, desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
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
    expect(slugOf(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
    const booked = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
    expect(booked.as(bookedSchema).appointment.starts_at).toBe(isoAfter(start, 0));
    const twice = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
    expect([twice.status, slugOf(twice)]).toEqual([409, "hold-not-open"]);
  });

  it("expire by the database's clock: confirming fails and the place is free at once", async () => {
    const town = await oneDesk();
    const held = (await hold(town, 0)).as(holdSchema);
    await app.shiftClock("200 seconds");
    try {
      const late = await app.api("POST", "/appointments", { body: { hold_id: held.id, booker } });
      expect([late.status, slugOf(late)]).toEqual([409, "hold-not-open"]);
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
    expect(slugOf(await app.api("POST", `/holds/${held.id}/extend`))).toBe("hold-extensions-used");
  });

  it("are given back at once when released, and by the next hold of the same client", async () => {
    const town = await oneDesk();
    const client = "browser-of-this-test";
    const first = (await hold(town, 0, { client })).as(holdSchema);
    await hold(town, 15, { client });
    expect((await book(town, isoAfter(start, 0))).status).toBe(201);
    expect((await app.api("GET", `/holds/${first.id}`)).as(holdSchema).status).toBe("released");
    const third = (await hold(town, 30)).as(holdSchema);
    const statesJson = { headers: { "Content-Type": "application/json" } };
    expect((await app.api("DELETE", `/holds/${third.id}`, statesJson)).status).toBe(204);
    expect((await app.api("DELETE", `/holds/${third.id}`)).status).toBe(204);
    expect((await book(town, isoAfter(start, 30))).status).toBe(201);
  });
});

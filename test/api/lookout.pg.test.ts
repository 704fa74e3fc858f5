import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { createAvailabilityMemory } from "../../src/slots/availability/availability-memory.ts";
import { judgeDays, searchAvailability } from "../../src/slots/availability/search-availability.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import { createTown, type TownSite } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const town = createTown(app);
const date = toLocalDate("2026-03-04");

let hall: TownSite;
beforeAll(async () => {
  hall = await town.addSite("hall");
  await town.setClock("2026-03-02T06:00:00Z");
});

/** A service with two places of half an hour, and a way to look at it through a memory whose clock stands still. */
async function createView(code: string, db: Database = app.deps.db) {
  const service = await town.addService(code);
  const desk = await town.addResource(hall, [service]);
  const opening = { date: "2026-03-04", start: "08:00", end: "08:30", capacity: 2 };
  const { slotIds } = await town.addOpening(desk, opening);
  const clock = { ms: 0 };
  const deps = { db, availability: createAvailabilityMemory(db, { nowMs: () => clock.ms }) };
  const query = {
    serviceIds: [service],
    from: date,
    to: date,
    partySize: 1,
    channel: "web",
  } as const;
  const look = async (): Promise<number | string> => {
    const [day] = (await searchAvailability(deps, app.tenant, query)).days;
    return day?.starts[0]?.places ?? day?.status ?? "missing";
  };
  /** The same, after what is remembered has become too old to be used. */
  const lookAnew = (): Promise<number | string> => {
    clock.ms += 1_000;
    return look();
  };
  const watch = async () => {
    const { sighting } = await judgeDays(deps, app.tenant, query);
    return deps.availability.lookout.watch(sighting);
  };
  return { service, desk, clock, deps, look, lookAnew, watch, slots: [...slotIds.values()] };
}

describe("what was found", () => {
  test("is unsure after a second, and holds again once somebody has looked and nothing changed", async () => {
    const { watch, clock } = await createView("same");
    const { holds, look } = await watch();
    expect(holds()).toBe("yes");
    clock.ms += 1_000;
    expect(holds()).toBe("unsure");
    await Promise.all([look(), look()]);
    expect(holds()).toBe("yes");
  });

  test("holds no longer once somebody has looked and a place was taken", async () => {
    const { watch, clock, slots } = await createView("gone");
    const { holds, look } = await watch();
    await town.take(slots[0]);
    clock.ms += 1_000;
    expect(holds()).toBe("unsure");
    await look();
    expect(holds()).toBe("no");
  });
});

describe("the lookout", () => {
  test("reads once for all who ask at the same time", async () => {
    const counted = { reads: 0 };
    const db: Database = {
      ...app.deps.db,
      inTenant: (tenantId, work, options) => {
        counted.reads += 1;
        return app.deps.db.inTenant(tenantId, work, options);
      },
    };
    const { look } = await createView("crowd", db);
    await look();
    const before = counted.reads;
    const found = await Promise.all(Array.from({ length: 50 }, look));
    expect(new Set(found)).toEqual(new Set([2]));
    expect(counted.reads).toBe(before);
  });

  test("sees what was taken and given back, although most days are not read again", async () => {
    const { look, lookAnew, slots } = await createView("taken");
    expect(await look()).toBe(2);
    const owners = [await town.take(slots[0]), await town.take(slots[0])];
    expect(await lookAnew()).toBe("full");
    await app.sql("DELETE FROM allocations WHERE owner_id = $1", [owners[0]]);
    await app.sql("UPDATE slots SET taken = taken - 1 WHERE id = $1", [slots[0]]);
    expect(await lookAnew()).toBe(1);
  });

  test("sees a hold that was extended, which changes no slot", async () => {
    const { look, lookAnew, slots } = await createView("extended");
    const held = { owner_kind: "hold", units: 2, expires_at: "2026-03-02T06:05:00Z" };
    const owner = await town.take(slots[0], held);
    expect(await look()).toBe("full");
    await app.sql("UPDATE allocations SET expires_at = $2 WHERE owner_id = $1", [
      owner,
      "2026-03-02T06:20:00Z",
    ]);
    await town.setClock("2026-03-02T06:10:00Z");
    expect(await lookAnew()).toBe("full");
    await town.setClock("2026-03-02T06:20:01Z");
    expect(await lookAnew()).toBe(2);
    await town.setClock("2026-03-02T06:00:00Z");
  });

  test("sees other rules, other resources and other openings", async () => {
    const { service, desk, look, lookAnew } = await createView("ruled");
    expect(await look()).toBe(2);
    await app.sql("UPDATE services SET notice_minutes = 10000 WHERE id = $1", [service]);
    expect(await lookAnew()).toBe("too_late");
    await app.sql("UPDATE services SET notice_minutes = 0 WHERE id = $1", [service]);
    const second = await town.addResource(hall, [service]);
    await town.addOpening(second, { date: "2026-03-04", start: "08:00", end: "08:30" });
    expect(await lookAnew()).toBe(3);
    await app.sql("DELETE FROM resource_services WHERE resource_id = $1", [desk.id]);
    expect(await lookAnew()).toBe(1);
  });

  test("sees slots that were made on a day that had none", async () => {
    const { service, look, lookAnew } = await createView("late");
    expect(await look()).toBe(2);
    const third = await town.addResource(hall, [service]);
    await town.addOpening(third, { date: "2026-03-04", start: "07:00", end: "07:30" });
    expect(await lookAnew()).toBe(1);
  });

  test("knows a service and a site at once that were made a moment ago", async () => {
    const { look, deps } = await createView("before");
    expect(await look()).toBe(2);
    const made = await town.addSite("annex");
    const service = await town.addService("brand-new");
    await town.addResource(made, [service]);
    const query = { serviceIds: [service], siteId: made.id, from: date, to: date } as const;
    const found = await searchAvailability(deps, app.tenant, {
      ...query,
      partySize: 1,
      channel: "web",
    });
    expect(found.days.map((day) => day.status)).toEqual(["closed"]);
  });

  test("answers again after the database failed it once", async () => {
    const broken = { isBroken: true };
    const db: Database = {
      ...app.deps.db,
      inTenant: (tenantId, work, options) =>
        broken.isBroken
          ? Promise.reject(new Error("lost"))
          : app.deps.db.inTenant(tenantId, work, options),
    };
    const { look } = await createView("broken", db);
    await expect(look()).rejects.toThrow("lost");
    broken.isBroken = false;
    expect(await look()).toBe(2);
  });
});

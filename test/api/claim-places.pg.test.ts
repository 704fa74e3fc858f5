import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Channel } from "../../src/context.ts";
import { searchAvailability } from "../../src/slots/availability/search-availability.ts";
import { claimPlaces } from "../../src/slots/claim/claim-places.ts";
import type { Priority } from "../../src/slots/kept-back.ts";
import { loadBookingRules } from "../../src/slots/rules/load-booking-rules.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import { createTown, type TownOpening, type TownSite } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const town = createTown(app);
const tenantId = app.tenant.id;
const at8 = "2026-03-04T07:00:00.000Z";
const at815 = "2026-03-04T07:15:00.000Z";
const past = "2026-03-02T05:59:00Z";
const future = "2026-03-02T08:00:00Z";
const aMorning = { date: "2026-03-04", start: "08:00", end: "08:30" };

let hall: TownSite;
beforeAll(async () => {
  hall = await town.addSite("hall");
  await town.setClock("2026-03-02T06:00:00Z");
});

interface Wish {
  readonly isStaff?: boolean;
  readonly priority?: Priority;
  readonly channel?: Channel;
  readonly releasedOwnerIds?: readonly string[];
}

function claim(
  service: string,
  start: string,
  { isStaff = false, channel = "web", ...rest }: Wish = {},
) {
  return app.deps.db.inTenant(tenantId, async (trx) => {
    const rules = await loadBookingRules(trx, tenantId, { serviceIds: [service], siteId: hall.id });
    return claimPlaces(trx, tenantId, {
      rules,
      siteId: hall.id,
      partySize: 1,
      startsAt: Date.parse(start),
      channel,
      isStaff,
      owner: { kind: "appointment", id: uuidv7() },
      ttlSeconds: null,
      ...rest,
    });
  });
}

async function takenOf({ slotIds }: TownOpening, start: string): Promise<unknown> {
  const { rows } = await app.sql("SELECT taken FROM slots WHERE id = $1", [slotIds.get(start)]);
  return rows[0]?.["taken"];
}

async function quarterHours(code: string, capacity: number) {
  const service = await town.addService(code, { duration_minutes: 15 });
  const desk = await town.addResource(hall, [service]);
  return { service, opening: await town.addOpening(desk, { ...aMorning, capacity }) };
}

test("an expired hold that its own client replaces gives its place back once, not twice", async () => {
  const { service, opening } = await quarterHours("replaced", 2);
  const { slotIds } = opening;
  await town.take(slotIds.get(at8));
  const own = await town.take(slotIds.get(at8), { owner_kind: "hold", expires_at: past });
  await town.take(slotIds.get(at815), { units: 1 });
  await town.take(slotIds.get(at815), { owner_kind: "hold", expires_at: past });
  await claim(service, at815, { releasedOwnerIds: [own] });
  expect([await takenOf(opening, at8), await takenOf(opening, at815)]).toEqual([1, 2]);
});

test("the share of an expired hold under a day's ceiling is free for a claim at any time of the day", async () => {
  const { service, opening } = await quarterHours("day-share", 2);
  await town.addCeiling(opening, { scope: "day", channel: "web", capacity: 1 });
  const hold = uuidv7();
  await app.deps.db.inTenant(tenantId, async (trx) => {
    const rules = await loadBookingRules(trx, tenantId, { serviceIds: [service], siteId: hall.id });
    const owner = { kind: "hold", id: hold } as const;
    const visit = { rules, siteId: hall.id, partySize: 1, isStaff: false, channel: "web" } as const;
    await claimPlaces(trx, tenantId, {
      ...visit,
      startsAt: Date.parse(at8),
      owner,
      ttlSeconds: 60,
    });
  });
  const date = toLocalDate("2026-03-04");
  const query = {
    serviceIds: [service],
    from: date,
    to: date,
    partySize: 1,
    channel: "web",
  } as const;
  const statusNow = async (): Promise<string | undefined> =>
    (await searchAvailability(app.deps, app.tenant, query)).days[0]?.status;
  expect(await statusNow()).toBe("full");
  await expect(claim(service, at815)).rejects.toMatchObject({
    problem: { slug: "channel-share-used" },
  });
  await app.sql(
    `INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, ttl_seconds, expires_at)
     VALUES ($1, $2, $3, ARRAY[$4::uuid], 1, 'web', $5, $6, '[]', 60, $7)`,
    [tenantId, hold, hall.id, service, at8, at815, past],
  );
  await app.sql("UPDATE allocations SET expires_at = $2 WHERE owner_id = $1", [hold, past]);
  expect(await statusNow()).toBe("open");
  await claim(service, at815);
  expect(await statusNow()).toBe("full");
});

test("staff end the cool-down that is in their way and no other", async () => {
  const { service, opening } = await quarterHours("cooling", 1);
  const coolDown = { owner_kind: "cooldown", expires_at: future };
  await town.take(opening.slotIds.get(at8), coolDown);
  await town.take(opening.slotIds.get(at815), coolDown);
  const longer = await town.addResource(hall, [service], { cell_minutes: 15 });
  const other = await town.addOpening(longer, aMorning);
  await town.take(other.slotIds.get(at8), coolDown);
  await expect(claim(service, at8)).rejects.toMatchObject({ problem: { slug: "slot-taken" } });
  await claim(service, at8, { isStaff: true, channel: "counter" });
  const { rows } = await app.sql(
    "SELECT count(*)::int AS count FROM allocations WHERE owner_kind = 'cooldown' AND slot_id = ANY ($1)",
    [[...opening.slotIds.values(), ...other.slotIds.values()]],
  );
  expect(rows).toEqual([{ count: 2 }]);
});

test("the waitlist ends what cools down, and never what is reserved for people who were cancelled", async () => {
  const { service, opening } = await quarterHours("reserved", 1);
  await town.take(opening.slotIds.get(at8), { owner_kind: "cooldown", expires_at: future });
  await town.take(opening.slotIds.get(at815), { owner_kind: "reserve", expires_at: future });
  const starts = async (priority?: Priority) => {
    const day = { from: toLocalDate("2026-03-04"), to: toLocalDate("2026-03-04") };
    const query = {
      serviceIds: [service],
      ...day,
      partySize: 1,
      channel: "web",
      priority,
    } as const;
    const found = await searchAvailability(app.deps, app.tenant, query);
    return found.days.flatMap((one) => one.starts.map((start) => start.starts_at.toISOString()));
  };
  const others = (await starts()).length;
  expect(await starts("waitlist")).toHaveLength(others + 1);
  expect(await starts("rebooking")).toHaveLength(others + 2);
  const taken = { problem: { slug: "slot-taken" } };
  await expect(claim(service, at815, { priority: "waitlist" })).rejects.toMatchObject(taken);
  await claim(service, at8, { priority: "waitlist" });
  await claim(service, at815, { priority: "rebooking" });
});

test("a buffer that is longer than a short cell is found beside resources with long ones", async () => {
  const service = await town.addService("buffered", {
    duration_minutes: 20,
    buffer_before_minutes: 50,
  });
  const short = await town.addResource(hall, [service], { cell_minutes: 40 });
  await town.addResource(hall, [service], { cell_minutes: 60 });
  await town.addOpening(short, { date: "2026-03-04", start: "08:00", end: "10:00" });
  const start = "2026-03-04T08:20:00.000Z";
  expect((await claim(service, start)).startsAt).toBe(Date.parse(start));
});

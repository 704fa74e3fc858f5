import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findNextStarts } from "../../src/slots/availability/find-next-starts.ts";
import { searchAvailability } from "../../src/slots/availability/search-availability.ts";
import { createAvailabilityMemory } from "../../src/slots/availability/availability-memory.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import {
  foundDays,
  nextStarts,
  type SearchOptions,
  searchesOf,
} from "../support/availability-search.ts";
import { createTown, type TownSite } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const { api, adminKey } = app;
const town = createTown(app);
const { dayOf } = searchesOf(app);

let hall: TownSite;
beforeAll(async () => {
  hall = await town.addSite("hall");
  await town.setClock("2026-03-02T06:00:00Z");
});

describe("publication", () => {
  test("is at the stated wall time, on both sides of the change of clocks", async () => {
    const service = await town.addService("dawn", { horizon_days: 7, publication_time: "07:00" });
    const desk = await town.addResource(hall, [service]);
    for (const date of ["2026-04-04", "2026-04-05"])
      await town.addOpening(desk, { date, start: "08:00", end: "08:30" });
    const statusAt = async (instant: string, date: string): Promise<string> => {
      await town.setClock(instant);
      return (await dayOf("dawn", date)).status;
    };
    const statuses = [
      await statusAt("2026-03-28T05:59:30Z", "2026-04-04"),
      await statusAt("2026-03-28T06:00:00Z", "2026-04-04"),
      await statusAt("2026-03-29T04:59:30Z", "2026-04-05"),
      await statusAt("2026-03-29T05:00:00Z", "2026-04-05"),
    ];
    await town.setClock("2026-03-02T06:00:00Z");
    expect(statuses).toEqual(["not_published", "open", "not_published", "open"]);
  });

  test("deals portions out by their interleave", async () => {
    const service = await town.addService("dealt", {
      duration_minutes: 15,
      publication_portions: {
        pattern: [0, 1, 1],
        portions: [
          { horizon_days: 60, time: "07:00" },
          { horizon_days: 1, time: "18:00" },
        ],
      },
    });
    const desk = await town.addResource(hall, [service]);
    await town.addOpening(desk, { date: "2026-03-09", start: "08:00", end: "09:30" });
    const early = await dayOf("dealt", "2026-03-09");
    expect([early.times, early.published_at]).toEqual([
      ["08:00", "08:45"],
      "2026-03-08T17:00:00.000Z",
    ]);
    await town.setClock("2026-03-08T17:00:00Z");
    const late = await dayOf("dealt", "2026-03-09");
    await town.setClock("2026-03-02T06:00:00Z");
    expect([late.times.length, late.published_at]).toEqual([6, null]);
  });
});

describe("places", () => {
  test("for a channel stay under its ceiling until that is lifted", async () => {
    const service = await town.addService("shared");
    const desk = await town.addResource(hall, [service]);
    const opening = await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "08:30",
      capacity: 3,
    });
    await town.addCeiling(opening, {
      channel: "web",
      capacity: 1,
      lifted_days_before: 1,
      lifted_time: "12:00",
    });
    const placesOf = async (options: SearchOptions = {}): Promise<number | undefined> =>
      (await dayOf("shared", "2026-03-04", options)).starts[0]?.places;
    expect(await placesOf()).toBe(1);
    expect(await placesOf({ key: adminKey, query: "&channel=phone" })).toBe(3);
    expect(await placesOf({ key: adminKey, query: "&channel=web" })).toBe(1);
    await town.setClock("2026-03-03T11:00:00Z");
    const lifted = await placesOf();
    await town.setClock("2026-03-02T06:00:00Z");
    expect(lifted).toBe(3);
  });

  test("of an expired hold are free although nobody has tidied it; those of a live one are not", async () => {
    const service = await town.addService("held");
    const desk = await town.addResource(hall, [service]);
    const { slotIds } = await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "09:00",
    });
    const hold = { owner_kind: "hold" };
    await town.take(slotIds.get("2026-03-04T07:00:00.000Z"), {
      ...hold,
      expires_at: "2026-03-02T05:59:00Z",
    });
    await town.take(slotIds.get("2026-03-04T07:30:00.000Z"), {
      ...hold,
      expires_at: "2026-03-02T06:10:00Z",
    });
    expect((await dayOf("held", "2026-03-04")).times).toEqual(["08:00"]);
  });

  test("that cool down are shown to staff only", async () => {
    const service = await town.addService("cooling", { duration_minutes: 15 });
    const desk = await town.addResource(hall, [service]);
    const { slotIds } = await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "08:15",
    });
    const coolDown = { owner_kind: "cooldown", expires_at: "2026-03-02T07:00:00Z" };
    await town.take(slotIds.get("2026-03-04T07:00:00.000Z"), coolDown);
    expect((await dayOf("cooling", "2026-03-04")).status).toBe("full");
    expect((await dayOf("cooling", "2026-03-04", { key: adminKey })).times).toEqual(["08:00"]);
  });
});

describe("the next free times", () => {
  test("are the earliest over all sites, in one order", async () => {
    const service = await town.addService("soon", { duration_minutes: 15 });
    const twin = await town.addSite("twin");
    for (const [site, date] of [
      [hall, "2026-04-20"],
      [twin, "2026-04-20"],
      [hall, "2026-03-24"],
    ] as const) {
      const desk = await town.addResource(site, [service]);
      await town.addOpening(desk, { date, start: "08:00", end: "08:30" });
    }
    const answer = await api("GET", "/availability/next?service=soon&limit=4");
    const sites = [hall.id, twin.id].toSorted();
    expect(answer.as(nextStarts)).toEqual({
      starts: [
        { site_id: hall.id, starts_at: "2026-03-24T07:00:00.000Z", places: 1 },
        { site_id: hall.id, starts_at: "2026-03-24T07:15:00.000Z", places: 1 },
        ...sites.map((id) => ({ site_id: id, starts_at: "2026-04-20T06:00:00.000Z", places: 1 })),
      ],
      next_publication_at: null,
    });
    const after = new Date("2026-03-24T07:00:00.000Z");
    const wish = { serviceIds: [service], partySize: 1, channel: "web", countMax: 1 } as const;
    const later = await findNextStarts(app.deps, app.tenant, { ...wish, after });
    expect(later.starts.map((start) => start.starts_at.toISOString())).toEqual([
      "2026-03-24T07:15:00.000Z",
    ]);
  });

  test("are in the order of instants where sites have other zones", async () => {
    const service = await town.addService("world");
    const east = await town.addSite("east", "Asia/Tokyo");
    const west = await town.addSite("west", "America/New_York");
    const eastDesk = await town.addResource(east, [service]);
    const westDesk = await town.addResource(west, [service]);
    await town.addOpening(westDesk, { date: "2026-03-08", start: "20:00", end: "20:30" });
    await town.addOpening(eastDesk, { date: "2026-03-09", start: "00:30", end: "01:00" });
    const answer = await api("GET", "/availability/next?service=world&limit=1");
    expect(answer.as(nextStarts).starts.map((start) => start.site_id)).toEqual([east.id]);
  });

  test("say when new ones are published where none is free", async () => {
    const service = await town.addService("later", { horizon_days: 7, publication_time: "07:00" });
    const desk = await town.addResource(hall, [service]);
    const { slotIds } = await town.addOpening(desk, {
      date: "2026-03-12",
      start: "08:00",
      end: "08:30",
    });
    const path = "/availability/next?service=later";
    expect((await api("GET", path)).as(nextStarts)).toEqual({
      starts: [],
      next_publication_at: "2026-03-05T06:00:00.000Z",
    });
    await town.take(slotIds.get("2026-03-12T07:15:00.000Z"));
    expect((await api("GET", path)).as(nextStarts)).toEqual({
      starts: [],
      next_publication_at: null,
    });
  });
});

describe("an answer", () => {
  test("has an ETag of its body, and is not sent again while it holds", async () => {
    const service = await town.addService("tagged");
    const desk = await town.addResource(hall, [service]);
    const { slotIds } = await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "08:30",
    });
    const path = "/availability?service=tagged&from=2026-03-04&to=2026-03-04";
    const first = await api("GET", path);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const again = await api("GET", path, { headers: { "If-None-Match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    await town.take(slotIds.get("2026-03-04T07:00:00.000Z"));
    const changed = await api("GET", path, { headers: { "If-None-Match": etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  test("from the cache is less than a second old, and shared by all who ask for the same", async () => {
    const service = await town.addService("cached");
    const desk = await town.addResource(hall, [service]);
    const { slotIds } = await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "08:30",
    });
    let nowMs = 0;
    const availability = createAvailabilityMemory(app.deps.db, { nowMs: () => nowMs });
    const deps = { ...app.deps, availability };
    const date = toLocalDate("2026-03-04");
    const query = {
      serviceIds: [service],
      from: date,
      to: date,
      partySize: 1,
      channel: "web",
    } as const;
    const statusNow = async (): Promise<string | undefined> =>
      (await searchAvailability(deps, app.tenant, query)).days[0]?.status;
    expect(await statusNow()).toBe("open");
    await town.take(slotIds.get("2026-03-04T07:00:00.000Z"));
    nowMs = 399;
    expect(await statusNow()).toBe("open");
    nowMs = 901;
    expect(await statusNow()).toBe("full");
  });

  test("is kept no longer than until time itself changes it", async () => {
    const service = await town.addService("edge", { notice_minutes: 60 });
    const desk = await town.addResource(hall, [service], { cell_minutes: 30 });
    await town.addOpening(desk, { date: "2026-03-02", start: "08:30", end: "09:00" });
    const date = toLocalDate("2026-03-02");
    const query = {
      serviceIds: [service],
      from: date,
      to: date,
      partySize: 1,
      channel: "web",
    } as const;
    const { changes_at } = await searchAvailability(app.deps, app.tenant, query);
    expect(changes_at?.toISOString()).toBe("2026-03-02T06:30:00.001Z");
  });

  test("defaults to a month from today", async () => {
    const service = await town.addService("month");
    await town.addResource(hall, [service]);
    const answer = await api("GET", "/availability?service=month");
    const dates = answer.as(foundDays).days.map((day) => day.date);
    expect([dates[0], dates.length, dates.at(-1)]).toEqual(["2026-03-02", 31, "2026-04-01"]);
  });
});

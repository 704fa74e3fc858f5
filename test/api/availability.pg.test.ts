import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { searchesOf } from "../support/availability-search.ts";
import { createTown, type TownSite } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const { api, adminKey } = app;
const town = createTown(app);
const { search, dayOf } = searchesOf(app);

let hall: TownSite;
beforeAll(async () => {
  hall = await town.addSite("hall");
  await town.setClock("2026-03-02T06:00:00Z");
});

describe("a day", () => {
  test("lists the starts of its opening in the site's time, each with its places", async () => {
    const service = await town.addService("plain");
    const desks = [
      await town.addResource(hall, [service]),
      await town.addResource(hall, [service]),
    ];
    for (const desk of desks)
      await town.addOpening(desk, {
        date: "2026-03-04",
        start: "08:00",
        end: "09:00",
        capacity: 2,
      });
    const days = await search("plain", ["2026-03-03", "2026-03-04"]);
    expect(days).toEqual([
      expect.objectContaining({ date: "2026-03-03", status: "closed", starts: [] }),
      expect.objectContaining({
        site_id: hall.id,
        date: "2026-03-04",
        status: "open",
        starts: ["07:00", "07:15", "07:30"].map((utc, at) => ({
          starts_at: `2026-03-04T${utc}:00.000Z`,
          local_time: ["08:00", "08:15", "08:30"][at],
          places: 4,
        })),
      }),
    ]);
  });

  test("shows a start once where the clock is put back, and its length is real time", async () => {
    const service = await town.addService("night", { horizon_days: 365 });
    const desk = await town.addResource(hall, [service], { cell_minutes: 30 });
    await town.addOpening(desk, { date: "2026-10-25", start: "01:00", end: "04:00" });
    const day = await dayOf("night", "2026-10-25");
    expect(day.times).toEqual([
      "01:00",
      "01:30",
      "02:00",
      "02:30",
      "02:00",
      "02:30",
      "03:00",
      "03:30",
    ]);
    expect(new Set(day.starts.map((start) => start.starts_at)).size).toBe(8);
  });

  test("offers no start whose visit with its buffers would not fit before closing", async () => {
    const service = await town.addService("buffered", {
      duration_minutes: 20,
      buffer_before_minutes: 15,
      buffer_after_minutes: 10,
    });
    const desk = await town.addResource(hall, [service]);
    await town.addOpening(desk, { date: "2026-03-04", start: "08:00", end: "09:30" });
    expect((await dayOf("buffered", "2026-03-04")).times).toEqual([
      "08:15",
      "08:30",
      "08:45",
      "09:00",
    ]);
  });

  test("keeps to the opening's start step", async () => {
    const service = await town.addService("stepped");
    const desk = await town.addResource(hall, [service]);
    await town.addOpening(desk, {
      date: "2026-03-04",
      start: "08:00",
      end: "10:00",
      stepMinutes: 45,
    });
    expect((await dayOf("stepped", "2026-03-04")).times).toEqual(["08:00", "08:45", "09:30"]);
  });

  test("says why it has no starts", async () => {
    const service = await town.addService("silent", { notice_minutes: 24 * 60 });
    const desk = await town.addResource(hall, [service]);
    const opening = { start: "08:00", end: "08:30" };
    await town.addOpening(desk, { ...opening, date: "2026-03-02" });
    await town.addOpening(desk, { ...opening, date: "2026-03-04", mode: "walk_in" });
    await town.addOpening(desk, { ...opening, date: "2026-03-05", mode: "undecided" });
    const full = await town.addOpening(desk, { ...opening, date: "2026-03-06" });
    await town.take(full.slotIds.get("2026-03-06T07:15:00.000Z"));
    await town.addOpening(desk, { ...opening, date: "2026-06-30" });
    const days = await search("silent", ["2026-03-02", "2026-03-06"]);
    expect(days.map((day) => day.status)).toEqual([
      "too_late",
      "closed",
      "walk_in",
      "undecided",
      "full",
    ]);
    const later = await dayOf("silent", "2026-06-30");
    expect([later.status, later.published_at]).toEqual([
      "not_published",
      "2026-04-30T22:00:00.000Z",
    ]);
  });

  test("hides starts within the notice from citizens and shows them to staff until they begin", async () => {
    const service = await town.addService("noticed", { notice_minutes: 60 });
    const desk = await town.addResource(hall, [service]);
    await town.addOpening(desk, { date: "2026-03-02", start: "06:30", end: "08:45" });
    const citizens = await dayOf("noticed", "2026-03-02");
    expect(citizens.times).toEqual(["08:15"]);
    const staff = await dayOf("noticed", "2026-03-02", { key: adminKey });
    expect(staff.times).toEqual(["07:15", "07:30", "07:45", "08:00", "08:15"]);
  });
});

describe("a visit", () => {
  test("of more people takes longer and more places", async () => {
    const service = await town.addService("family", {
      duration_minutes: 15,
      extra_minutes_per_person: 10,
      places_per_person: 1,
    });
    const desk = await town.addResource(hall, [service]);
    await town.addOpening(desk, { date: "2026-03-04", start: "08:00", end: "09:00", capacity: 5 });
    const two = await dayOf("family", "2026-03-04", { query: "&party_size=2" });
    expect(two.starts.map((start) => [start.local_time, start.places])).toEqual([
      ["08:00", 2],
      ["08:15", 2],
      ["08:30", 2],
    ]);
    expect((await dayOf("family", "2026-03-04", { query: "&party_size=6" })).status).toBe("closed");
    const refused = await api("GET", "/availability?service=family&party_size=11");
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ party_size_max: 10 });
  });

  test("for several services is found at one desk or, in legs, at two", async () => {
    const card = await town.addService("card");
    const tax = await town.addService("tax", { duration_minutes: 15 });
    const both = await town.addResource(hall, [card, tax]);
    const only = await town.addResource(hall, [card]);
    const late = await town.addResource(hall, [tax]);
    await town.addOpening(both, { date: "2026-03-04", start: "08:00", end: "08:45" });
    await town.addOpening(only, { date: "2026-03-05", start: "08:00", end: "08:45" });
    await town.addOpening(late, { date: "2026-03-05", start: "08:45", end: "09:00" });
    const days = await search("card,tax", ["2026-03-04", "2026-03-05"]);
    const times = days.map((day) => day.starts.map((start) => start.local_time));
    expect(times).toEqual([["08:00"], ["08:00", "08:15"]]);
    expect((await dayOf("card&service=tax", "2026-03-04")).times).toEqual(["08:00"]);
  });

  test("is looked for on every site, or on the one that is named", async () => {
    const service = await town.addService("everywhere");
    const branch = await town.addSite("branch", "Europe/London");
    for (const site of [hall, branch]) {
      const desk = await town.addResource(site, [service]);
      await town.addOpening(desk, { date: "2026-03-04", start: "08:00", end: "08:30" });
    }
    const all = await search("everywhere", ["2026-03-04", "2026-03-04"]);
    expect(new Map(all.map((day) => [day.site_id, day.starts[0]?.starts_at]))).toEqual(
      new Map([
        [hall.id, "2026-03-04T07:00:00.000Z"],
        [branch.id, "2026-03-04T08:00:00.000Z"],
      ]),
    );
    for (const name of ["branch", branch.id]) {
      const one = await search("everywhere", ["2026-03-04", "2026-03-04"], {
        query: `&site=${name}`,
      });
      expect(one.map((day) => day.site_id)).toEqual([branch.id]);
    }
  });

  test("of a hidden service or one by invitation is found by its id", async () => {
    for (const visibility of ["hidden", "invitation"]) {
      const service = await town.addService(`for-${visibility}`, { visibility });
      const desk = await town.addResource(hall, [service]);
      await town.addOpening(desk, { date: "2026-03-04", start: "08:00", end: "08:30" });
      expect((await dayOf(service, "2026-03-04")).times).toEqual(["08:00"]);
    }
  });
});

describe("a search is refused", () => {
  test("for services and sites that are not there, another tenant's included", async () => {
    const service = await town.addService("ours");
    const other = await app.addTenant("comune-altrui");
    for (const path of [
      "/availability?service=nothing",
      `/availability?service=${service}&site=nowhere`,
      "/availability/next?service=00000000-0000-7000-8000-000000000000",
    ])
      expect(await api("GET", path)).toMatchObject({ status: 404 });
    const foreign = await api("GET", `/availability?service=${service}`, { tenant: other.tenant });
    expect(foreign.status).toBe(404);
  });

  test.each([
    "",
    "service=",
    "service=plain,plain",
    "service=a,b,c,d,e,f",
    "service=plain%00",
    "service=plain&from=2026-02-30",
    "service=plain&from=2026-03-05&to=2026-03-04",
    "service=plain&from=2026-03-01&to=2026-05-02",
    "service=plain&party_size=0",
    "service=plain&party_size=1e2",
    "service=plain&party_size=99999999999999999999",
    "service=plain&channel=fax",
    "service=plain&site=",
    "service=plain&unknown=1",
    "service=plain&from=2026-03-01&from=2026-03-02",
  ])("for the query '%s'", async (query) => {
    const answer = await api("GET", `/availability?${query}`);
    expect([400, 422]).toContain(answer.status);
  });

  test("with a channel of staff, for all others", async () => {
    const answer = await api("GET", "/availability?service=plain&channel=phone");
    expect(answer.status).toBe(403);
  });
});

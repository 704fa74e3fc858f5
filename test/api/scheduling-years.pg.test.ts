import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createScheduleWorld, type ScheduleWorld } from "../support/schedule-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
let world: ScheduleWorld;
beforeAll(async () => {
  world = await createScheduleWorld(now);
});
afterAll(() => world.app.close());

describe("holidays", () => {
  test("those of the site are listed with where they come from and what is open nevertheless", async () => {
    const { siteId, resourceId } = await world.addOffice();
    const holiday = { month: 10, day: 4, name: { it: "San Petronio" }, site_id: siteId };
    expect((await world.call("POST", "/local-holidays", holiday)).status).toBe(201);
    const { id } = await world.addOpening(resourceId, {
      code: "ogni-giorno",
      rrule: "FREQ=DAILY",
      runs_on_holidays: true,
    });
    const path = `/holidays?site=${siteId}&from=2026-05-20&to=2026-10-31`;
    const answer = await world.call("GET", path);
    expect(answer.body).toMatchObject({ place: { country: "IT", region: "BZ", is_known: true } });
    const { items } = answer.as(
      z.looseObject({ items: z.array(z.looseObject({ date: z.string() })) }),
    );
    expect(items.filter(({ date }) => date === "2026-10-04")).toContainEqual({
      date: "2026-10-04",
      name: { it: "San Petronio" },
      origin: "local",
      open_anyway: [{ id, code: "ogni-giorno" }],
    });
    expect(items[0]).toMatchObject({ date: "2026-05-25", origin: "regional" });
  });

  test("a patron saint closes the openings that do not run on holidays", async () => {
    const { siteId, resourceId } = await world.addOffice();
    const holiday = { month: 6, day: 24, name: { it: "San Giovanni" }, site_id: siteId };
    await world.call("POST", "/local-holidays", holiday);
    await world.addOpening(resourceId, { rrule: "FREQ=DAILY" });
    expect(await world.slotsOf(resourceId, "2026-06-24", "2026-06-24")).toHaveLength(0);
    expect(await world.slotsOf(resourceId, "2026-06-25", "2026-06-25")).toHaveLength(4);
  });

  test("a range turned round or too long is refused, a missing site not found", async () => {
    const { siteId } = await world.addOffice();
    const turned = `/holidays?site=${siteId}&from=2026-05-02&to=2026-05-01`;
    expect((await world.call("GET", turned)).status).toBe(422);
    const long = `/holidays?site=${siteId}&from=2026-05-02&to=2029-05-01`;
    expect((await world.call("GET", long)).status).toBe(422);
    const missing = "/holidays?site=nowhere&from=2026-05-02&to=2026-05-03";
    expect((await world.call("GET", missing)).status).toBe(404);
  });
});

describe("copying a year's exceptions", () => {
  test("a dry run lists each and changes nothing; the copy does it once", async () => {
    const { siteId, resourceId } = await world.addOffice();
    const on = (starts_on: string, ends_on = starts_on) => ({ starts_on, ends_on });
    await world.addClosure({
      code: "ferie-2026",
      site_id: siteId,
      ...on("2026-12-24", "2027-01-05"),
    });
    await world.addClosure({ code: "ponte", resource_id: resourceId, ...on("2026-10-05") });
    await world.addOpening(resourceId, {
      code: "sabato-2026",
      kind: "extra",
      rrule: null,
      ...on("2026-06-13"),
    });
    await world.addOpening(resourceId, {
      code: "novembre",
      kind: "extra",
      rrule: null,
      ...on("2026-11-07"),
    });
    const body = { from_year: 2026, to_year: 2027, method: "same_date", site: siteId };
    const dry = await world.call("POST", "/copy-exceptions", body);
    expect(dry.body).toMatchObject({
      is_dry_run: true,
      items: [
        { kind: "extra_opening", code: "sabato-2027", starts_on: "2027-06-13", outcome: "copied" },
        { kind: "closure", code: "ponte-2027", outcome: "copied" },
        { kind: "extra_opening", code: "novembre-2027", outcome: "copied" },
        {
          kind: "closure",
          code: "ferie-2027",
          ends_on: "2028-01-05",
          outcome: "copied",
          holidays: [{ date: "2027-12-25" }, { date: "2027-12-26" }, { date: "2028-01-01" }],
        },
      ],
    });
    expect((await world.call("GET", "/closures/ferie-2027")).status).toBe(404);
    const real = await world.call("POST", "/copy-exceptions", { ...body, is_dry_run: false });
    expect(real.body).toMatchObject({ items: [{}, {}, {}, { outcome: "copied" }] });
    expect((await world.call("GET", "/closures/ferie-2027")).body).toMatchObject({
      starts_on: "2027-12-24",
      site_id: siteId,
    });
    const again = await world.call("POST", "/copy-exceptions", { ...body, is_dry_run: false });
    const exists = { outcome: "exists" };
    expect(again.body).toMatchObject({ items: [exists, exists, exists, exists] });
  });

  test("what falls on a holiday, on 29 February or on a fifth weekday is refused item by item", async () => {
    const { siteId, resourceId } = await world.addOffice();
    const on = (day: string) => ({ starts_on: day, ends_on: day });
    await world.addClosure({ code: "bisesto", site_id: siteId, ...on("2028-02-29") });
    // Easter Monday is 17 April in 2028 and 2 April in 2029.
    await world.addOpening(resourceId, {
      code: "aprile",
      kind: "extra",
      rrule: null,
      ...on("2028-04-02"),
    });
    const body = { from_year: 2028, to_year: 2029, site: siteId };
    const byDate = await world.call("POST", "/copy-exceptions", { ...body, method: "same_date" });
    expect(byDate.body).toMatchObject({
      items: [
        { code: "bisesto-2029", outcome: "refused", reason: "no-such-date", starts_on: null },
        {
          code: "aprile-2029",
          outcome: "refused",
          reason: "opening-hindered",
          holidays: [{ date: "2029-04-02" }],
        },
      ],
    });
    const byWeekday = { ...body, method: "same_weekday" };
    const report = await world.call("POST", "/copy-exceptions", byWeekday);
    expect(report.body).toMatchObject({
      items: [{ outcome: "refused", reason: "no-such-date" }, { starts_on: "2029-04-01" }],
    });
  });

  test("the same year twice is refused, a missing site not found", async () => {
    const body = { from_year: 2026, to_year: 2026, method: "same_date" };
    expect((await world.call("POST", "/copy-exceptions", body)).status).toBe(422);
    const elsewhere = { ...body, to_year: 2027, site: "nowhere" };
    expect((await world.call("POST", "/copy-exceptions", elsewhere)).status).toBe(404);
  });
});

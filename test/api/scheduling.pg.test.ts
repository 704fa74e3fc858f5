import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  changedThing,
  createScheduleWorld,
  newCode,
  problemOf,
  type ScheduleWorld,
} from "../support/schedule-world.ts";

// A Monday, 08:00 in Rome; 2 June is a national holiday.
const now = "2026-06-01T06:00:00Z";
let world: ScheduleWorld;
beforeAll(async () => {
  world = await createScheduleWorld(now);
});
afterAll(() => world.app.close());

const page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), code: z.string() })),
  next_cursor: z.string().nullable(),
});

function openingBody(resourceId: string, facts: object = {}) {
  return {
    code: newCode(),
    resource_id: resourceId,
    rrule: "FREQ=WEEKLY;BYDAY=MO",
    starts_on: "2026-01-01",
    start_time: "08:00",
    end_time: "10:00",
    capacity: 2,
    ...facts,
  };
}

async function eventsAbout(id: string): Promise<unknown[]> {
  const { rows } = await world.app.sql(
    "SELECT kind FROM audit_events WHERE subject_id = $1 ORDER BY id",
    [id],
  );
  return rows.map((row) => row["kind"]);
}

async function outboxAbout(id: string): Promise<number> {
  const { rows } = await world.app.sql(
    "SELECT count(*)::int AS n FROM outbox_events WHERE subject_id = $1 AND kind = 'schedule.changed'",
    [id],
  );
  return Number(rows[0]?.["n"]);
}

describe("who may", () => {
  const paths = ["/openings", "/closures", "/day-marks"];

  test.each(paths)("nobody reads or creates %s without a key", async (path) => {
    expect((await world.app.api("GET", path)).status).toBe(401);
    expect((await world.app.api("POST", path, { body: {} })).status).toBe(401);
  });

  test.each(paths)("a widget may not touch %s", async (path) => {
    const { widgetKey: key } = world.app;
    expect((await world.app.api("GET", path, { key })).status).toBe(403);
    expect((await world.app.api("POST", path, { key, body: {} })).status).toBe(403);
  });

  test("another administration finds nothing", async () => {
    const { resourceId } = await world.addOffice();
    const { id } = await world.addOpening(resourceId);
    const other = await world.app.addTenant("altro-comune");
    const answer = await world.app.api("GET", `/openings/${id}`, {
      key: other.adminKey,
      tenant: other.tenant,
    });
    expect(answer.status).toBe(404);
  });
});

describe("openings", () => {
  test("one is created, read, listed and changed, keeping every version", async () => {
    const { resourceId, siteId, serviceId } = await world.addOffice();
    const created = await world.call(
      "POST",
      "/openings",
      openingBody(resourceId, {
        service_ids: [serviceId],
        ceilings: [
          { scope: "day", channel: "web", capacity: 3, lifted: { days_before: 1, time: "18:00" } },
        ],
      }),
    );
    expect(created.status).toBe(201);
    const { id } = changedThing(created, "opening");
    const read = await world.call("GET", `/openings/${id}`);
    expect(read.body).toMatchObject({
      rrule: "FREQ=WEEKLY;BYDAY=MO",
      start_step_minutes: 30,
      mode: "bookable",
      service_ids: [serviceId],
      ceilings: [{ scope: "day", channel: "web", service_id: null, lifted: { time: "18:00" } }],
      version: 1,
    });
    const listed = (await world.call("GET", `/openings?site=${siteId}`)).as(page);
    expect(listed.items.map((item) => item.id)).toEqual([id]);
    const changed = await world.call("PATCH", `/openings/${id}`, {
      version: 1,
      ceilings: [],
      capacity: 5,
    });
    expect(changed.body).toMatchObject({ opening: { version: 2, capacity: 5, ceilings: [] } });
    const { rows } = await world.app.sql(
      "SELECT version, body->>'capacity' AS capacity FROM opening_versions WHERE opening_id = $1 ORDER BY version",
      [id],
    );
    expect(rows).toEqual([
      { version: 1, capacity: "2" },
      { version: 2, capacity: "5" },
    ]);
    expect(await eventsAbout(id)).toEqual(["opening.created", "opening.changed"]);
    expect(await outboxAbout(resourceId)).toBe(2);
  });

  test("a change that changes nothing writes nothing", async () => {
    const { resourceId } = await world.addOffice();
    const { id } = await world.addOpening(resourceId, { rrule: "FREQ=WEEKLY;BYDAY=TU,MO" });
    const same = { version: 1, rrule: "byday=MO,TU;freq=weekly", capacity: 2 };
    const answer = await world.call("PATCH", `/openings/${id}`, same);
    expect(answer.body).toMatchObject({ opening: { version: 1 }, slots: { slots_changed: 0 } });
    expect(await eventsAbout(id)).toEqual(["opening.created"]);
  });

  test("an old version is refused with the one there is", async () => {
    const { resourceId } = await world.addOffice();
    const { id } = await world.addOpening(resourceId);
    await world.call("PATCH", `/openings/${id}`, { version: 1, capacity: 3 });
    const answer = await world.call("PATCH", `/openings/${id}`, { version: 1, capacity: 4 });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ version: 2 });
  });

  test("retiring may be repeated, takes the slots away and forbids changes", async () => {
    const { resourceId } = await world.addOffice();
    const { id } = await world.addOpening(resourceId);
    const count = (await world.slotsOf(resourceId)).length;
    const retired = await world.call("DELETE", `/openings/${id}`);
    expect(retired.body).toMatchObject({ slots: { applied: "now", slots_removed: count } });
    expect((await world.call("DELETE", `/openings/${id}`)).status).toBe(200);
    expect(await world.slotsOf(resourceId)).toHaveLength(0);
    const change = await world.call("PATCH", `/openings/${id}`, { version: 2, capacity: 4 });
    expect(problemOf(change)).toBe("retired");
  });

  test("a code is taken once per resource", async () => {
    const { resourceId } = await world.addOffice();
    const body = openingBody(resourceId);
    await world.call("POST", "/openings", body);
    const again = await world.call("POST", "/openings", { ...body, rrule: "FREQ=WEEKLY;BYDAY=TU" });
    expect(problemOf(again)).toBe("code-taken");
  });

  test.each([
    ["FREQ=SECONDLY", "FREQ=SECONDLY"],
    ["FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"],
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "BYMONTH;BYMONTHDAY"],
    ["FREQ=DAILY;BYHOUR=3", "BYHOUR=3"],
  ])("the rule %s is refused, naming %s", async (rrule, part) => {
    const { resourceId } = await world.addOffice();
    const answer = await world.call("POST", "/openings", openingBody(resourceId, { rrule }));
    expect(answer.status).toBe(422);
    expect(problemOf(answer)).toBe("invalid-recurrence");
    expect(answer.body).toMatchObject({ part });
  });

  test.each([
    ["rrule", { rrule: null }],
    ["ends_on", { ends_on: "2025-12-31" }],
    ["ends_on", { kind: "extra", rrule: null }],
    ["start_step_minutes", { start_step_minutes: 45 }],
    ["end_time", { end_time: "08:15" }],
    ["overrides_closures", { overrides_closures: true }],
    ["ceilings.0", { ceilings: [{ scope: "day", capacity: 1 }] }],
    ["service_ids.0", { service_ids: ["018f0000-0000-7000-8000-000000000009"] }],
    ["resource_id", { resource_id: "018f0000-0000-7000-8000-000000000009" }],
  ])("what does not fit is refused, naming %s", async (path, facts) => {
    const { resourceId } = await world.addOffice();
    const answer = await world.call("POST", "/openings", openingBody(resourceId, facts));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path }] });
  });

  test("two openings that overlap after expansion are refused, naming both and the date", async () => {
    const { resourceId } = await world.addOffice();
    const first = openingBody(resourceId, { rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE" });
    const second = openingBody(resourceId, {
      rrule: "FREQ=MONTHLY;BYDAY=1WE",
      start_time: "09:30",
      end_time: "11:00",
    });
    await world.call("POST", "/openings", first);
    const answer = await world.call("POST", "/openings", second);
    expect(answer.status).toBe(409);
    expect(problemOf(answer)).toBe("openings-overlap");
    expect(answer.body).toMatchObject({ openings: [{ code: first.code }, { code: second.code }] });
  });

  test("two overlapping openings stated at the same moment leave one", async () => {
    const { resourceId } = await world.addOffice();
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.call("POST", "/openings", openingBody(resourceId))),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, 409, 409]);
  });
});

describe("extra openings", () => {
  const extra = { kind: "extra", rrule: null, starts_on: "2026-06-02", ends_on: "2026-06-02" };

  test("one on a holiday is refused, naming the holiday, unless it overrides", async () => {
    const { resourceId } = await world.addOffice();
    const refused = await world.call("POST", "/openings", openingBody(resourceId, extra));
    expect(problemOf(refused)).toBe("opening-hindered");
    expect(refused.body).toMatchObject({
      hindrances: [{ kind: "holiday", date: "2026-06-02", name: { it: "Festa della Repubblica" } }],
    });
    const body = openingBody(resourceId, { ...extra, overrides_closures: true });
    expect((await world.call("POST", "/openings", body)).status).toBe(201);
    expect(await world.slotsOf(resourceId, "2026-06-02", "2026-06-02")).toHaveLength(4);
  });

  test("one inside a closure is refused, naming the closure, unless it overrides", async () => {
    const { resourceId, siteId } = await world.addOffice();
    const days = { starts_on: "2026-06-10", ends_on: "2026-06-10" };
    const closure = await world.addClosure({ site_id: siteId, ...days });
    const body = openingBody(resourceId, { ...extra, ...days });
    const refused = await world.call("POST", "/openings", body);
    expect(refused.body).toMatchObject({
      hindrances: [{ kind: "closure", closure_id: closure.id }],
    });
    const override = { ...body, overrides_closures: true };
    expect((await world.call("POST", "/openings", override)).status).toBe(201);
    expect(await world.slotsOf(resourceId, "2026-06-10", "2026-06-10")).toHaveLength(4);
  });
});

describe("closures and day marks", () => {
  test("a closure of the tenant, a site and a resource concerns what is in it", async () => {
    const first = await world.addOffice();
    const second = await world.addOffice();
    for (const { resourceId } of [first, second]) {
      await world.addOpening(resourceId, { rrule: "FREQ=DAILY" });
    }
    const day = (on: string) => ({ starts_on: on, ends_on: on });
    await world.addClosure({ resource_id: first.resourceId, ...day("2026-06-16") });
    await world.addClosure({ site_id: first.siteId, ...day("2026-06-17") });
    await world.addClosure(day("2026-06-18"));
    const countOn = async (resourceId: string, on: string) =>
      (await world.slotsOf(resourceId, on, on)).length;
    for (const on of ["2026-06-16", "2026-06-17"]) {
      expect(await countOn(first.resourceId, on)).toBe(0);
      expect(await countOn(second.resourceId, on)).toBe(4);
    }
    expect(await countOn(second.resourceId, "2026-06-18")).toBe(0);
  });

  test("a closure may be moved, and the slots of both times follow", async () => {
    const { resourceId } = await world.addOffice();
    await world.addOpening(resourceId, { rrule: "FREQ=DAILY" });
    const day = (on: string) => ({ starts_on: on, ends_on: on });
    const { id } = await world.addClosure({ resource_id: resourceId, ...day("2026-06-23") });
    const moved = await world.call("PATCH", `/closures/${id}`, {
      version: 1,
      ...day("2026-06-24"),
    });
    expect(moved.body).toMatchObject({
      closure: { version: 2 },
      slots: { slots_created: 4, slots_removed: 4 },
    });
    expect(await eventsAbout(id)).toEqual(["closure.created", "closure.changed"]);
  });

  test.each([
    ["ends_on", { starts_on: "2026-07-02", ends_on: "2026-07-01" }],
    ["ends_on", { starts_on: "2026-07-02", ends_on: "2027-08-01" }],
    [
      "end_time",
      { starts_on: "2026-07-02", ends_on: "2026-07-02", start_time: "12:00", end_time: "12:00" },
    ],
    [
      "site_id",
      {
        site_id: "018f0000-0000-7000-8000-000000000009",
        starts_on: "2026-07-02",
        ends_on: "2026-07-02",
      },
    ],
  ])("a closure that does not fit is refused, naming %s", async (path, facts) => {
    const answer = await world.call("POST", "/closures", { code: newCode(), ...facts });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path }] });
  });

  test("closures and marks are found by id or code and listed by the dates they touch", async () => {
    const { siteId, resourceId } = await world.addOffice();
    const code = newCode();
    const dated = { site_id: siteId, starts_on: "2026-09-01", ends_on: "2026-09-10" };
    await world.call("POST", "/day-marks", { code, ...dated, mode: "undecided" });
    expect((await world.call("GET", `/day-marks/${code}`)).body).toMatchObject({
      mode: "undecided",
    });
    const within = `/day-marks?resource=${resourceId}&from=2026-09-10&to=2026-09-20`;
    expect((await world.call("GET", within)).as(page).items.map((item) => item.code)).toEqual([
      code,
    ]);
    const outside = `/day-marks?resource=${resourceId}&from=2026-09-11`;
    expect((await world.call("GET", outside)).as(page).items).toEqual([]);
  });

  test("a list is paged by its cursor", async () => {
    const { siteId } = await world.addOffice();
    const day = { site_id: siteId, starts_on: "2026-10-01", ends_on: "2026-10-01" };
    for (let i = 0; i < 3; i += 1) await world.addClosure(day);
    const path = `/closures?site=${siteId}&from=2026-10-01&limit=2`;
    const first = (await world.call("GET", path)).as(page);
    const second = (await world.call("GET", `${path}&cursor=${first.next_cursor}`)).as(page);
    expect(first.items).toHaveLength(2);
    expect(second.items).toHaveLength(1);
    expect(second.next_cursor).toBeNull();
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSlots, type GenerationReport } from "../../src/scheduling/generate-slots.ts";
import { createScheduleWorld, type ScheduleWorld } from "../support/schedule-world.ts";

// A Monday, 08:00 in Rome; 2 June is a national holiday.
const now = "2026-06-01T06:00:00Z";
let world: ScheduleWorld;
beforeAll(async () => {
  world = await createScheduleWorld(now);
});
afterAll(() => world.app.close());

async function generate(resourceId: string): Promise<GenerationReport> {
  const { deps, tenant } = world.app;
  const context = { tenant, actor: { kind: "system" }, requestId: "test" } as const;
  return generateSlots(deps, context, { resourceId });
}

/** Changes with every row that is written, also when the values stay the same. */
async function fingerprint(table: "slots" | "slot_generations"): Promise<unknown> {
  const { rows } = await world.app.sql(
    `SELECT count(*)::int AS rows, sum(hashtext(ctid::text || xmin::text)::bigint)::text AS sum FROM ${table}`,
  );
  return rows[0];
}

describe("generation", () => {
  test("slots reach to the longest horizon of the resource's services and one day more", async () => {
    const { siteId } = await world.addOffice();
    const short = await world.addService({ horizon_days: 10 });
    const long = await world.addService({ horizon_days: 24 });
    const resource = await world.addResource(siteId, { service_ids: [short, long] });
    await world.addOpening(resource);
    const slots = await world.slotsOf(resource);
    expect(slots[0]?.starts_at).toBe("2026-06-01T06:30Z");
    expect(slots.at(-1)?.local_date).toBe("2026-06-26");
    // 19 weekdays without the holiday, less the slot that begins now.
    expect(slots).toHaveLength(19 * 4 - 1);
  });

  test("a second run that changes nothing writes nothing", async () => {
    const { resourceId } = await world.addOffice();
    await world.addOpening(resourceId);
    const first = await generate(resourceId);
    expect(first).toMatchObject({ parts: 1, slots_created: 0, slots_changed: 0, slots_removed: 0 });
    const before = [await fingerprint("slots"), await fingerprint("slot_generations")];
    const second = await generate(resourceId);
    expect(second).toMatchObject({ parts: 0, generatedTo: null });
    expect([await fingerprint("slots"), await fingerprint("slot_generations")]).toEqual(before);
  });

  test("three runs at once make every slot once", async () => {
    const { resourceId } = await world.addOffice();
    await world.addOpening(resourceId);
    const count = (await world.slotsOf(resourceId)).length;
    await world.app.sql("DELETE FROM slots WHERE resource_id = $1", [resourceId]);
    const runs = await Promise.all([1, 2, 3].map(() => generate(resourceId)));
    const created = runs.map((run) => run.slots_created).toSorted((a, b) => a - b);
    expect(created).toEqual([0, 0, count]);
    expect(await world.slotsOf(resourceId)).toHaveLength(count);
  });

  test("when only time has passed the new days are added, and past slots stay", async () => {
    const { resourceId } = await world.addOffice({ service: { horizon_days: 7 } });
    await world.addOpening(resourceId);
    await generate(resourceId);
    const before = await world.slotsOf(resourceId);
    await world.setClock("2026-06-04T12:00:00Z");
    const run = await generate(resourceId);
    await world.setClock(now);
    const after = await world.slotsOf(resourceId);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(run).toMatchObject({ generatedTo: "2026-06-12", slots_created: 12, slots_removed: 0 });
  });

  test("a large resource is written in parts of whole days", async () => {
    const { resourceId } = await world.addOffice({
      service: { horizon_days: 120 },
      resource: { cell_minutes: 5 },
    });
    const opening = await world.addOpening(resourceId, {
      rrule: "FREQ=DAILY",
      start_time: "00:00",
      end_time: "24:00",
      runs_on_holidays: true,
    });
    expect(opening.slots.applied).toBe("by_job");
    expect(await world.slotsOf(resourceId)).toHaveLength(0);
    const run = await generate(resourceId);
    expect(run.parts).toBeGreaterThan(5);
    expect(run.slots_created).toBe(121 * 288 + 16 * 12 - 1);
    expect(await generate(resourceId)).toMatchObject({ parts: 0 });
  });

  test("the longest horizon there is reaches 731 days ahead", async () => {
    const { resourceId } = await world.addOffice({ service: { horizon_days: 730 } });
    const opening = await world.addOpening(resourceId, { rrule: "FREQ=WEEKLY;BYDAY=TH" });
    expect(opening.slots.applied).toBe("now");
    expect((await world.slotsOf(resourceId)).at(-1)?.local_date).toBe("2028-06-01");
  });

  test("slots beyond a horizon that was shortened still follow a closure", async () => {
    const { resourceId, serviceId } = await world.addOffice({ service: { horizon_days: 40 } });
    await world.addOpening(resourceId);
    const shorter = { version: 1, horizon_days: 5 };
    expect((await world.call("PATCH", `/services/${serviceId}`, shorter)).status).toBe(200);
    await generate(resourceId);
    const day = { starts_on: "2026-07-08", ends_on: "2026-07-08" };
    expect(await world.slotsOf(resourceId, "2026-07-08", "2026-07-08")).toHaveLength(4);
    const closure = await world.addClosure({ ...day, resource_id: resourceId });
    expect(closure.slots).toMatchObject({ applied: "now", slots_removed: 4 });
    expect(await world.slotsOf(resourceId, "2026-07-08", "2026-07-08")).toHaveLength(0);
  });

  test("a retired resource loses its future slots", async () => {
    const { resourceId } = await world.addOffice();
    await world.addOpening(resourceId);
    expect((await world.call("DELETE", `/resources/${resourceId}`)).status).toBe(204);
    await generate(resourceId);
    expect(await world.slotsOf(resourceId)).toHaveLength(0);
  });
});

describe("when places go", () => {
  test("a closure keeps the appointments booked, in conflict and listed with the closure", async () => {
    const { resourceId, siteId, book } = await world.addOffice();
    await world.addOpening(resourceId, { capacity: 1 });
    const id = await book("2026-06-03T06:00:00Z");
    const closure = await world.addClosure({
      resource_id: resourceId,
      starts_on: "2026-06-03",
      ends_on: "2026-06-04",
    });
    expect(closure.slots).toMatchObject({
      applied: "now",
      slots_removed: 8,
      appointments_in_conflict: 1,
    });
    expect(await appointment(id)).toEqual({ status: "booked", support: "conflict" });
    expect(await world.slotsOf(resourceId, "2026-06-03", "2026-06-04")).toMatchObject([
      { starts_at: "2026-06-03T06:00Z", capacity: 0, taken: 0 },
    ]);
    const list = await world.call("GET", `/appointments/conflicts?site=${siteId}`);
    const reason = { kind: "closed", resource_id: resourceId, closures: [{ id: closure.id }] };
    expect(list.body).toMatchObject({
      items: [{ id, starts_at: "2026-06-03T06:00:00.000Z", reasons: [reason] }],
    });
    const lifted = await world.call("DELETE", `/closures/${closure.id}`);
    expect(lifted.body).toMatchObject({
      slots: { appointments_supported_again: 1, slots_created: 7 },
    });
    expect(await appointment(id)).toEqual({ status: "booked", support: "supported" });
    expect((await world.slotsOf(resourceId, "2026-06-03", "2026-06-03"))[0]).toMatchObject({
      capacity: 1,
      taken: 1,
    });
  });

  test("a closure from midnight on closes the cell of the evening before that reaches into it", async () => {
    const { resourceId } = await world.addOffice({ resource: { cell_minutes: 60 } });
    await world.addOpening(resourceId, {
      rrule: "FREQ=DAILY",
      start_time: "22:30",
      end_time: "00:30",
    });
    await world.addClosure({
      resource_id: resourceId,
      starts_on: "2026-06-11",
      ends_on: "2026-06-11",
    });
    const slots = await world.slotsOf(resourceId, "2026-06-10", "2026-06-11");
    expect(slots.map((slot) => slot.starts_at)).toEqual(["2026-06-10T20:30Z"]);
  });

  test("a conflict is in the audit and the outbox, with the appointment's new version", async () => {
    const { resourceId, book } = await world.addOffice();
    await world.addOpening(resourceId);
    const id = await book("2026-06-03T06:00:00Z");
    const day = { starts_on: "2026-06-03", ends_on: "2026-06-03" };
    await world.addClosure({ ...day, resource_id: resourceId });
    const { rows } = await world.app.sql(
      `SELECT o.kind, o.subject_version
         FROM outbox_events o
         JOIN audit_events a ON a.subject_id = o.subject_id AND a.kind = o.kind
        WHERE o.subject_id = $1 AND o.kind LIKE '%support'`,
      [id],
    );
    expect(rows).toEqual([{ kind: "appointment.lost_support", subject_version: 2 }]);
  });

  test("of several appointments the newest gives way, and the oldest comes back first", async () => {
    const { resourceId, book } = await world.addOffice();
    const opening = await world.addOpening(resourceId, { capacity: 3 });
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push(await book("2026-06-04T06:00:00Z"));
    const shrunk = await change(opening.id, { version: 1, capacity: 1 });
    expect(shrunk).toMatchObject({ slots: { appointments_in_conflict: 2 } });
    expect(await supports(ids)).toEqual(["supported", "conflict", "conflict"]);
    const grown = await change(opening.id, { version: 2, capacity: 2 });
    expect(grown).toMatchObject({ slots: { appointments_supported_again: 1 } });
    expect(await supports(ids)).toEqual(["supported", "supported", "conflict"]);
  });

  test("an appointment that loses one of its cells gives all of them back", async () => {
    const { resourceId, book } = await world.addOffice({ service: { duration_minutes: 90 } });
    await world.addOpening(resourceId, { capacity: 1 });
    const id = await book("2026-06-05T06:00:00Z");
    expect(taken(await world.slotsOf(resourceId, "2026-06-05", "2026-06-05"))).toEqual([
      1, 1, 1, 0,
    ]);
    await world.addClosure({
      resource_id: resourceId,
      starts_on: "2026-06-05",
      ends_on: "2026-06-05",
      start_time: "09:00",
      end_time: "09:30",
    });
    const slots = await world.slotsOf(resourceId, "2026-06-05", "2026-06-05");
    expect(taken(slots)).toEqual([0, 0, 0, 0]);
    expect(slots.map(({ capacity }) => capacity)).toEqual([1, 1, 0, 1]);
    expect(await appointment(id)).toMatchObject({ support: "conflict" });
  });

  test("an open hold gives way before an appointment, even an older one", async () => {
    const { resourceId, book, visit } = await world.addOffice();
    const opening = await world.addOpening(resourceId, { capacity: 2 });
    const body = visit("2026-06-08T06:00:00Z");
    const hold = await world.app.api("POST", "/holds", { key: world.app.widgetKey, body });
    expect(hold.status).toBe(201);
    const id = await book("2026-06-08T06:00:00Z");
    const shrunk = await change(opening.id, { version: 1, capacity: 1 });
    expect(shrunk).toMatchObject({ slots: { holds_released: 1, appointments_in_conflict: 0 } });
    expect(await appointment(id)).toMatchObject({ support: "supported" });
    const { rows } = await world.app.sql(
      "SELECT status FROM holds WHERE starts_at = '2026-06-08T06:00:00Z'",
    );
    expect(rows).toEqual([{ status: "released" }]);
  });

  test("an overbooked appointment is in conflict on a closed day, and supported when it opens", async () => {
    const { resourceId, book, visit } = await world.addOffice();
    await world.addOpening(resourceId, { capacity: 1 });
    await book("2026-06-09T06:00:00Z");
    const overbooked = await world.call("POST", "/appointments", {
      ...visit("2026-06-09T06:00:00Z"),
      booker: { name: "Ada Rossi" },
      overbook: { reason: "urgent" },
    });
    expect(overbooked.status).toBe(201);
    const day = { resource_id: resourceId, starts_on: "2026-06-09", ends_on: "2026-06-09" };
    const closure = await world.addClosure(day);
    expect(closure.slots).toMatchObject({ appointments_in_conflict: 2 });
    const lifted = await world.call("DELETE", `/closures/${closure.id}`);
    expect(lifted.body).toMatchObject({ slots: { appointments_supported_again: 2 } });
    expect((await world.slotsOf(resourceId, "2026-06-09", "2026-06-09"))[0]?.taken).toBe(1);
  });

  test("a day mark changes the mode and leaves appointments alone", async () => {
    const { resourceId, siteId, book, visit } = await world.addOffice();
    await world.addOpening(resourceId);
    const id = await book("2026-06-10T06:00:00Z");
    const mark = await world.call("POST", "/day-marks", {
      code: "mercato",
      site_id: siteId,
      starts_on: "2026-06-10",
      ends_on: "2026-06-10",
      mode: "walk_in",
    });
    expect(mark.body).toMatchObject({ slots: { applied: "now", slots_changed: 4 } });
    expect(await appointment(id)).toMatchObject({ support: "supported" });
    const refused = await world.app.api("POST", "/appointments", {
      key: world.app.widgetKey,
      body: { ...visit("2026-06-10T06:30:00Z"), booker: { name: "Ada Rossi" } },
    });
    expect(refused.status).toBe(422);
  });
});

async function change(id: string, body: object): Promise<unknown> {
  return (await world.call("PATCH", `/openings/${id}`, body)).body;
}

async function appointment(id: string): Promise<unknown> {
  const { rows } = await world.app.sql("SELECT status, support FROM appointments WHERE id = $1", [
    id,
  ]);
  return rows[0];
}

async function supports(ids: readonly string[]): Promise<unknown[]> {
  const { rows } = await world.app.sql(
    "SELECT support FROM appointments WHERE id = ANY ($1) ORDER BY array_position($1, id)",
    [ids],
  );
  return rows.map((row) => row["support"]);
}

const taken = (slots: readonly { taken: number }[]): number[] => slots.map((slot) => slot.taken);

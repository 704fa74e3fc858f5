import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { bulkPreviewSchema, operationSchema } from "../../src/bulk/schema.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { createBulkWorld, dayOf } from "./bulk-world.ts";

const firstSlot = daysAhead(20);
const world = await createBulkWorld({ firstSlot });
const { app, town } = world;
const key = app.adminKey;
afterAll(() => world.close());

const cancelDay = { kind: "cancel", reason: "office_closed", filter: dayOf(firstSlot) };

beforeEach(async () => {
  await app.sql("DELETE FROM allocations");
  await app.sql(`UPDATE slots SET taken = 0, capacity = 2`);
  await app.sql("DELETE FROM closures");
  await app.sql(
    "UPDATE appointments SET status = 'cancelled', cancelled_at = now(), cancelled_by = 'staff', cancel_reason = 'other' WHERE status = 'booked'",
  );
  world.recording.email.taken.length = 0;
  world.recording.sms.taken.length = 0;
});

async function places(minutes: number): Promise<{ taken: number; capacity: number }> {
  const { rows } = await app.sql("SELECT taken, capacity FROM slots WHERE starts_at = $1", [
    new Date(firstSlot.getTime() + minutes * 60_000),
  ]);
  return { taken: Number(rows[0]?.["taken"]), capacity: Number(rows[0]?.["capacity"]) };
}

async function statusOf(id: string): Promise<unknown> {
  const { rows } = await app.sql(
    "SELECT status, cancelled_by, cancel_reason FROM appointments WHERE id = $1",
    [id],
  );
  return rows[0];
}

describe("a preview", () => {
  test("means only those of a status: who has not said that he comes, who has, or all", async () => {
    await world.book({}, 0);
    const { appointment: asked } = await world.book({}, 15);
    const { appointment: sure } = await world.book({}, 30);
    await app.sql(
      `INSERT INTO presence_requests (tenant_id, appointment_id, starts_at, answer_by, is_released, confirmed_at)
       SELECT tenant_id, id, starts_at, starts_at - interval '1 day', false, CASE WHEN id = $2 THEN clock_now() END
       FROM appointments WHERE id IN ($1, $2)`,
      [asked.id, sure.id],
    );
    const itemsWith = async (statuses: readonly string[]) => {
      const filter = { ...cancelDay.filter, statuses };
      return (await world.preview({ ...cancelDay, filter })).as(operationSchema);
    };
    expect(await itemsWith(["awaited"])).toMatchObject({
      items: 1,
      filter: { statuses: ["awaited"] },
    });
    expect(await itemsWith(["confirmed"])).toMatchObject({ items: 1 });
    expect(await itemsWith(["awaited", "confirmed"])).toMatchObject({ items: 2 });
    expect(await itemsWith(["booked"])).toMatchObject({ items: 3 });
    const filter = { ...cancelDay.filter, statuses: ["done"] };
    expect((await world.preview({ ...cancelDay, filter })).status).toBe(422);
  });

  test("freezes whom the filter means, counts them and says what they would read", async () => {
    const { appointment: first } = await world.book({ email: "ada@example.org" }, 0);
    await world.book({ phone: "+39 333 1234567" }, 15);
    await world.book({}, 30);
    await world.plan();
    const answer = await world.preview({
      ...cancelDay,
      texts: { it: "Riapriamo presto, {{ first_name }}.", de: "Wir öffnen bald wieder." },
    });
    expect(answer.status).toBe(201);
    const { id, items } = answer.as(operationSchema);
    expect(items).toBe(3);
    const seen = await app.api("GET", `/bulk-operations/${id}/preview`, { key });
    const preview = seen.as(bulkPreviewSchema);
    expect(preview.messages).toMatchObject({
      emails: 1,
      sms_max: 1,
      calls_max: 2,
      without_contact: 1,
    });
    expect(preview.messages.sms_parts_max).toBeGreaterThan(0);
    expect(preview.by_day).toEqual([
      { site_id: town.siteId, date: dayOf(firstSlot).from, count: 3 },
    ]);
    expect(preview.by_language).toEqual([{ language: "it", text_language: "it", count: 3 }]);
    const sample = preview.samples.find(
      (one) => one.appointment_id === first.id && one.channel === "email",
    );
    expect(sample?.text).toContain("Riapriamo presto, Ada.");
    expect(await statusOf(first.id)).toMatchObject({ status: "booked" });
  });

  test("refuses a text with a placeholder that an SMS must not have", async () => {
    const answer = await world.preview({ ...cancelDay, texts: { it: "{{ service }}" } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("template-not-valid");
  });

  test("refuses a cancellation without a reason, and names that do not exist", async () => {
    const { reason: _reason, ...without } = cancelDay;
    expect((await world.preview(without)).status).toBe(422);
    const stranger = "00000000-0000-7000-8000-000000000099";
    const filter = { ...dayOf(firstSlot), site_ids: [stranger] };
    expect((await world.preview({ ...cancelDay, filter })).status).toBe(422);
  });

  test("means only visits within its hours", async () => {
    await world.book({}, 0);
    await world.book({}, 120);
    const at = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "Europe/Rome",
      hour: "2-digit",
      minute: "2-digit",
    });
    const filter = {
      ...dayOf(firstSlot),
      from_time: at.format(new Date(firstSlot.getTime() + 60 * 60_000)),
    };
    const answer = await world.preview({ ...cancelDay, filter });
    expect(answer.as(operationSchema).items).toBe(1);
  });

  test("is for administrators only", async () => {
    const answer = await app.api("POST", "/bulk-operations", { body: cancelDay });
    expect(answer.status).toBe(401);
    const widget = await app.api("POST", "/bulk-operations", {
      body: cancelDay,
      key: app.widgetKey,
    });
    expect(widget.status).toBe(403);
  });
});

describe("starting", () => {
  test("needs the digest and the number of the preview", async () => {
    await world.book({}, 0);
    const { id } = (await world.preview(cancelDay)).as(operationSchema);
    const { digest } = (await app.api("GET", `/bulk-operations/${id}/preview`, { key })).as(
      bulkPreviewSchema,
    );
    const start = (body: object) => app.api("POST", `/bulk-operations/${id}/start`, { key, body });
    expect((await start({ digest, count: 2 })).text).toContain("not-as-previewed");
    expect((await start({ digest: "0".repeat(64), count: 1 })).text).toContain("not-as-previewed");
    expect((await start({ digest, count: 1 })).status).toBe(202);
    expect((await start({ digest, count: 1 })).text).toContain("wrong-operation-state");
  });

  test("an hour after the preview is refused", async () => {
    const { id } = (await world.preview(cancelDay)).as(operationSchema);
    const { digest } = (await app.api("GET", `/bulk-operations/${id}/preview`, { key })).as(
      bulkPreviewSchema,
    );
    await app.shiftClock("61 minutes");
    const body = { digest, count: 0 };
    const answer = await app.api("POST", `/bulk-operations/${id}/start`, { key, body });
    await app.shiftClock("0");
    expect(answer.text).toContain("preview-expired");
  });

  test("with a filter that names people cannot close places", async () => {
    const filter = { ...dayOf(firstSlot), languages: ["it"] };
    await expect(world.start({ ...cancelDay, filter })).rejects.toThrow("cannot-close");
    await expect(
      world.start({ ...cancelDay, filter }, { freed_capacity: "sale" }),
    ).resolves.toBeTypeOf("string");
  });
});

describe("running", () => {
  test("cancels everybody, frees what they had and tells each once, in his way", async () => {
    const { appointment: mailed } = await world.book({ email: "ada@example.org" }, 0);
    const { appointment: texted } = await world.book({ phone: "+39 333 1234567" }, 0);
    const { appointment: called } = await world.book({}, 15);
    await world.plan();
    const id = await world.start(
      { ...cancelDay, is_urgent: true, texts: { it: "Ci scusiamo, {{ first_name }}." } },
      { freed_capacity: "sale" },
    );
    await world.run(id);
    for (const one of [mailed, texted, called]) {
      expect(await statusOf(one.id)).toEqual({
        status: "cancelled",
        cancelled_by: "bulk",
        cancel_reason: "office_closed",
      });
    }
    expect(await places(0)).toEqual({ taken: 0, capacity: 2 });
    await checkCounters(app);
    const state = await world.stateOf(id);
    expect(state).toMatchObject({
      status: "finished",
      progress: { percent: 100, settled: 3, done: 3, told: 3, remaining: 0 },
    });
    world.recording.email.taken.length = 0;
    await world.send();
    const cancelled = world.recording.email.taken.filter(({ text }) =>
      text.includes("Ci scusiamo, Ada."),
    );
    expect(cancelled).toHaveLength(1);
    expect(cancelled[0]?.to.address).toBe("ada@example.org");
    expect(world.recording.sms.taken.map(({ to }) => to)).toEqual(["+393331234567"]);
    expect(world.recording.sms.taken[0]?.text).toContain("Ci scusiamo, Ada.");
    const [task] = await world.tasksOf(called.id);
    expect(task).toMatchObject({ kind: "cancellation", cause: "no_contact" });
    const list = await app.api("GET", `/phone-tasks?operation_id=${id}`, { key });
    expect(list.text).toContain(called.id);
  });

  test("twice changes and tells nothing more", async () => {
    const { appointment: one } = await world.book({ email: "ada@example.org" }, 0);
    await world.plan();
    const id = await world.start(cancelDay, { freed_capacity: "sale" });
    await Promise.all([world.run(id), world.run(id)]);
    await world.run(id);
    expect(await world.plan()).toBe(0);
    const messages = await world.messagesOf(one.id);
    expect(messages.filter(({ kind }) => kind === "cancellation")).toHaveLength(1);
    const { rows } = await app.sql(
      "SELECT kind FROM audit_events WHERE subject_id = $1 AND kind = 'appointment.cancelled'",
      [one.id],
    );
    expect(rows).toHaveLength(1);
  });

  test("leaves alone what changed since the preview and lists it", async () => {
    const { appointment: moved } = await world.book({}, 0);
    const { appointment: cancelled } = await world.book({}, 15);
    const { appointment: kept } = await world.book({}, 30);
    const { id } = (await world.preview(cancelDay)).as(operationSchema);
    const { digest } = (await app.api("GET", `/bulk-operations/${id}/preview`, { key })).as(
      bulkPreviewSchema,
    );
    const later = new Date(firstSlot.getTime() + 90 * 60_000).toISOString();
    const move = { key, body: { starts_at: later } };
    expect((await app.api("POST", `/appointments/${moved.id}/reschedule`, move)).status).toBe(200);
    const leave = { key, body: { reason: "other" } };
    expect((await app.api("POST", `/appointments/${cancelled.id}/cancel`, leave)).status).toBe(200);
    await world.book({}, 45);
    const body = { digest, count: 3, freed_capacity: "sale" };
    expect((await app.api("POST", `/bulk-operations/${id}/start`, { key, body })).status).toBe(202);
    await world.run(id);
    const outcomes = new Map(
      (await world.itemsOf(id)).map((item) => [item.appointment_id, item.outcome]),
    );
    expect(outcomes.get(moved.id)).toBe("changed");
    expect(outcomes.get(cancelled.id)).toBe("ended");
    expect(outcomes.get(kept.id)).toBe("done");
    expect(outcomes.size).toBe(3);
    expect((await world.stateOf(id)).progress.left).toEqual({ changed: 1, ended: 1 });
    expect(await statusOf(moved.id)).toMatchObject({ status: "booked" });
    await checkCounters(app);
  });

  test("closes the places first, so that nobody books them again", async () => {
    const { appointment: one } = await world.book({ email: "ada@example.org" }, 0);
    await world.plan();
    const filter = { ...dayOf(firstSlot), site_ids: [town.siteId] };
    const id = await world.start({ ...cancelDay, filter });
    await world.run(id);
    expect(await statusOf(one.id)).toMatchObject({ status: "cancelled", cancelled_by: "bulk" });
    const { rows } = await app.sql("SELECT id FROM slots WHERE capacity > 0 OR taken > 0");
    expect(rows).toEqual([]);
    const again = await app.api("POST", "/appointments", {
      body: {
        services: [town.services["id-card"]],
        site: town.siteId,
        starts_at: firstSlot.toISOString(),
        booker: { name: "Bea Rossi" },
      },
    });
    expect(again.status).toBe(422);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { expectStatus, newCode, problemOf } from "../support/schedule-world.ts";
import { createProposalWorld, type ProposalWorld } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
const eight = "2026-06-03T06:00:00Z";
const wednesday = { starts_on: "2026-06-03", ends_on: "2026-06-03" };
let world: ProposalWorld;
beforeAll(async () => {
  world = await createProposalWorld(now);
});
afterAll(() => world.app.close());

const list = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string(),
      options: z.array(z.string()),
      is_to_be_called: z.boolean(),
    }),
  ),
});

async function conflictsAt(siteId: string) {
  const answer = await world.call("GET", `/appointments/conflicts?site=${siteId}`);
  return expectStatus(answer, 200).as(list).items;
}

/** A site with one appointment in conflict, because its day was closed. */
async function addConflict() {
  const counter = await world.addCounter([{ capacity: 1 }]);
  const id = await counter.book(eight);
  const closure = await world.addClosure({ site_id: counter.siteId, ...wednesday });
  return { ...counter, id, closure };
}

const keep = (id: string, body: object = { reason: "promised on the phone" }) =>
  world.call("POST", `/appointments/${id}/keep`, body);

async function eventsOf(id: string) {
  const { rows } = await world.app.sql(
    "SELECT kind, reason FROM audit_events WHERE subject_id = $1 ORDER BY id",
    [id],
  );
  return rows;
}

describe("keeping", () => {
  test("takes the appointment off the list and leaves it uncounted, with the reason on record", async () => {
    const { id, siteId } = await addConflict();
    const answer = await keep(id);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      support: "supported",
      overbooking_reason: "promised on the phone",
      version: 3,
    });
    expect(await conflictsAt(siteId)).toEqual([]);
    expect(await world.stateOf(id)).toMatchObject({ support: "supported", counted: false });
    expect((await eventsOf(id)).at(-1)).toEqual({
      kind: "appointment.kept",
      reason: "promised on the phone",
    });
  });

  test("happens once, however often it is asked for", async () => {
    const { id } = await addConflict();
    await keep(id);
    const again = await keep(id);
    expect(again.body).toMatchObject({ version: 3 });
    expect((await eventsOf(id)).filter(({ kind }) => kind === "appointment.kept")).toHaveLength(1);
  });

  test("lasts when the day opens again, without a place being counted twice", async () => {
    const { id, siteId, closure, book } = await addConflict();
    await keep(id);
    await world.call("DELETE", `/closures/${closure.id}`);
    expect(await world.stateOf(id)).toMatchObject({ support: "supported", counted: false });
    await book(eight);
    expect(await conflictsAt(siteId)).toEqual([]);
  });

  test("is to be decided again when its time is closed once more", async () => {
    const { id, siteId, closure } = await addConflict();
    await keep(id);
    await world.call("DELETE", `/closures/${closure.id}`);
    await world.addClosure({ site_id: siteId, ...wednesday });
    expect((await conflictsAt(siteId)).map((one) => one.id)).toEqual([id]);
  });

  test("is refused where nothing is in conflict, and with a version that is old", async () => {
    const { book } = await world.addCounter([{ capacity: 1 }]);
    const fine = await keep(await book(eight));
    expect([fine.status, problemOf(fine)]).toEqual([409, "not-in-conflict"]);
    const { id } = await addConflict();
    const old = await keep(id, { reason: "x", version: 1 });
    expect([old.status, problemOf(old)]).toEqual([409, "conflicting-change"]);
  });

  test("is for staff who may touch appointments", async () => {
    const { id } = await addConflict();
    const body = { reason: "x" };
    const path = `/appointments/${id}/keep`;
    expect((await world.app.api("POST", path, { body })).status).toBe(401);
    const widget = await world.app.api("POST", path, { key: world.app.widgetKey, body });
    expect(widget.status).toBe(403);
  });

  test("and opening again at once leave it either kept or counted, never both", async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id, closure } = await addConflict();
      const answers = await Promise.all([
        keep(id),
        world.call("DELETE", `/closures/${closure.id}`),
      ]);
      expect(answers.map(({ status }) => status)).toSatisfy(
        ([kept, lifted]: number[]) => (kept === 200 || kept === 409) && lifted === 200,
      );
      const { rows } = await world.app.sql(
        "SELECT overbooking_reason IS NULL AS counts, support FROM appointments WHERE id = $1",
        [id],
      );
      const { counted } = await world.stateOf(id);
      expect(rows).toEqual([{ counts: counted, support: "supported" }]);
    }
  });
});

describe("what can be done", () => {
  test("is said with each conflict, and calling only until somebody is to call", async () => {
    const { id, siteId } = await addConflict();
    expect(await conflictsAt(siteId)).toMatchObject([
      { id, options: ["keep", "move", "cancel", "call"], is_to_be_called: false },
    ]);
    for (let i = 0; i < 2; i += 1) {
      expect((await world.call("POST", `/appointments/${id}/call`)).status).toBe(204);
    }
    expect(await conflictsAt(siteId)).toMatchObject([
      { id, options: ["keep", "move", "cancel"], is_to_be_called: true },
    ]);
    const tasks = await world.call("GET", "/phone-tasks");
    const { items } = tasks.as(
      z.looseObject({ items: z.array(z.looseObject({ appointment_id: z.string() })) }),
    );
    expect(items.filter((task) => task.appointment_id === id)).toMatchObject([
      { kind: "urgent_notice", cause: "asked_for", status: "open" },
    ]);
  });

  test("keeping drops the call", async () => {
    const { id } = await addConflict();
    await world.call("POST", `/appointments/${id}/call`);
    await keep(id);
    const { rows } = await world.app.sql(
      "SELECT status FROM phone_tasks WHERE appointment_id = $1",
      [id],
    );
    expect(rows).toEqual([{ status: "dropped" }]);
  });

  test("moving and cancelling end the conflict", async () => {
    const moved = await addConflict();
    const body = { starts_at: "2026-06-04T06:00:00Z" };
    const answer = await world.call("POST", `/appointments/${moved.id}/reschedule`, body);
    expect(answer.body).toMatchObject({ support: "supported" });
    expect(await conflictsAt(moved.siteId)).toEqual([]);
    const cancelled = await addConflict();
    await world.call("POST", `/appointments/${cancelled.id}/cancel`, { reason: "office_closed" });
    expect(await conflictsAt(cancelled.siteId)).toEqual([]);
  });

  test("calling about an appointment that has its place is refused", async () => {
    const { book } = await world.addCounter([{ capacity: 1 }]);
    const answer = await world.call("POST", `/appointments/${await book(eight)}/call`);
    expect([answer.status, problemOf(answer)]).toEqual([409, "not-in-conflict"]);
  });
});

test("an extra opening of another desk takes those in conflict in, the oldest first", async () => {
  const { siteId, serviceId, id: oldest, book } = await addConflict();
  const spare = await world.addResource(siteId, { service_ids: [serviceId] });
  expect(book).toBeTypeOf("function");
  await world.addOpening(spare, {
    code: newCode(),
    kind: "extra",
    rrule: null,
    ...wednesday,
    overrides_closures: true,
    capacity: 1,
  });
  expect(await world.stateOf(oldest)).toEqual({
    support: "supported",
    counted: true,
    resources: [spare],
  });
});

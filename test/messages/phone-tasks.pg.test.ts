import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { leasedTaskSchema, taskPageSchema, taskSchema } from "../../src/reminders/schema.ts";
import { slugOf } from "../support/one-desk.ts";
import { createMessageWorld, type Booked } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app } = world;
afterAll(() => world.close());
beforeEach(() => world.goTo("2027-06-01T08:00:00Z"));

const landline = { phone: "06 1234 5678" };
const { token: otherKey } = await createApiKey(app.deps, world.context, {
  kind: "secret",
  name: "Second desk",
  scopes: ["appointments"],
});

async function cancelledByOffice(minutes: number): Promise<Booked> {
  const booked = await world.book(landline, minutes);
  const body = { reason: "staff_missing" };
  const path = `/appointments/${booked.appointment.id}/cancel`;
  await app.api("POST", path, { key: app.adminKey, body });
  await world.plan();
  return booked;
}

async function toDo() {
  const answer = await app.api("GET", "/phone-tasks", { key: app.adminKey });
  return answer.as(taskPageSchema).items;
}

function lease(id: string, key = app.adminKey) {
  return app.api("POST", `/phone-tasks/${id}/lease`, { key });
}

function settle(id: string, body: object, key = app.adminKey) {
  return app.api("POST", `/phone-tasks/${id}/outcome`, { key, body });
}

async function taskOf({ appointment }: Booked) {
  const found = (await toDo()).find((task) => task.appointment_id === appointment.id);
  if (!found) throw new Error("There is no such task");
  return found;
}

describe("calls to be made", () => {
  test("stand in the order of the visits", async () => {
    const later = await cancelledByOffice(120);
    const sooner = await cancelledByOffice(0);
    const ids = (await toDo()).map((task) => task.appointment_id);
    expect(ids).toEqual([sooner.appointment.id, later.appointment.id]);
  });

  test("say whom to call and what to say, to the operator who takes them", async () => {
    const task = await taskOf(await cancelledByOffice(15));
    const leased = (await lease(task.id)).as(leasedTaskSchema);
    expect(leased).toMatchObject({ name: "Ada Bianchi", phone: "06 1234 5678", status: "leased" });
    expect(leased.words).toMatchObject({ time: "09:15", reason: "Manca il personale." });
  });

  test("are made by one operator at a time, and taken over when he has forgotten them", async () => {
    const { id } = await taskOf(await cancelledByOffice(30));
    await lease(id);
    expect((await lease(id)).status).toBe(200);
    expect(slugOf(await lease(id, otherKey))).toBe("task-not-yours");
    await world.goTo("2027-06-01T08:16:00Z");
    expect((await lease(id, otherKey)).status).toBe(200);
    expect(slugOf(await settle(id, { outcome: "reached" }))).toBe("task-not-yours");
    expect((await settle(id, { outcome: "reached" }, otherKey)).status).toBe(200);
  });

  test("that nobody answers come again two hours later, three times in all", async () => {
    const booked = await cancelledByOffice(45);
    const { id } = await taskOf(booked);
    for (const hours of [0, 2, 4]) {
      await world.goTo(new Date(Date.parse("2027-06-01T08:00:00Z") + hours * 3_601_000));
      await lease(id);
      const task = (await settle(id, { outcome: "not_reached" })).as(taskSchema);
      expect(task.status).toBe(hours === 4 ? "done" : "open");
      expect((await toDo()).map((one) => one.id)).not.toContain(id);
    }
  });

  test("given back are open to others at once", async () => {
    const { id } = await taskOf(await cancelledByOffice(60));
    await lease(id);
    await app.api("POST", `/phone-tasks/${id}/return`, { key: app.adminKey });
    const leased = (await lease(id, otherKey)).as(leasedTaskSchema);
    expect(leased).toMatchObject({ calls: 0, status: "leased" });
  });

  test("are listed when they are over", async () => {
    const { id } = await taskOf(await cancelledByOffice(75));
    await lease(id);
    await settle(id, { outcome: "wrong_number" });
    const answer = await app.api("GET", "/phone-tasks?state=ended", { key: app.adminKey });
    const ended = answer.as(taskPageSchema).items.find((task) => task.id === id);
    expect(ended).toMatchObject({ status: "done", outcome: "wrong_number" });
  });

  test("are nobody's business without the right key", async () => {
    const { id } = await taskOf(await cancelledByOffice(90));
    expect((await app.api("GET", "/phone-tasks")).status).toBe(401);
    expect((await app.api("GET", "/phone-tasks", { key: app.widgetKey })).status).toBe(403);
    expect((await app.api("POST", `/phone-tasks/${id}/lease`)).status).toBe(401);
    expect((await settle(id, { outcome: "laughed" })).status).toBe(422);
  });
});

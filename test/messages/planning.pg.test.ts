import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createMessageWorld } from "./message-world.ts";

/** A Wednesday in June at nine on the wall clock of Rome. */
const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app } = world;
afterAll(() => world.close());

const ada = { email: "ada@example.org" };
beforeEach(() => world.goTo("2027-05-20T08:00:00Z"));

async function kindsOf(appointmentId: string): Promise<string[]> {
  const messages = await world.messagesOf(appointmentId);
  return messages.map(({ kind, status, end_reason }) =>
    [kind, status, end_reason].filter(Boolean).join(" "),
  );
}

describe("a booking", () => {
  test("is confirmed at once and reminded of two days before", async () => {
    const { appointment } = await world.book(ada);
    await world.plan();
    const [confirmation, reminder] = await world.messagesOf(appointment.id);
    expect(confirmation).toMatchObject({
      kind: "confirmation",
      status: "planned",
      channel: "email",
    });
    expect(confirmation?.due_at.getTime()).toBeLessThan(Date.parse("2027-05-20T08:01:00Z"));
    expect(reminder).toMatchObject({ kind: "reminder", offset_minutes: 2_880, channel: "email" });
    expect(reminder?.due_at.toISOString()).toBe("2027-06-07T07:00:00.000Z");
    await world.send();
    expect(await kindsOf(appointment.id)).toEqual(["confirmation sent", "reminder planned"]);
  });

  test("is planned once, however often its event is taken", async () => {
    const { appointment } = await world.book(ada, 15);
    expect(await world.plan()).toBe(1);
    expect(await world.plan()).toBe(0);
    await app.sql("DELETE FROM planned_events");
    await world.plan();
    expect(await kindsOf(appointment.id)).toEqual(["confirmation planned", "reminder planned"]);
  });

  test("two days and a bit ahead is not reminded of at once", async () => {
    await world.goTo("2027-06-07T05:00:00Z");
    const { appointment } = await world.book(ada, 30);
    await world.plan();
    expect(await kindsOf(appointment.id)).toEqual(["confirmation planned"]);
  });

  test("by mobile number alone is told by SMS, by landline alone by telephone", async () => {
    const mobile = await world.book({ phone: "347 123 4567" }, 45);
    const landline = await world.book({ phone: "06 1234 5678" }, 60);
    await world.plan();
    expect((await world.messagesOf(mobile.appointment.id)).map((one) => one.channel)).toEqual([
      "sms",
      "sms",
    ]);
    expect(await kindsOf(landline.appointment.id)).toEqual([]);
    expect(await world.tasksOf(landline.appointment.id)).toEqual([
      { kind: "reminder", cause: "no_contact", status: "open" },
    ]);
  });

  test("with a name alone plans nothing and needs nobody", async () => {
    const { appointment } = await world.book({}, 75);
    await world.plan();
    expect(await kindsOf(appointment.id)).toEqual([]);
    expect(await world.tasksOf(appointment.id)).toEqual([]);
  });

  test("in training sends nothing and says so", async () => {
    const { appointment } = await world.book(ada, 90);
    await app.sql("UPDATE appointments SET is_training = true WHERE id = $1", [appointment.id]);
    await world.plan();
    await world.send();
    const [confirmation] = await world.messagesOf(appointment.id);
    const sent = world.recording.email.taken.map(({ messageId }) => messageId);
    expect(sent).not.toContain(`${confirmation?.id}@example.org`);
    expect(await kindsOf(appointment.id)).toContain("confirmation discarded training");
  });
});

describe("a cancelled appointment", () => {
  test("is told of, and its reminders are gone", async () => {
    const { appointment, manage_token: key } = await world.book(ada, 105);
    await world.plan();
    await world.send();
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    await world.plan();
    await world.send();
    expect(await kindsOf(appointment.id)).toEqual([
      "confirmation sent",
      "cancellation sent",
      "reminder discarded cancelled",
    ]);
  });

  test("by the office is told by telephone where there is no address", async () => {
    const { appointment } = await world.book({ phone: "06 1234 5678" }, 120);
    await world.plan();
    const body = { reason: "office_closed" };
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key: app.adminKey, body });
    await world.plan();
    expect(await world.tasksOf(appointment.id)).toEqual([
      { kind: "reminder", cause: "no_contact", status: "dropped" },
      { kind: "cancellation", cause: "no_contact", status: "open" },
    ]);
  });

  test("is not reminded of although the cancellation is not planned yet", async () => {
    const { appointment, manage_token: key } = await world.book(ada, 135);
    await world.plan();
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    await world.goTo("2027-06-07T09:30:00Z");
    await world.send();
    expect(await kindsOf(appointment.id)).toEqual([
      "confirmation discarded too_late",
      "reminder discarded cancelled",
    ]);
  });
});

describe("a moved appointment", () => {
  test("is told of and reminded of at its new time only", async () => {
    const { appointment, manage_token: key } = await world.book(ada, 150);
    await world.plan();
    await world.send();
    const body = { starts_at: "2027-06-09T13:00:00Z" };
    const answer = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body,
    });
    expect(answer.status).toBe(200);
    await world.plan();
    await world.send();
    expect(await kindsOf(appointment.id)).toEqual([
      "confirmation sent",
      "change sent",
      "reminder discarded superseded",
      "reminder planned",
    ]);
    const reminder = (await world.messagesOf(appointment.id)).at(-1);
    expect(reminder?.due_at.toISOString()).toBe("2027-06-07T13:00:00.000Z");
    expect(world.recording.email.taken.at(-1)?.text).toContain("15:00");
  });

  test("is never reminded of at its old time, although the move is not planned yet", async () => {
    const { appointment, manage_token: key } = await world.book(ada, 165);
    await world.plan();
    const body = { starts_at: "2027-06-09T14:00:00Z" };
    await app.api("POST", `/appointments/${appointment.id}/reschedule`, { key, body });
    await world.goTo("2027-06-07T10:00:00Z");
    await world.send();
    expect(await kindsOf(appointment.id)).toContain("reminder discarded superseded");
  });

  test("away and back again is reminded of once", async () => {
    const { appointment, manage_token: key } = await world.book(ada, 180);
    await world.plan();
    const move = (starts_at: string) =>
      app.api("POST", `/appointments/${appointment.id}/reschedule`, { key, body: { starts_at } });
    await move("2027-06-09T14:15:00Z");
    await world.plan();
    await move("2027-06-09T10:00:00Z");
    await world.plan();
    const reminders = (await kindsOf(appointment.id)).filter((text) => text.startsWith("reminder"));
    expect(reminders.toSorted()).toEqual([
      "reminder discarded superseded",
      "reminder discarded superseded",
      "reminder planned",
    ]);
  });
});

test("nothing was written wrongly in all of this", () => {
  expect(world.faults).toEqual([]);
});

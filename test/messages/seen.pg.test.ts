import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { recordReceipts } from "../../src/messages/receipts/record-receipts.ts";
import {
  messageHistorySchema,
  messagePageSchema,
  messageSchema,
  sendingSchema,
  settingsSchema,
} from "../../src/messages/schema.ts";
import type { Receipt } from "../../src/messages/transports/transport.ts";
import { slugOf } from "../support/one-desk.ts";
import { createMessageWorld } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app, recording } = world;
afterAll(() => world.close());
beforeEach(async () => {
  await world.goTo("2027-05-20T08:00:00Z");
  recording.email.answer = () => ({ kind: "accepted", providerReference: null });
  recording.sms.answer = () => ({ kind: "accepted", providerReference: null });
});

const key = app.adminKey;
const get = (path: string) => app.api("GET", path, { key });
const post = (path: string, body?: unknown) =>
  app.api("POST", path, body === undefined ? { key } : { key, body });

async function sentTo(contact: { email?: string; phone?: string }, minutes: number) {
  const { appointment } = await world.book(contact, minutes);
  await world.plan();
  await world.send();
  const page = (await get(`/messages?appointment_id=${appointment.id}`)).as(messagePageSchema);
  const message = page.items.find(({ kind }) => kind === "confirmation");
  if (!message) throw new Error("No confirmation was planned");
  return { appointment, message };
}

async function historyOf(id: string) {
  return (await get(`/messages/${id}`)).as(messageHistorySchema);
}

describe("what was sent", () => {
  test("is seen per appointment, with attempts, and without recipient and content", async () => {
    const { message } = await sentTo({ email: "ada@example.org" }, 0);
    expect(message).toMatchObject({ status: "sent", channel: "email", attempts: 1 });
    const answer = await get(`/messages/${message.id}`);
    expect(answer.as(messageHistorySchema).history).toMatchObject([{ outcome: "accepted" }]);
    expect(answer.text).not.toMatch(/ada@|Ada|spo_mt_/);
  });

  test("is listed page by page, the latest due first", async () => {
    await sentTo({ email: "ada@example.org" }, 15);
    const first = (await get("/messages?limit=1&kind=confirmation")).as(messagePageSchema);
    const second = (
      await get(`/messages?limit=1&kind=confirmation&cursor=${first.next_cursor}`)
    ).as(messagePageSchema);
    expect(first.items[0]?.id).not.toBe(second.items[0]?.id);
    expect(Date.parse(first.items[0]?.due_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(second.items[0]?.due_at ?? ""),
    );
  });

  test("is nobody's business without the right key", async () => {
    expect((await app.api("GET", "/messages")).status).toBe(401);
    expect((await app.api("GET", "/messages", { key: app.widgetKey })).status).toBe(403);
    expect((await get("/messages?status=lost")).status).toBe(422);
  });
});

describe("what did not get through", () => {
  test("is listed, and sent again on demand under the same Message-ID", async () => {
    recording.email.answer = () => ({ kind: "refused", reason: "blocked", code: "554" });
    const { message } = await sentTo({ email: "ada@example.org" }, 30);
    const unreached = (await get("/unreached-messages")).as(messagePageSchema);
    expect(unreached.items[0]).toMatchObject({ id: message.id, end_reason: "blocked" });
    recording.email.answer = () => ({ kind: "accepted", providerReference: null });
    const again = await post(`/messages/${message.id}/retry`);
    expect(again.as(messageSchema).status).toBe("planned");
    await world.send();
    const history = await historyOf(message.id);
    expect(history).toMatchObject({ status: "sent", attempts: 2 });
    const own = recording.email.taken.filter((mail) => mail.messageId.startsWith(message.id));
    expect(own).toHaveLength(2);
    expect(slugOf(await post(`/messages/${message.id}/retry`))).toBe("not-retryable");
  });
});

describe("receipts", () => {
  const at = Date.parse("2027-05-20T08:05:00Z");

  test("are kept once, by our id, by the Message-ID or by the provider's reference", async () => {
    const mail = await sentTo({ email: "ada@example.org" }, 45);
    recording.sms.answer = () => ({ kind: "accepted", providerReference: "sms-77" });
    const sms = await sentTo({ phone: "347 123 4567" }, 45);
    const receipts: Receipt[] = [
      {
        channel: "email",
        reference: `<${mail.message.id}@example.org>`,
        state: "delayed",
        code: null,
        at,
      },
      { channel: "sms", providerReference: "sms-77", state: "delivered", code: "DELIVRD", at },
      { channel: "sms", providerReference: "sms-78", state: "delivered", code: null, at },
    ];
    expect(await recordReceipts(app.deps, receipts)).toBe(2);
    expect(await recordReceipts(app.deps, receipts)).toBe(0);
    expect(await historyOf(mail.message.id)).toMatchObject({ receipt: "delayed", status: "sent" });
    expect(await historyOf(sms.message.id)).toMatchObject({
      receipt: "delivered",
      receipts: [{ state: "delivered", code: "DELIVRD" }],
    });
  });

  test("that come late do not take back that a message has arrived", async () => {
    const { message } = await sentTo({ phone: "347 123 4567" }, 60);
    const receipt = { channel: "sms", reference: message.id, code: null } as const;
    await recordReceipts(app.deps, [{ ...receipt, state: "delivered", at }]);
    await recordReceipts(app.deps, [{ ...receipt, state: "expired", at: at + 1 }]);
    expect(await historyOf(message.id)).toMatchObject({ receipt: "delivered" });
  });

  test("settle an attempt that got no answer", async () => {
    recording.sms.answer = () => ({ kind: "unknown", reason: "no_answer" });
    const { message } = await sentTo({ phone: "347 123 4567" }, 75);
    expect(message.status).toBe("planned");
    const receipt = { channel: "sms", reference: message.id, code: null } as const;
    await recordReceipts(app.deps, [{ ...receipt, state: "delivered", at }]);
    const taken = recording.sms.taken.length;
    await world.goTo("2027-05-20T09:00:00Z");
    await world.send();
    expect(recording.sms.taken).toHaveLength(taken);
    expect(await historyOf(message.id)).toMatchObject({ status: "sent", receipt: "delivered" });
  });

  test("of a required message that did not arrive have somebody call", async () => {
    const { appointment } = await sentTo({ email: "ada@example.org" }, 90);
    await post(`/appointments/${appointment.id}/cancel`, { reason: "technical" });
    await world.plan();
    await world.send();
    const page = (await get(`/messages?appointment_id=${appointment.id}&kind=cancellation`)).as(
      messagePageSchema,
    );
    const reference = page.items[0]?.id ?? "";
    await recordReceipts(app.deps, [
      { channel: "email", reference, state: "failed", code: "5.1.1", at },
    ]);
    expect(await world.tasksOf(appointment.id)).toEqual([
      { kind: "cancellation", cause: "bounced", status: "open" },
    ]);
    const unreached = (await get("/unreached-messages")).as(messagePageSchema);
    expect(unreached.items.map(({ id }) => id)).toContain(reference);
  });
});

describe("the sending of an administration", () => {
  test("is paused and released, and what became too late meanwhile is not sent", async () => {
    expect((await post("/message-sending/pause", { reason: "Fire" })).status).toBe(204);
    const { appointment } = await world.book({ email: "ada@example.org" }, 105);
    await world.plan();
    await world.send();
    const state = (await get("/message-sending")).as(sendingSchema);
    expect(state.settings.paused_reason).toBe("Fire");
    expect(state.due).toBeGreaterThan(0);
    await world.goTo("2027-06-08T12:00:00Z");
    await post("/message-sending/release", {});
    await world.send();
    const messages = await world.messagesOf(appointment.id);
    expect(messages.map(({ kind, end_reason }) => [kind, end_reason])).toEqual([
      ["confirmation", "too_late"],
      ["reminder", "too_late"],
    ]);
  });

  test("is released without what was due before an instant", async () => {
    await post("/message-sending/pause", { reason: "Restored by hand" });
    const { appointment } = await world.book({ email: "ada@example.org" }, 120);
    await world.plan();
    const body = { discard_due_before: "2027-05-20T09:00:00Z" };
    const answer = await post("/message-sending/release", body);
    expect(answer.status).toBe(200);
    const [confirmation, reminder] = await world.messagesOf(appointment.id);
    expect(confirmation).toMatchObject({ status: "discarded", end_reason: "not_released" });
    expect(reminder).toMatchObject({ status: "planned" });
  });

  test("is changed by whoever saw its last version", async () => {
    const { settings } = (await get("/message-sending")).as(sendingSchema);
    const change = (body: object) => app.api("PATCH", "/message-sending", { key, body });
    const changed = await change({ quiet_from: "20:00", version: settings.version });
    expect(changed.as(settingsSchema)).toMatchObject({ quiet_from: "20:00", quiet_to: "08:00" });
    expect(slugOf(await change({ quiet_from: "19:00", version: settings.version }))).toBe(
      "conflicting-change",
    );
    expect((await change({ quiet_from: "25:00", version: 1 })).status).toBe(422);
    expect((await app.api("PATCH", "/message-sending", { body: {} })).status).toBe(401);
  });
});

describe("a test message", () => {
  const mail = { channel: "email", to: "clerk@example.org", kind: "reminder", language: "de" };

  test("goes the way all messages go, with made-up data", async () => {
    const message = (await post("/test-messages", mail)).as(messageSchema);
    expect(message).toMatchObject({ subject_kind: "test", status: "planned" });
    await world.send();
    expect(await historyOf(message.id)).toMatchObject({ status: "sent" });
    expect(recording.email.taken.at(-1)).toMatchObject({
      to: { address: "clerk@example.org" },
      language: "de",
    });
  });

  test("is refused where it does not fit, and after twenty in an hour", async () => {
    expect((await post("/test-messages", { ...mail, to: "nobody" })).status).toBe(422);
    expect((await post("/test-messages", { ...mail, service: "no-such" })).status).toBe(404);
    expect((await app.api("POST", "/test-messages", { body: mail })).status).toBe(401);
    const sent = await Promise.all(Array.from({ length: 20 }, () => post("/test-messages", mail)));
    expect(sent.some(({ status }) => status === 201)).toBe(true);
    expect(slugOf(await post("/test-messages", mail))).toBe("too-many-tests");
  });
});

test("nothing was written wrongly in all of this", () => {
  expect(world.faults).toEqual([]);
});

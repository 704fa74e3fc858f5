import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { releaseUnconfirmed } from "../../src/reminders/presence/release-unconfirmed.ts";
import { checkCounters } from "../support/town.ts";
import { createMessageWorld, type Booked } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app, recording } = world;
afterAll(() => world.close());

const ada = { email: "ada@example.org" };
beforeEach(() => world.goTo("2027-05-20T08:00:00Z"));

/** Asks three days before, awaits an answer until one day before, and gives the place away. */
const rules = {
  confirmation: null,
  notices: { channels: "email_first" },
  reminders: [],
  please_confirm: {
    offset_minutes: 4_320,
    channels: "email_first",
    answer_minutes: 1_440,
    is_released: true,
  },
  follow_up: { offset_minutes: 60, channels: "email_first" },
  has_phone_reminders: true,
};

beforeAll(async () => {
  const answer = await app.api("PUT", "/message-policies", {
    key: app.adminKey,
    body: { rules, version: 0 },
  });
  if (answer.status !== 200) throw new Error(`The policy was answered ${answer.status}`);
});

async function statesOf({ appointment }: Booked): Promise<string[]> {
  const messages = await world.messagesOf(appointment.id);
  return messages.map(({ kind, status, end_reason }) =>
    [kind, status, end_reason].filter(Boolean).join(" "),
  );
}

async function statusOf({ appointment }: Booked): Promise<unknown> {
  const answer = await app.api("GET", `/appointments/${appointment.id}`, { key: app.adminKey });
  return answer.as(
    z.object({ status: z.string(), cancelled: z.object({ reason: z.string() }).nullable() }),
  );
}

describe("a service that asks whether people come", () => {
  test("gives the place away of who does not answer, and tells him", async () => {
    const booked = await world.book(ada, 0);
    await world.plan();
    await world.goTo("2027-06-06T07:01:00Z");
    await world.send();
    expect(recording.email.taken.at(-1)?.text).toMatch(/\/m\/spo_mt_[\w-]+\/confirm/);
    await world.goTo("2027-06-08T06:59:00Z");
    expect(await releaseUnconfirmed(app.deps, app.tenant)).toBe(0);
    await world.goTo("2027-06-08T07:01:00Z");
    expect(await releaseUnconfirmed(app.deps, app.tenant)).toBe(1);
    expect(await statusOf(booked)).toEqual({
      status: "cancelled",
      cancelled: { reason: "not_confirmed" },
    });
    await world.plan();
    await world.send();
    expect(await statesOf(booked)).toEqual(["please_confirm sent", "released sent"]);
    await checkCounters(app);
  });

  test("leaves the place to who says that he comes", async () => {
    const booked = await world.book(ada, 15);
    await world.plan();
    await world.goTo("2027-06-06T07:31:00Z");
    await world.send();
    const path = `/appointments/${booked.appointment.id}/confirm-presence`;
    expect((await app.api("POST", path, { key: booked.manage_token })).status).toBe(204);
    await world.goTo("2027-06-08T08:00:00Z");
    expect(await releaseUnconfirmed(app.deps, app.tenant)).toBe(0);
    expect(await statusOf(booked)).toMatchObject({ status: "booked" });
  });

  test("never gives the place away of who was not asked in time", async () => {
    const booked = await world.book(ada, 30);
    await world.plan();
    // The mail server was out of order until an hour before the time for the answer ended.
    await world.goTo("2027-06-08T06:30:00Z");
    await world.send();
    await world.goTo("2027-06-08T08:00:00Z");
    expect(await releaseUnconfirmed(app.deps, app.tenant)).toBe(0);
    expect(await statusOf(booked)).toMatchObject({ status: "booked" });
  });

  test("does not ask again who has said so already", async () => {
    const booked = await world.book(ada, 45);
    await world.plan();
    const path = `/appointments/${booked.appointment.id}/confirm-presence`;
    await app.api("POST", path, { key: booked.manage_token });
    await world.goTo("2027-06-06T08:00:00Z");
    await world.send();
    expect(await statesOf(booked)).toEqual(["please_confirm discarded confirmed"]);
  });

  test("refuses an answer about a cancelled appointment, and one of a stranger", async () => {
    const booked = await world.book(ada, 60);
    const path = `/appointments/${booked.appointment.id}/confirm-presence`;
    expect((await app.api("POST", path)).status).toBe(401);
    expect((await app.api("POST", path, { key: app.widgetKey })).status).toBe(403);
    const other = await world.book(ada, 60);
    expect((await app.api("POST", path, { key: other.manage_token })).status).toBe(404);
    const key = booked.manage_token;
    await app.api("POST", `/appointments/${booked.appointment.id}/cancel`, { key, body: {} });
    expect((await app.api("POST", path, { key })).status).toBe(409);
  });
});

describe("after a visit", () => {
  test("who attended is asked how it was, answers once more or less, and counts in fives", async () => {
    await world.goTo("2027-06-09T07:00:00Z");
    const visits: Booked[] = [];
    for (let count = 0; count < 5; count += 1) visits.push(await world.book(ada, 75 + count * 15));
    await world.goTo("2027-06-09T10:30:00Z");
    for (const { appointment } of visits) {
      const participants = appointment.participants.map(({ id }) => ({
        id,
        attendance: "attended",
        outcome: "done",
      }));
      const path = `/appointments/${appointment.id}/attendance`;
      const body = { participants, is_closed: true };
      expect((await app.api("POST", path, { key: app.adminKey, body })).status).toBe(200);
    }
    await world.plan();
    await world.goTo("2027-06-09T12:00:00Z");
    await world.send();
    expect(await statesOf(must(visits[0]))).toEqual(["follow_up sent"]);
    for (const { appointment, manage_token: key } of visits.slice(0, 4))
      await app.api("PUT", `/appointments/${appointment.id}/rating`, { key, body: { rating: 4 } });
    expect(await ratings()).toMatchObject([{ answers: 4, counts: null }]);
    const last = must(visits[4]);
    const path = `/appointments/${last.appointment.id}/rating`;
    for (const rating of [1, 5])
      await app.api("PUT", path, { key: last.manage_token, body: { rating } });
    expect(await ratings()).toMatchObject([{ answers: 5, counts: [0, 0, 0, 4, 1] }]);
  });

  test("who did not come is asked nothing and rates nothing", async () => {
    const booked = await world.book(ada, 150);
    await world.goTo("2027-06-09T10:00:00Z");
    const [person] = booked.appointment.participants;
    const body = { participants: [{ id: person?.id, attendance: "absent" }], is_closed: true };
    const path = `/appointments/${booked.appointment.id}`;
    await app.api("POST", `${path}/attendance`, { key: app.adminKey, body });
    await world.plan();
    expect(await statesOf(booked)).not.toContain("follow_up planned");
    const rating = { key: booked.manage_token, body: { rating: 1 } };
    expect((await app.api("PUT", `${path}/rating`, rating)).status).toBe(409);
  });
});

const ratingsShape = z.object({
  items: z.array(z.object({ answers: z.number(), counts: z.array(z.number()).nullable() })),
});

async function ratings() {
  const answer = await app.api("GET", "/ratings?from=2027-06-01&to=2027-06-30", {
    key: app.adminKey,
  });
  return answer.as(ratingsShape).items;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Nothing is there");
  return value;
}

describe("who wants no reminders", () => {
  test("gets none for any appointment of his address, and notices all the same", async () => {
    const reminders = [{ offset_minutes: 2_880, channels: "email_first" }];
    const body = { rules: { ...rules, please_confirm: null, reminders }, version: 1 };
    await app.api("PUT", "/message-policies", { key: app.adminKey, body });
    const berta = { email: "berta@example.org" };
    const first = await world.book(berta, 180);
    await world.plan();
    const path = `/appointments/${first.appointment.id}/reminders`;
    const off = { key: first.manage_token, body: { is_wanted: false } };
    expect((await app.api("PUT", path, off)).status).toBe(200);
    const second = await world.book(berta, 195);
    await world.plan();
    await world.goTo("2027-06-07T11:00:00Z");
    await world.send();
    expect(await statesOf(first)).toEqual(["reminder discarded opted_out"]);
    expect(await statesOf(second)).toEqual([]);
    const cancel = { key: app.adminKey, body: { reason: "office_closed" } };
    await app.api("POST", `/appointments/${second.appointment.id}/cancel`, cancel);
    await world.plan();
    await world.send();
    expect(await statesOf(second)).toEqual(["cancellation sent"]);
    await app.api("PUT", path, { ...off, body: { is_wanted: true } });
    const third = await world.book(berta, 210);
    await world.goTo("2027-05-20T09:00:00Z");
    await world.plan();
    expect((await app.api("GET", path, { key: first.manage_token })).body).toEqual({
      is_wanted: true,
    });
    expect((await statesOf(third)).length).toBeLessThanOrEqual(1);
  });
});

test("nothing was written wrongly in all of this", () => {
  expect(world.faults).toEqual([]);
});

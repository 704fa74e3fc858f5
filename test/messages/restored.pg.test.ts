import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { pauseSending, releaseSending } from "../../src/messages/switch/switch-sending.ts";
import { watchPlace } from "../../src/messages/switch/watch-place.ts";
import { createMessageWorld } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app, recording } = world;
afterAll(() => world.close());

const folder = "12345-1700000000000";
let minutes = 0;
async function planOne() {
  minutes += 15;
  const { appointment } = await world.book({ email: "ada@example.org" }, minutes);
  await world.plan();
  return appointment.id;
}

async function confirmationOf(appointmentId: string) {
  return (await world.messagesOf(appointmentId)).find(({ kind }) => kind === "confirmation");
}

beforeEach(async () => {
  await world.goTo("2027-05-20T08:00:00Z");
  await releaseSending(app.deps, { folder });
});

describe("a database that is a copy", () => {
  const copies: readonly (readonly [string, string])[] = [
    [
      "of another cluster",
      "UPDATE sending_switch SET place = regexp_replace(place, '^[0-9]+', '1')",
    ],
    [
      "beside the first in its cluster",
      "UPDATE sending_switch SET place = regexp_replace(place, '/[0-9]+/', '/1/')",
    ],
    [
      "recovered to a point in time",
      "UPDATE sending_switch SET place = regexp_replace(place, '[^/]+$', '000000FF')",
    ],
  ];

  test.each(copies)("%s sends nothing, though jobs are left in the queue", async (_name, sql) => {
    const id = await planOne();
    await app.sql(sql);
    const sent = recording.email.taken.length;
    await world.send();
    expect(recording.email.taken).toHaveLength(sent);
    expect(await watchPlace(app.deps, folder)).toEqual({ isPaused: true, reason: "restored" });
    expect(await confirmationOf(id)).toMatchObject({ status: "planned", attempt: 0 });
  });

  test("of an embedded folder starts paused", async () => {
    expect(await watchPlace(app.deps, folder)).toMatchObject({ isPaused: false });
    expect(await watchPlace(app.deps, "67890-1700000000000")).toEqual({
      isPaused: true,
      reason: "restored",
    });
  });

  test("is released without what the original has sent since", async () => {
    const old = await planOne();
    await world.goTo("2027-05-20T10:00:00Z");
    const fresh = await planOne();
    await app.sql("UPDATE sending_switch SET place = 'elsewhere'");
    await watchPlace(app.deps, folder);
    const discardBefore = Date.parse("2027-05-20T09:00:00Z");
    await releaseSending(app.deps, { discardBefore, folder });
    await world.send();
    expect(await confirmationOf(old)).toMatchObject({ end_reason: "not_released" });
    expect(await confirmationOf(fresh)).toMatchObject({ status: "sent" });
    expect(await watchPlace(app.deps, folder)).toMatchObject({ isPaused: false });
  });
});

test("a pause of the whole installation holds for every administration until it is released", async () => {
  const id = await planOne();
  expect(await pauseSending(app.deps, "Provider moves")).toBe(true);
  expect(await pauseSending(app.deps, "Another reason")).toBe(false);
  await world.send();
  expect(await confirmationOf(id)).toMatchObject({ status: "planned" });
  expect(await watchPlace(app.deps, folder)).toEqual({ isPaused: true, reason: "Provider moves" });
  await releaseSending(app.deps, { folder });
  await world.send();
  expect(await confirmationOf(id)).toMatchObject({ status: "sent" });
});

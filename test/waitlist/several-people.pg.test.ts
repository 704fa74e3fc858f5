import { afterAll, beforeEach, expect, test } from "vitest";
import { checkCounters } from "../support/town.ts";
import { createWaitlistWorld, type Joined } from "./waitlist-world.ts";

const world = await createWaitlistWorld({ settings: { people_per_place: 3 } });
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());

/** Four people wait for the only place; three of them are asked. */
async function askThree(): Promise<Joined[]> {
  for (const [at, name] of ["Uno Pieno", "Due Pieno", "Tre Pieno"].entries())
    await world.book(name, at * 15);
  const joined = [];
  for (const name of ["Ada Prima", "Bea Seconda", "Ciro Terzo", "Dino Quarto"])
    joined.push(await world.join(name));
  expect(await world.offer()).toBe(3);
  return joined;
}

async function statusesOf(joined: readonly Joined[]): Promise<string[]> {
  const statuses = [];
  for (const one of joined) {
    const { status, offer } = await world.entry(one);
    statuses.push(`${status} ${offer?.status ?? "never"}`);
  }
  return statuses;
}

test("one place is offered to the first three in the order, and the first who accepts has it", async () => {
  const joined = await askThree();
  expect(await statusesOf(joined)).toEqual([
    "offered offered",
    "offered offered",
    "offered offered",
    "waiting never",
  ]);
  const [first, second] = joined;
  if (!first || !second) throw new Error("Nobody waits");
  expect((await world.entry(first)).offer?.is_shared).toBe(true);
  expect((await world.accept(second)).status).toBe(200);
  expect(await statusesOf(joined)).toEqual([
    "waiting superseded",
    "fulfilled accepted",
    "waiting superseded",
    "waiting never",
  ]);
  expect(await world.accept(first)).toMatchObject({
    status: 409,
    body: { offer_status: "superseded" },
  });
  await checkCounters(app);
});

test("those who lost keep their place in the order", async () => {
  const joined = await askThree();
  const [first, second] = joined;
  if (!first || !second) throw new Error("Nobody waits");
  await world.accept(second);
  const { rows } = await app.sql(
    "SELECT id FROM waitlist_entries WHERE status = 'waiting' ORDER BY waiting_since, id",
  );
  expect(rows.map((row) => row["id"])).toEqual(
    [joined[0], joined[2], joined[3]].map((one) => one?.entry.id),
  );
  expect((await world.entry(first)).lapses).toBe(0);
});

test("a place stays with the others when one of those who are asked declines", async () => {
  const [first, second, third] = await askThree();
  if (!first || !second || !third) throw new Error("Nobody waits");
  await world.decline(first);
  await world.decline(second);
  expect((await world.accept(third)).status).toBe(200);
  await checkCounters(app);
});

test("of everybody accepting at once one has the place, and the others are told", async () => {
  for (let round = 0; round < 5; round += 1) {
    await world.reset();
    const asked = (await askThree()).slice(0, 3);
    const answers = await Promise.all(asked.map((one) => world.accept(one)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    await checkCounters(app);
    const { rows } = await app.sql(
      "SELECT count(*)::int AS n FROM appointments WHERE status = 'booked'",
    );
    expect(rows).toEqual([{ n: 4 }]);
  }
});

import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { acceptedSchema } from "../../src/waitlist/schema.ts";
import { appointmentSchema } from "../../src/appointments/schema.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { beginning, createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld();
afterAll(() => world.close());
const { app } = world;

beforeEach(() => world.reset());

const minutesAfter = (minutes: number): string =>
  new Date(firstSlot.getTime() + minutes * 60_000).toISOString();

/** Fills all four places and returns the appointments. */
async function fill() {
  const names = ["Uno Pieno", "Due Pieno", "Tre Pieno", "Quattro Pieno"];
  const booked = [];
  for (const [at, name] of names.entries()) booked.push(await world.book(name, at * 15));
  return booked.map(({ appointment }) => appointment.id);
}

test("a freed place goes to the oldest wish that it fits, is held for it, and becomes its appointment", async () => {
  const [first = ""] = await fill();
  const older = await world.join("Ada Antica");
  const newer = await world.join("Bea Recente");
  expect(await world.offer()).toBe(0);
  await world.cancel(first);
  expect(await world.offer()).toBe(1);
  expect((await world.entry(newer)).status).toBe("waiting");
  expect(await world.entry(older)).toMatchObject({
    status: "offered",
    offer: { status: "offered", way: "email", starts_at: minutesAfter(0), is_shared: false },
  });
  const taken = await app.api("POST", "/appointments", {
    body: {
      services: [world.town.services["id-card"]],
      site: world.town.siteId,
      starts_at: minutesAfter(0),
      booker: { name: "Zeno Furbo" },
    },
  });
  expect(taken.status).toBe(409);
  const answer = await world.accept(older);
  expect(answer.status).toBe(200);
  const accepted = answer.as(acceptedSchema);
  const appointment = await app.api("GET", `/appointments/${accepted.appointment_id}`, {
    key: accepted.manage_token,
  });
  expect(appointment.as(appointmentSchema)).toMatchObject({
    status: "booked",
    starts_at: minutesAfter(0),
    booker: { name: "Ada Antica", email: "ada.antica@example.org" },
  });
  expect((await world.entry(older)).status).toBe("fulfilled");
  expect((await world.accept(older)).as(acceptedSchema)).toEqual(accepted);
  await checkCounters(app);
});

test("a wish that the place does not fit is skipped and keeps its place in the order", async () => {
  const [first = ""] = await fill();
  const site = world.town.siteId;
  const day = firstSlot.toISOString().slice(0, 10);
  const wrong = [
    { from: daysAhead(13).toISOString().slice(0, 10) },
    { to: daysAhead(11).toISOString().slice(0, 10) },
    { weekdays: [1, 2, 3, 4, 5, 6, 7].filter((one) => one !== (firstSlot.getUTCDay() || 7)) },
    { from_time: "12:00" },
    { to_time: "08:30" },
    { party_size: 11 },
  ];
  const skipped = [];
  for (const [at, more] of wrong.slice(0, 5).entries())
    skipped.push(await world.join(`Sbagliata ${at}`, more));
  const fitting = await world.join("Giusta", { sites: [site], from: day, to: day });
  expect((await world.tryToJoin("Troppi", wrong[5])).status).toBe(422);
  await world.cancel(first);
  expect(await world.offer()).toBe(1);
  for (const joined of skipped) expect((await world.entry(joined)).status).toBe("waiting");
  expect((await world.entry(fitting)).status).toBe("offered");
});

test("whoever declines keeps his place in the order, and the place goes to the next", async () => {
  const [first = "", second = ""] = await fill();
  const older = await world.join("Ada Antica");
  const newer = await world.join("Bea Recente");
  await world.cancel(first);
  await world.offer();
  expect((await world.decline(older)).status).toBe(200);
  expect((await world.entry(older)).status).toBe("waiting");
  expect(await world.offer()).toBe(1);
  expect(await world.entry(newer)).toMatchObject({ offer: { starts_at: minutesAfter(0) } });
  expect(await world.entry(older)).toMatchObject({ status: "waiting" });
  await world.cancel(second);
  await world.offer();
  expect(await world.entry(older)).toMatchObject({
    status: "offered",
    offer: { starts_at: minutesAfter(15) },
  });
  await checkCounters(app);
});

test("an unanswered offer ends by the database's clock, goes to the next, and its wish goes behind", async () => {
  const [first = ""] = await fill();
  const older = await world.join("Ada Antica");
  const newer = await world.join("Bea Recente");
  await world.cancel(first);
  await world.offer();
  const answerBy = (await world.entry(older)).offer?.answer_by ?? "";
  await world.goTo(new Date(Date.parse(answerBy) + 1_000));
  expect(await world.accept(older)).toMatchObject({ status: 409 });
  expect(await world.end()).toEqual({ places: 1, lapsed: 1 });
  expect(await world.entry(older)).toMatchObject({
    status: "waiting",
    lapses: 1,
    offer: { status: "expired" },
  });
  expect(await world.offer()).toBe(1);
  expect(await world.entry(newer)).toMatchObject({ offer: { starts_at: minutesAfter(0) } });
  await checkCounters(app);
});

test("two unanswered offers end a wish", async () => {
  const [first = "", second = ""] = await fill();
  const joined = await world.join("Ada Distratta");
  for (const appointment of [first, second]) {
    await world.cancel(appointment);
    expect(await world.offer()).toBe(1);
    const answerBy = (await world.entry(joined)).offer?.answer_by ?? "";
    await world.goTo(new Date(Date.parse(answerBy) + 1_000));
    await world.end();
  }
  expect(await world.entry(joined)).toMatchObject({ status: "lapsed", lapses: 2 });
  expect(await world.accept(joined)).toMatchObject({ status: 409 });
});

test("a place that nobody wants is on sale a minute later", async () => {
  const [first = ""] = await fill();
  const joined = await world.join("Ada Indecisa");
  await world.cancel(first);
  await world.offer();
  await world.decline(joined);
  const book = () => world.book("Zeno Paziente", 0);
  await expect(book()).rejects.toThrow("slot-taken");
  await world.goTo(new Date(beginning.getTime() + 65_000));
  expect((await book()).appointment.starts_at).toBe(minutesAfter(0));
});

test("nobody is asked in quiet hours", async () => {
  const night = new Date(beginning);
  night.setUTCHours(23, 0, 0, 0);
  await world.join("Ada Assonnata");
  await world.goTo(night);
  expect(await world.offer()).toBe(0);
  await world.goTo(new Date(night.getTime() + 12 * 3_600_000));
  expect(await world.offer()).toBe(1);
});

test("withdrawing gives an offered place to the next", async () => {
  const [first = ""] = await fill();
  const older = await world.join("Ada Antica");
  const newer = await world.join("Bea Recente");
  await world.cancel(first);
  await world.offer();
  const answer = await app.api("POST", `/waitlist-entries/${older.entry.id}/withdraw`, {
    key: older.token,
  });
  expect(answer.body).toMatchObject({ status: "withdrawn", offer: { status: "declined" } });
  await world.offer();
  expect((await world.entry(newer)).status).toBe("offered");
});

test("an offer and its message are there together", async () => {
  await world.join("Ada Scritta");
  await world.offer();
  const { rows } = await app.sql(
    `SELECT m.kind, m.channel, m.status, m.facts ->> 'offer_id' = o.id::text AS is_of_offer
     FROM messages m JOIN waitlist_offers o ON o.id = m.subject_id`,
  );
  expect(rows).toEqual([
    { kind: "waitlist_offer", channel: "email", status: "planned", is_of_offer: true },
  ]);
});

test("a place that is kept for an offer is not among the free times, and is again once it is left", async () => {
  const [first = ""] = await fill();
  const joined = await world.join("Ada Tenuta");
  await world.cancel(first);
  await world.offer();
  const freeStarts = async (): Promise<string[]> => {
    const query = `service=${world.town.services["id-card"]}&site=${world.town.siteId}`;
    const answer = await app.api("GET", `/availability/next?${query}`);
    const { starts } = answer.as(
      z.object({ starts: z.array(z.object({ starts_at: z.string() })) }),
    );
    return starts.map((start) => start.starts_at);
  };
  expect(await freeStarts()).toEqual([]);
  await world.decline(joined);
  await world.goTo(new Date(beginning.getTime() + 65_000));
  await expect.poll(freeStarts, { timeout: 3_000 }).toEqual([minutesAfter(0)]);
});

test("a place that is too near to be asked about stands in nobody's way", async () => {
  const joined = await world.join("Ada Vicina");
  await world.goTo(new Date(firstSlot.getTime() - 20 * 60_000));
  expect(await world.offer()).toBe(1);
  expect((await world.entry(joined)).offer?.starts_at).toBe(minutesAfter(45));
  await checkCounters(app);
});

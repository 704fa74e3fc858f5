import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { problemOf } from "../support/schedule-world.ts";
import { createTodayWorld } from "./today-world.ts";

// A Wednesday, 06:30 in Rome; everything opens at 08:00.
const early = "2026-06-03T04:30:00Z";
const eight = "2026-06-03T06:00:00Z";
const half = "2026-06-03T06:30:00Z";
const nine = "2026-06-03T07:00:00Z";
const eleven = "2026-06-03T09:00:00Z";
const tomorrow = "2026-06-04T06:00:00Z";

const world = await createTodayWorld(early);
const { app } = world;
afterAll(() => app.close());
beforeEach(async () => {
  // What happened in another test is told before this one looks.
  await world.setClock("2026-06-03T07:30:00Z");
  await world.work();
  await world.setClock(early);
  world.recording.email.taken.length = 0;
  world.recording.sms.taken.length = 0;
});

const wind = { it: "Chiuso per vento forte", de: "Wegen Sturm geschlossen" };

/** Forgets what was said until now. */
async function confirmAll(): Promise<void> {
  await world.work();
  world.recording.email.taken.length = 0;
  world.recording.sms.taken.length = 0;
}

describe("a suspension", () => {
  const tenToEight = "2026-06-03T05:50:00Z";

  test("keeps the places of those on the way as far as the first hour has room", async () => {
    const place = await world.addPlace([2]);
    // From 10:30 there are two cells of two places within an hour; one is booked.
    await world.visit(place, { startsAt: "2026-06-03T08:30:00Z", email: "later@example.org" });
    const first = await world.visit(place, { startsAt: eight, email: "first@example.org" });
    const second = await world.visit(place, { startsAt: eight, email: "second@example.org" });
    const third = await world.visit(place, { startsAt: nine, email: "third@example.org" });
    await confirmAll();
    await world.setClock(tenToEight);
    const closed = await world.close({
      site: place.siteId,
      from: "08:00",
      until: "10:30",
      reason: wind,
    });
    expect(closed.numbers).toMatchObject({ kept: 2, lost: 1, told: 3 });
    for (const { id } of [first, second]) {
      const state = await world.stateOf(id);
      expect(state).toMatchObject({ support: "supported", is_counted: false });
      expect(state.overbooking_reason).toContain(closed.id);
    }
    expect(await world.stateOf(third.id)).toMatchObject({ support: "conflict" });
    await world.work();
    const textTo = (address: string) =>
      world.recording.email.taken.find(({ to }) => to.address === address)?.text ?? "";
    expect(textTo("first@example.org")).toContain("venga dalle 10:30");
    expect(textTo("third@example.org")).toContain("sospeso fino alle 10:30");
    expect(world.recording.email.taken).toHaveLength(3);
  });

  test("lets somebody wait who has lost the place, only as long as there is room", async () => {
    const place = await world.addPlace([1]);
    // Two cells of one place from 10:30 within an hour.
    const visits = [];
    for (const startsAt of [nine, "2026-06-03T07:30:00Z", "2026-06-03T08:00:00Z"])
      visits.push(await world.visit(place, { startsAt, email: "ada@example.org" }));
    await world.setClock(tenToEight);
    const closed = await world.close({
      site: place.siteId,
      from: "08:00",
      until: "10:30",
      reason: wind,
    });
    expect(closed.numbers).toMatchObject({ kept: 0, lost: 3 });
    const answers = await Promise.all(
      visits.map((visit) => world.choose(visit, { choice: "wait" })),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(problemOf)).toEqual(["no-room-to-wait"]);
  });
});

describe("whoever lost the place", () => {
  async function closedAt(email: string, until: string | null = null) {
    const place = await world.addPlace([1]);
    const visit = await world.visit(place, { startsAt: eight, email });
    await confirmAll();
    const closure = await world.close({ site: place.siteId, until, reason: wind });
    return { place, visit, closure };
  }

  test("sees free times after it opens again, and takes one though it is near", async () => {
    const { visit } = await closedAt("ada@example.org", "10:30");
    const path = `/appointments/${visit.id}/urgent-choice`;
    const options = await app.api("GET", path, { key: visit.token });
    expect(options.body).toMatchObject({ can_wait: true });
    expect(options.text).toContain("2026-06-03T08:30:00.000Z");
    expect(options.text).not.toContain("2026-06-03T08:00:00.000Z");
    const answer = await world.choose(visit, { choice: "later_today", starts_at: eleven });
    expect(answer.status).toBe(200);
    expect(await world.stateOf(visit.id)).toMatchObject({
      support: "supported",
      starts_at: "2026-06-03T09:00Z",
      is_counted: true,
    });
  });

  test("goes to another day, whatever the limit for changes says", async () => {
    const { visit } = await closedAt("ada@example.org");
    const answer = await world.choose(visit, { choice: "another_day", starts_at: tomorrow });
    expect(answer.status).toBe(200);
    expect(await world.stateOf(visit.id)).toMatchObject({ starts_at: "2026-06-04T06:00Z" });
    await world.work();
    const last = world.recording.email.taken.at(-1);
    expect(last?.to.address).toBe("ada@example.org");
  });

  test("cancels, and that is the citizen's choice for the office's reason", async () => {
    const { visit } = await closedAt("ada@example.org");
    expect((await world.choose(visit, { choice: "cancel" })).status).toBe(200);
    const { rows } = await app.sql(
      "SELECT status, cancelled_by, cancel_reason FROM appointments WHERE id = $1",
      [visit.id],
    );
    expect(rows[0]).toEqual({
      status: "cancelled",
      cancelled_by: "citizen",
      cancel_reason: "office_closed",
    });
  });

  test("cannot choose twice, nor somebody who lost nothing, nor a stranger", async () => {
    const { place, visit } = await closedAt("ada@example.org");
    const other = await world.visit(place, { startsAt: tomorrow, email: "b@example.org" });
    expect(problemOf(await world.choose(other, { choice: "cancel" }))).toBe("nothing-to-choose");
    const foreign = await world.choose({ ...visit, token: other.token }, { choice: "cancel" });
    expect(foreign.status).toBe(404);
    await world.choose(visit, { choice: "another_day", starts_at: "2026-06-05T06:00:00Z" });
    const again = await world.choose(visit, { choice: "cancel" });
    expect(problemOf(again)).toBe("nothing-to-choose");
  });

  test("by telephone: the clerk notes the choice, and the call is settled", async () => {
    const place = await world.addPlace([1]);
    const visit = await world.visit(place, { startsAt: eight, phone: "06 6982" });
    await confirmAll();
    await world.close({ site: place.siteId, until: null, reason: wind });
    await world.work();
    expect(await world.tasksOf(visit.id)).toMatchObject([{ status: "open" }]);
    const answer = await world.choose(
      visit,
      { choice: "another_day", starts_at: tomorrow },
      { key: app.adminKey },
    );
    expect(answer.status).toBe(200);
    expect(await world.tasksOf(visit.id)).toMatchObject([{ status: "done", outcome: "reached" }]);
  });

  test("is not called any more after choosing by the link", async () => {
    const place = await world.addPlace([1]);
    const visit = await world.visit(place, { startsAt: eight, phone: "06 6982" });
    await confirmAll();
    await world.close({ site: place.siteId, until: null, reason: wind });
    await world.work();
    await world.choose(visit, { choice: "cancel" });
    expect(await world.tasksOf(visit.id)).toMatchObject([{ status: "dropped" }]);
  });
});

describe("lifting", () => {
  test("gives the places back, tells those who still have the old time, and leaves the others", async () => {
    const place = await world.addPlace([3]);
    const stays = await world.visit(place, { startsAt: eight, email: "stays@example.org" });
    const moves = await world.visit(place, { startsAt: eight, email: "moves@example.org" });
    const called = await world.visit(place, { startsAt: eight, phone: "06 6982" });
    await confirmAll();
    const { id } = await world.close({ site: place.siteId, until: null, reason: wind });
    await world.work();
    await world.choose(moves, { choice: "another_day", starts_at: tomorrow });
    await confirmAll();
    const lifted = await world.lift(id);
    expect(lifted).toMatchObject({ status: "lifted" });
    expect(await world.lift(id)).toMatchObject({ version: lifted.version });
    expect(await world.stateOf(stays.id)).toMatchObject({ support: "supported", is_counted: true });
    expect(await world.stateOf(moves.id)).toMatchObject({ starts_at: "2026-06-04T06:00Z" });
    expect(await world.notices(place.siteId)).toEqual([]);
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address)).toEqual(["stays@example.org"]);
    expect(world.recording.email.taken[0]?.text).toContain("Abbiamo riaperto");
    expect((await world.tasksOf(called.id)).map(({ status }) => status)).toEqual([
      "dropped",
      "open",
    ]);
  });

  test("before the notices went out: nobody is told that it was closed", async () => {
    const place = await world.addPlace([1]);
    await world.visit(place, { startsAt: eight, email: "ada@example.org" });
    await confirmAll();
    const { id } = await world.close({ site: place.siteId, until: null, reason: wind });
    await world.lift(id);
    await world.work();
    const texts = world.recording.email.taken.map(({ text }) => text).join();
    expect(texts).not.toContain("vento");
  });

  test("counts those who waited again, so that their places are not sold twice", async () => {
    const place = await world.addPlace([1]);
    const visit = await world.visit(place, { startsAt: half, email: "ada@example.org" });
    await world.setClock("2026-06-03T06:10:00Z");
    const { id, numbers } = await world.close({
      site: place.siteId,
      until: "10:30",
      reason: wind,
    });
    expect(numbers.kept).toBe(1);
    await world.lift(id);
    expect(await world.stateOf(visit.id)).toEqual({
      status: "booked",
      support: "supported",
      starts_at: "2026-06-03T06:30Z",
      overbooking_reason: null,
      resources: place.desks,
      is_counted: true,
    });
  });

  test("of a preview is refused", async () => {
    const place = await world.addPlace([1]);
    const { id } = await world.previewed({ site: place.siteId, until: null, reason: wind });
    const answer = await world.call("POST", `/urgent-closures/${id}/lift`);
    expect(problemOf(answer)).toBe("wrong-operation-state");
  });
});

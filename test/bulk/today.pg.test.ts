import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { urgentStateSchema } from "../../src/bulk/today/schema.ts";
import { expectStatus, problemOf } from "../support/schedule-world.ts";
import { createTodayWorld } from "./today-world.ts";

// A Wednesday, 06:30 in Rome; everything opens at 08:00.
const early = "2026-06-03T04:30:00Z";
const eight = "2026-06-03T06:00:00Z";
const half = "2026-06-03T06:30:00Z";
const nine = "2026-06-03T07:00:00Z";
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

describe("a preview", () => {
  test("says whom it hits, by which way they are told and what they would read, and changes nothing", async () => {
    const place = await world.addPlace([4]);
    const mailed = await world.visit(place, { startsAt: eight, email: "ada@example.org" });
    await world.visit(place, { startsAt: eight, phone: "+39 333 1234567" });
    await world.visit(place, { startsAt: half, phone: "06 6982" });
    await world.visit(place, { startsAt: half });
    await world.visit(place, { startsAt: tomorrow, email: "tomorrow@example.org" });
    const shown = await world.previewed({ site: place.siteId, until: null, reason: wind });
    expect(shown.numbers).toMatchObject({
      kept: 0,
      moved: 0,
      lost: 4,
      told: 4,
      by_sms: 1,
      by_email: 1,
      by_phone: 1,
      unreachable: 1,
    });
    expect(shown).toMatchObject({ status: "previewed", is_count_needed: false });
    expect(shown.samples.some(({ text }) => text.includes("Chiuso per vento forte."))).toBe(true);
    expect(await world.stateOf(mailed.id)).toMatchObject({
      support: "supported",
      is_counted: true,
    });
    expect(await world.notices(place.siteId)).toEqual([]);
    await world.work();
    const texts = world.recording.email.taken.map(({ text }) => text).join();
    expect(texts).not.toContain("vento");
    const { rows } = await app.sql("SELECT FROM closures WHERE site_id = $1", [place.siteId]);
    expect(rows).toHaveLength(0);
  });

  test("refuses what is over, what ends before it begins, and resources of other sites", async () => {
    const place = await world.addPlace([1]);
    const other = await world.addPlace([1]);
    const refused = [
      { site: place.siteId, until: "06:00", reason: wind },
      { site: place.siteId, from: "10:00", until: "09:00", reason: wind },
      { site: place.siteId, resource_ids: other.desks, until: null, reason: wind },
      { site: "nowhere", until: null, reason: wind },
      { site: place.siteId, until: null, reason: {} },
    ];
    for (const body of refused) expect((await world.preview(body)).status).toBe(422);
    const braces = await world.preview({ site: place.siteId, until: null, reason: { it: "{{ x" } });
    expect(problemOf(braces)).toBe("template-not-valid");
  });

  test("is for keys that may state when what is open", async () => {
    const place = await world.addPlace([1]);
    const body = { site: place.siteId, until: null, reason: wind };
    const widget = { body, key: app.widgetKey };
    expect((await app.api("POST", "/urgent-closures", { body })).status).toBe(401);
    expect((await app.api("POST", "/urgent-closures", widget)).status).toBe(403);
  });

  test("that is a quarter of an hour old cannot be started", async () => {
    const place = await world.addPlace([1]);
    const shown = await world.previewed({ site: place.siteId, until: null, reason: wind });
    await world.setClock("2026-06-03T04:46:00Z");
    expect(problemOf(await world.start(shown))).toBe("preview-expired");
  });
});

describe("starting", () => {
  test("closes at once, marks the conflicts and tells everybody once, at night too", async () => {
    const place = await world.addPlace([4]);
    const mailed = await world.visit(place, { startsAt: eight, email: "ada@example.org" });
    const texted = await world.visit(place, {
      startsAt: half,
      phone: "+39 333 1234567",
      language: "de",
    });
    const called = await world.visit(place, { startsAt: half, phone: "06 6982" });
    const spared = await world.visit(place, { startsAt: tomorrow, email: "no@example.org" });
    await confirmAll();
    const closed = await world.close({ site: place.siteId, until: null, reason: wind });
    expect(closed).toMatchObject({ status: "active", numbers: { lost: 3, told: 3 } });
    for (const { id } of [mailed, texted, called]) {
      expect(await world.stateOf(id)).toMatchObject({ support: "conflict", is_counted: false });
    }
    expect(await world.stateOf(spared.id)).toMatchObject({ support: "supported" });
    const late = { ...place.visit(nine), booker: { name: "Zu spät" } };
    const booking = await app.api("POST", "/appointments", { key: app.widgetKey, body: late });
    expect(problemOf(booking)).toBe("no-such-start");
    await world.work();
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address)).toEqual(["ada@example.org"]);
    expect(world.recording.email.taken[0]?.text).toContain("Chiuso per vento forte.");
    expect(world.recording.sms.taken.map(({ to }) => to)).toEqual(["+393331234567"]);
    expect(world.recording.sms.taken[0]?.text).toContain("Wegen Sturm geschlossen.");
    expect(world.recording.sms.taken[0]?.text).toContain("/m/");
    expect(await world.tasksOf(called.id)).toMatchObject([
      { kind: "urgent_notice", status: "open" },
    ]);
  });

  test("twice, also at the same time, closes and tells once", async () => {
    const place = await world.addPlace([2]);
    await world.visit(place, { startsAt: eight, email: "ada@example.org" });
    await confirmAll();
    const shown = await world.previewed({ site: place.siteId, until: null, reason: wind });
    const answers = await Promise.all([world.start(shown), world.start(shown)]);
    answers.push(await world.start(shown));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await world.work();
    expect(world.recording.email.taken).toHaveLength(1);
    const { rows } = await app.sql("SELECT FROM closures WHERE site_id = $1", [place.siteId]);
    expect(rows).toHaveLength(1);
  });

  test("tells also whoever booked between the preview and the start", async () => {
    const place = await world.addPlace([2]);
    await world.visit(place, { startsAt: eight, email: "first@example.org" });
    const shown = await world.previewed({ site: place.siteId, until: null, reason: wind });
    await world.visit(place, { startsAt: eight, email: "second@example.org" });
    await confirmAll();
    const closed = expectStatus(await world.start(shown), 200).as(urgentStateSchema);
    expect(closed.numbers.lost).toBe(2);
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address).toSorted()).toEqual([
      "first@example.org",
      "second@example.org",
    ]);
  });

  test("needs the digest of the preview", async () => {
    const place = await world.addPlace([1]);
    const { id } = await world.previewed({ site: place.siteId, until: null, reason: wind });
    const answer = await world.start({ id, digest: "0".repeat(64) });
    expect(problemOf(answer)).toBe("not-as-previewed");
    expect(await world.notices(place.siteId)).toEqual([]);
  });

  test("above 500 people needs their number typed again", async () => {
    const place = await world.addPlace([1]);
    const shown = await world.previewed({ site: place.siteId, until: null, reason: wind });
    await app.sql(
      `UPDATE urgent_closures SET numbers = numbers || '{"lost":400,"kept":101}' WHERE id = $1`,
      [shown.id],
    );
    expect(problemOf(await world.start(shown))).toBe("not-as-previewed");
    const path = `/urgent-closures/${shown.id}/start`;
    const wrong = await world.call("POST", path, { digest: shown.digest, count: 500 });
    expect(problemOf(wrong)).toBe("not-as-previewed");
    const right = await world.call("POST", path, { digest: shown.digest, count: 501 });
    expect(right.status).toBe(200);
  });

  test("of one resource leaves the others open", async () => {
    const place = await world.addPlace([1]);
    const wood = await world.addResource(place.siteId, {
      service_ids: [await world.addService()],
    });
    await world.addOpening(wood, { rrule: "FREQ=DAILY", end_time: "12:00" });
    const kept = await world.visit(place, { startsAt: eight, email: "ada@example.org" });
    const closed = await world.close({
      site: place.siteId,
      resource_ids: [wood],
      until: null,
      reason: { it: "Il legno è al completo" },
    });
    expect(closed.numbers.told).toBe(0);
    expect(closed.operation_ids).toEqual([]);
    expect(await world.stateOf(kept.id)).toMatchObject({ support: "supported" });
    expect(await world.notices(place.siteId)).toMatchObject([{ resource_ids: [wood] }]);
  });
});

describe("a clerk who is ill at five past eight", () => {
  const fivePast = "2026-06-03T06:05:00Z";

  test("with an equivalent desk free: everybody goes there at the same time, and nobody is told", async () => {
    const place = await world.addPlace([1, 1]);
    const visits = [];
    for (const startsAt of [half, nine])
      visits.push(await world.visit(place, { startsAt, email: "ada@example.org" }));
    await confirmAll();
    const [ill = ""] = (await world.stateOf(visits[0]?.id ?? "")).resources;
    await world.setClock(fivePast);
    const closed = await world.close({
      site: place.siteId,
      resource_ids: [ill],
      until: null,
      reason: { it: "Personale assente" },
    });
    expect(closed.numbers).toMatchObject({ lost: 0, kept: 0, told: 0 });
    for (const [index, { id }] of visits.entries()) {
      const state = await world.stateOf(id);
      expect(state).toMatchObject({ support: "supported", is_counted: true });
      expect(state.starts_at).toBe(index === 0 ? "2026-06-03T06:30Z" : "2026-06-03T07:00Z");
      expect(state.resources).not.toContain(ill);
    }
    await world.work();
    expect(world.recording.email.taken).toHaveLength(0);
  });

  test("without one: everybody has to choose", async () => {
    const place = await world.addPlace([1]);
    const served = await world.visit(place, { startsAt: eight, email: "served@example.org" });
    const next = await world.visit(place, { startsAt: half, email: "next@example.org" });
    await confirmAll();
    await world.setClock(fivePast);
    const closed = await world.close({
      site: place.siteId,
      resource_ids: place.desks,
      until: null,
      reason: { it: "Personale assente" },
    });
    expect(closed.numbers).toMatchObject({ lost: 1, moved: 0 });
    expect(await world.stateOf(served.id)).toMatchObject({ support: "supported" });
    expect(await world.stateOf(next.id)).toMatchObject({ support: "conflict" });
    await world.work();
    expect(world.recording.email.taken.map(({ to }) => to.address)).toEqual(["next@example.org"]);
  });
});

describe("a notice", () => {
  test("lasts until the closure is over, and is never kept by anybody", async () => {
    const place = await world.addPlace([1]);
    await world.close({ site: place.siteId, until: "10:30", reason: wind });
    const answer = await app.api("GET", `/sites/${place.siteId}/notices`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await world.notices(place.siteId)).toMatchObject([
      { is_suspension: true, reason: wind, ends_at: "2026-06-03T08:30:00.000Z" },
    ]);
    await world.setClock("2026-06-03T08:30:00Z");
    expect(await world.notices(place.siteId)).toEqual([]);
  });
});

import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { daysAhead } from "../support/town.ts";
import { createWaitlistWorld, firstSlot, type Joined } from "./waitlist-world.ts";

const world = await createWaitlistWorld({
  services: [
    {
      code: "id-card",
      columns: {
        fields: [
          {
            code: "reason",
            label: { it: "Perché?" },
            type: "text",
            scope: "booking",
            is_required: false,
            max_length: 10,
          },
        ],
      },
    },
    { code: "passport" },
    { code: "secret", columns: { visibility: "invitation" } },
  ],
  resources: [
    { code: "desk", offers: ["id-card", "passport", "secret"], from: firstSlot, cells: 4 },
  ],
});
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());

const dateIn = (days: number): string => daysAhead(days).toISOString().slice(0, 10);
const idOf = (code: string): string => world.town.services[code] ?? "";

describe("joining the waitlist", () => {
  test.each([
    ["with a last day that is past", { to: dateIn(-3) }, 422, "invalid-request"],
    ["with a last day too far ahead", { to: dateIn(500) }, 422, "invalid-request"],
    ["with days that go backwards", { from: dateIn(9), to: dateIn(8) }, 422, "invalid-request"],
    [
      "with hours that go backwards",
      { from_time: "12:00", to_time: "09:00" },
      422,
      "invalid-request",
    ],
    ["with no weekday", { weekdays: [] }, 422, "invalid-request"],
    ["for a strange service", { services: ["nothing"] }, 404, "not-found"],
    ["at a strange site", { sites: ["nowhere"] }, 404, "not-found"],
    ["with too many people", { party_size: 11 }, 422, "party-too-large"],
    [
      "with an answer that the booking would refuse",
      { answers: { reason: "x".repeat(11) } },
      422,
      "invalid-request",
    ],
    ["with priority, for a citizen", { has_priority: true }, 403, "not-allowed"],
    ["for the telephone, for a citizen", { channel: "phone" }, 403, "not-allowed"],
    [
      "for somebody's appointment without its token",
      { appointment_id: "00000000-0000-7000-8000-000000000000" },
      401,
      "not-signed-in",
    ],
  ])("%s is refused", async (...[, more, status, slug]) => {
    const answer = await world.tryToJoin("Ada Precisa", more);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`/problems/${slug}`);
  });

  test("is refused where a service has no waitlist, is by invitation, or its waitlist is off", async () => {
    for (const services of [
      [idOf("passport")],
      [idOf("id-card"), idOf("passport")],
      [idOf("secret")],
    ]) {
      const answer = await world.tryToJoin("Ada Precisa", { services });
      expect(answer.text).toContain("/problems/waitlist-not-offered");
    }
    await world.put({ is_on: false });
    const answer = await world.tryToJoin("Ada Precisa");
    expect(answer.text).toContain("/problems/waitlist-not-offered");
    await world.put({ is_on: true });
  });

  test("one person waits once for the same services, however often and at once she asks", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => world.tryToJoin("Ada Insistente")),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
  });

  test("people who share a number or an address wait beside each other", async () => {
    const contact = { email: "casa.di.riposo@example.org", phone: "+39 0471 123456" };
    const first = await world.tryToJoin("", { booker: { name: "Ada Ospite", ...contact } });
    const second = await world.tryToJoin("", { booker: { name: "Bea Ospite", ...contact } });
    expect([first.status, second.status]).toEqual([201, 201]);
  });

  test("namesakes without any other mark wait beside each other when a clerk puts them on the list", async () => {
    const wish = { booker: { name: "Mario Rossi" }, channel: "counter" };
    const first = await world.tryToJoin("", wish, app.adminKey);
    const second = await world.tryToJoin("", wish, app.adminKey);
    expect([first.status, second.status]).toEqual([201, 201]);
  });

  test("the same request with the same key waits once and is answered alike", async () => {
    const body = {
      services: [idOf("id-card")],
      booker: { name: "Ada Ripetuta" },
      to: dateIn(40),
    };
    const send = () =>
      app.api("POST", "/waitlist-entries", {
        body,
        headers: { "Idempotency-Key": "waitlist-12345" },
      });
    const first = await send();
    const again = await send();
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
  });

  test("priority, which only the office gives, comes before age", async () => {
    for (const [at, name] of ["Uno Pieno", "Due Pieno", "Tre Pieno", "Quattro Pieno"].entries())
      await world.book(name, at * 15);
    const older = await world.join("Ada Antica");
    const urgent = await world.join("Bea Urgente", { has_priority: true }, app.adminKey);
    const { rows } = await app.sql("SELECT id FROM appointments WHERE status = 'booked' LIMIT 1");
    await world.cancel(String(rows[0]?.["id"]));
    await world.offer();
    expect((await world.entry(urgent)).status).toBe("offered");
    expect((await world.entry(older)).status).toBe("waiting");
  });
});

describe("a wish's token", () => {
  test("reads and withdraws that wish and nothing else", async () => {
    const own = await world.join("Ada Curiosa");
    const other = await world.join("Bea Riservata");
    const ask = (joined: Joined, key: string) =>
      app.api("GET", `/waitlist-entries/${joined.entry.id}`, { key });
    expect((await ask(own, own.token)).status).toBe(200);
    expect((await ask(other, own.token)).status).toBe(404);
    expect((await app.api("GET", "/waitlist-entries", { key: own.token })).status).toBe(403);
    expect((await app.api("GET", "/appointments", { key: own.token })).status).toBe(403);
    const { manage_token: manage } = await world.book("Ada Curiosa", 0);
    expect((await ask(own, manage)).status).toBe(403);
    expect((await app.api("GET", `/waitlist-entries/${own.entry.id}`)).status).toBe(401);
  });

  test("answers the offers of that wish and no other", async () => {
    const own = await world.join("Ada Curiosa");
    const other = await world.join("Bea Riservata");
    await world.offer();
    const { offer } = await world.entry(other);
    expect((await world.accept(own, offer?.id)).status).toBe(404);
    const path = `/waitlist-offers/${offer?.id}/decline`;
    expect((await app.api("POST", path, { key: own.token })).status).toBe(404);
  });

  test("is good for no other administration", async () => {
    const own = await world.join("Ada Curiosa");
    const { tenant } = await app.addTenant("altro-comune");
    const path = `/waitlist-entries/${own.entry.id}`;
    expect((await app.api("GET", path, { key: own.token, tenant })).status).toBe(401);
  });
});

describe("the office", () => {
  const page = z.object({
    items: z.array(z.object({ id: z.string(), status: z.string() })),
    next_cursor: z.string().nullable(),
  });

  test("lists who waits by service, site and status, page by page", async () => {
    const joined = [];
    for (let at = 0; at < 5; at += 1) joined.push(await world.join(`Persona ${at}`));
    const list = async (query: string) =>
      (await app.api("GET", `/waitlist-entries?${query}`, { key: app.adminKey })).as(page);
    const first = await list(`limit=3&service=${idOf("id-card")}&site=${world.town.siteId}`);
    const second = await list(`limit=3&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
      joined.map(({ entry }) => entry.id),
    );
    expect((await list(`service=${idOf("passport")}`)).items).toEqual([]);
    expect((await list("status=withdrawn")).items).toEqual([]);
  });

  test("withdraws a wish for somebody, once", async () => {
    const { entry } = await world.join("Ada Stanca");
    const path = `/waitlist-entries/${entry.id}/withdraw`;
    const first = await app.api("POST", path, { key: app.adminKey });
    const again = await app.api("POST", path, { key: app.adminKey });
    expect([first.body, again.body]).toMatchObject([
      { status: "withdrawn" },
      { status: "withdrawn" },
    ]);
    expect((await world.tryToJoin("Ada Stanca")).status).toBe(201);
  });

  test("settings are refused to a version that was not seen", async () => {
    const path = `/services/${idOf("id-card")}/waitlist`;
    const settings = { is_on: true, people_per_place: 1, answer_minutes: 60, lapses_max: 1 };
    for (const version of [0, 9_999]) {
      const body = { ...settings, version };
      expect((await app.api("PUT", path, { key: app.adminKey, body })).status).toBe(409);
    }
    expect((await app.api("PUT", path, { body: { ...settings, version: 1 } })).status).toBe(401);
  });
});

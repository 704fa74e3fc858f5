import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  type CatalogCalls,
  createCatalogCalls,
  field,
  name,
  newCode,
  page,
  problem,
  problemOf,
  thing,
} from "../support/catalog-calls.ts";
import type { TestApp } from "../support/test-app.ts";

let calls: CatalogCalls;
let app: TestApp;
beforeAll(async () => {
  calls = await createCatalogCalls();
  app = calls.app;
});
afterAll(() => app.close());

const collections = [
  { path: "/sites", isPublic: true },
  { path: "/services", isPublic: true },
  { path: "/resources", isPublic: false },
  { path: "/service-limits", isPublic: false },
  { path: "/eligibility-lists", isPublic: false },
  { path: "/local-holidays", isPublic: false },
  { path: "/invitations", isPublic: false },
];

describe.each(collections)("$path", ({ path, isPublic }) => {
  it(`is ${isPublic ? "read by everybody" : "refused to who has no key"}`, async () => {
    const answer = await app.api("GET", path);
    expect(answer.status).toBe(isPublic ? 200 : 401);
  });

  it("is not changed without a key, nor with a widget's", async () => {
    expect((await app.api("POST", path, { body: {} })).status).toBe(401);
    expect((await calls.post(path, {}, app.widgetKey)).status).toBe(403);
  });

  it("refuses what does not fit with the fields at fault", async () => {
    const answer = await calls.post(path, { code: "UPPER", surprise: true });
    expect(answer.status).toBe(422);
    expect(answer.as(problem).errors?.length).toBeGreaterThan(0);
  });

  it("does not show another administration's things, nor tells them from missing ones", async () => {
    const other = await app.addTenant(`other-${path.slice(1)}`);
    const id = "0198f6a0-0000-7000-8000-000000000000";
    const foreign = await app.api("GET", path, { key: other.adminKey, tenant: other.tenant });
    expect(foreign.as(page).items).toEqual([]);
    if (path !== "/invitations") {
      const missing = await app.api("GET", `${path}/${id}`, { key: app.adminKey });
      expect(missing.status).toBe(404);
    }
  });
});

describe("sites", () => {
  it("are created, found by id and code, changed by version and retired", async () => {
    const code = newCode();
    const created = await calls.post("/sites", {
      code,
      name,
      time_zone: "Europe/Rome",
      phone: "051 1",
    });
    expect(created.status).toBe(201);
    const { id } = created.as(thing);
    for (const named of [id, code]) {
      expect((await app.api("GET", `/sites/${named}`)).as(thing).id).toBe(id);
    }
    const change = { version: 1, phone: "051 2" };
    const changed = await app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body: change });
    expect(changed.body).toMatchObject({ phone: "051 2", version: 2, time_zone: "Europe/Rome" });
    expect((await app.api("DELETE", `/sites/${id}`, { key: app.adminKey })).status).toBe(204);
    expect((await app.api("DELETE", `/sites/${id}`, { key: app.adminKey })).status).toBe(204);
    expect((await app.api("GET", `/sites/${id}`)).status).toBe(404);
    expect((await app.api("GET", `/sites/${id}`, { key: app.adminKey })).body).toMatchObject({
      is_retired: true,
    });
    expect(await calls.eventsOf(id)).toEqual(["site.created", "site.changed", "site.retired"]);
  });

  it("with a code that is taken are refused with code-taken, also after it was retired", async () => {
    const body = { code: newCode(), name, time_zone: "Europe/Rome" };
    const { id } = (await calls.post("/sites", body)).as(thing);
    expect(problemOf(await calls.post("/sites", body))).toBe("code-taken");
    await app.api("DELETE", `/sites/${id}`, { key: app.adminKey });
    expect(problemOf(await calls.post("/sites", body))).toBe("code-taken");
  });

  it("changed by somebody else meanwhile are refused with conflicting-change and the version there is", async () => {
    const { id } = await calls.addSite();
    const change = { version: 7, phone: "x" };
    const answer = await app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body: change });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ version: 1 });
  });

  it("changed to what they are write nothing", async () => {
    const { id } = await calls.addSite({ phone: "051 1" });
    const body = { version: 1, phone: "051 1", name };
    const answer = await app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body });
    expect(answer.body).toMatchObject({ version: 1 });
    expect(await calls.eventsOf(id)).toEqual(["site.created"]);
  });

  it("with resources are not retired", async () => {
    const { site_id } = await calls.addResource();
    const answer = await app.api("DELETE", `/sites/${site_id}`, { key: app.adminKey });
    expect(problemOf(answer)).toBe("still-in-use");
  });

  it("in a zone nobody knows are refused", async () => {
    const answer = await calls.post("/sites", {
      code: newCode(),
      name,
      time_zone: "Europe/Atlantis",
    });
    expect(answer.as(problem).errors).toMatchObject([{ path: "time_zone" }]);
  });

  it("in another zone let slots be generated anew, with another telephone number do not", async () => {
    const { id } = await calls.addSite();
    const send = (body: object) => app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body });
    await send({ version: 1, phone: "1" });
    expect(await calls.relayedOf(id)).toEqual([]);
    await send({ version: 2, time_zone: "Europe/Paris" });
    expect(await calls.relayedOf(id)).toEqual(["site.changed"]);
  });

  it("are listed in pages that name each of them once", async () => {
    const mine = new Set<string>();
    for (let n = 0; n < 5; n += 1) mine.add((await calls.addSite()).id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const part: z.infer<typeof page> = (await app.api("GET", `/sites?limit=2${query}`)).as(page);
      seen.push(...part.items.map((item) => item.id));
      cursor = part.next_cursor;
    }
    expect(seen.filter((id) => mine.has(id)).length).toBe(5);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("unchanged since the last reading are answered with 304 and nothing else", async () => {
    const first = await app.api("GET", "/sites");
    const etag = first.headers.get("etag") ?? "";
    const again = await app.api("GET", "/sites", { headers: { "If-None-Match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    await calls.addSite();
    const later = await app.api("GET", "/sites", { headers: { "If-None-Match": etag } });
    expect(later.status).toBe(200);
  });
});

describe("services", () => {
  it("keep everything that was stated about them", async () => {
    const stated = {
      noun: "booking",
      extra_minutes_per_person: 5,
      party_size_max: 4,
      roles: ["room", "officer"],
      publication_time: "07:00",
      publication_portions: {
        pattern: [0, 0, 1],
        portions: [
          { horizon_days: 60, time: "07:00" },
          { horizon_days: 7, time: "06:30" },
        ],
      },
      valid_until_rules: [{ weekdays: [6, 7], time: "13:00" }],
      fields: [
        {
          code: "is_lost",
          label: name,
          type: "boolean",
          scope: "participant",
          is_required: true,
        },
      ],
      documents: [{ code: "report", label: name, when: { field: "is_lost", equals: true } }],
      fees: [
        {
          code: "card",
          label: name,
          amount_cents: 2000,
          currency: "EUR",
          is_per_visit: false,
        },
      ],
    };
    const { id } = await calls.addService(stated);
    expect((await app.api("GET", `/services/${id}`)).body).toMatchObject(stated);
  });

  it("that are hidden are found by their id only", async () => {
    const code = newCode();
    const { id } = await calls.addService({ code, visibility: "hidden" });
    expect((await app.api("GET", `/services/${id}`)).status).toBe(200);
    expect((await app.api("GET", `/services/${code}`)).status).toBe(404);
    expect((await app.api("GET", `/services/${code}`, { key: app.adminKey })).status).toBe(200);
    const ids = async (query: string, key?: string) => {
      const answer = await app.api("GET", `/services?limit=200${query}`, { key });
      return answer.as(page).items.map((item) => item.id);
    };
    expect(await ids("&all=true")).not.toContain(id);
    expect(await ids("", app.adminKey)).not.toContain(id);
    expect(await ids("&all=true", app.adminKey)).toContain(id);
  });

  it("by invitation are listed and say so", async () => {
    const { id } = await calls.addService({ visibility: "invitation" });
    const listed = (await app.api("GET", "/services?limit=200")).as(page).items;
    expect(listed.find((item) => item.id === id)).toMatchObject({ needs_invitation: true });
  });

  it.each([
    ["a repeated field code", { fields: [field("a"), field("a")] }, "fields.1.code"],
    ["a choice without choices", { fields: [field("a", { type: "choice" })] }, "fields.0.choices"],
    [
      "a condition on a later field",
      { fields: [field("a", { when: { field: "b", equals: "x" } }), field("b")] },
      "fields.0.when",
    ],
    [
      "a condition that can never hold",
      {
        fields: [field("a")],
        documents: [{ code: "d", label: name, when: { field: "a", equals: 1 } }],
      },
      "documents.0.when",
    ],
    [
      "a portion that is not listed",
      { publication_portions: { pattern: [1], portions: [{ horizon_days: 1, time: "07:00" }] } },
      "publication_portions.pattern",
    ],
    ["a cool-down without being scarce", { cool_down_seconds: 60 }, "cool_down_seconds"],
    ["an eligibility field that is not there", { eligibility_field: "a" }, "eligibility_field"],
  ])("with %s are refused", async (_what, rest, path) => {
    const body = { code: newCode(), name, duration_minutes: 30, ...rest };
    const answer = await calls.post("/services", body);
    expect(answer.status).toBe(422);
    expect(answer.as(problem).errors).toMatchObject([{ path }]);
  });

  it("with conditions nested too deeply are refused", async () => {
    let when: object = { party_size_min: 2 };
    for (let depth = 0; depth < 6; depth += 1) when = { all: [when] };
    const body = { code: newCode(), name, duration_minutes: 30, fields: [field("a", { when })] };
    expect((await calls.post("/services", body)).status).toBe(422);
  });

  it("judge a change together with what stays", async () => {
    const { id } = await calls.addService({
      fields: [field("a")],
      documents: [{ code: "d", label: name, when: { field: "a", equals: "x" } }],
    });
    const body = { version: 1, fields: [] };
    const answer = await app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    expect(answer.as(problem).errors).toMatchObject([{ path: "documents.0.when" }]);
  });

  it("with another horizon let slots be generated, with another name do not", async () => {
    const { id } = await calls.addService();
    const send = (body: object) => app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    await send({ version: 1, name: { it: "Altro" } });
    expect(await calls.relayedOf(id)).toEqual([]);
    await send({ version: 2, horizon_days: 90 });
    expect(await calls.relayedOf(id)).toEqual(["service.changed"]);
  });

  it("that are retired are not found, not changed and stay retired", async () => {
    const { id } = await calls.addService();
    for (let n = 0; n < 2; n += 1) {
      expect((await app.api("DELETE", `/services/${id}`, { key: app.adminKey })).status).toBe(204);
    }
    expect((await app.api("GET", `/services/${id}`)).status).toBe(404);
    const body = { version: 2, duration_minutes: 5 };
    const answer = await app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    expect(problemOf(answer)).toBe("retired");
    expect(await calls.eventsOf(id)).toEqual(["service.created", "service.retired"]);
  });
});

describe("any text", () => {
  it.each(["a\u0000b", "a\ud800", "a\u001bb"])(
    "with characters that are none is refused (%j)",
    async (text) => {
      const answer = await calls.post("/sites", {
        code: newCode(),
        name: { it: text },
        time_zone: "Europe/Rome",
      });
      expect(answer.status).toBe(422);
    },
  );
});

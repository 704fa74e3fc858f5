import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const thing = z.looseObject({ id: z.string(), version: z.number() });
const page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});
const problem = z.looseObject({
  type: z.string(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});
const name = { it: "Prova", de: "Probe" };
let lastCode = 0;

function newCode(): string {
  lastCode += 1;
  return `code-${String(lastCode).padStart(4, "0")}`;
}

async function post(path: string, body: unknown, key: string | undefined = app.adminKey) {
  return app.api("POST", path, { key, body });
}

async function addSite(rest: object = {}) {
  const body = { code: newCode(), name, time_zone: "Europe/Rome", ...rest };
  return (await post("/sites", body)).as(thing);
}

async function addService(rest: object = {}) {
  const body = { code: newCode(), name, duration_minutes: 30, ...rest };
  const answer = await post("/services", body);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.as(thing);
}

async function addResource(rest: object = {}) {
  const site_id = (await addSite()).id;
  const body = { code: newCode(), name, site_id, cell_minutes: 15, ...rest };
  const answer = await post("/resources", body);
  if (answer.status !== 201) throw new Error(answer.text);
  return { ...answer.as(thing), site_id };
}

function problemOf(answer: { as: <T>(schema: { parse: (v: unknown) => T }) => T }): string {
  return answer.as(problem).type.split("/").at(-1) ?? "";
}

async function eventsOf(id: string): Promise<unknown[]> {
  const { rows } = await app.sql(
    "SELECT kind FROM audit_events WHERE subject_id = $1 ORDER BY id",
    [id],
  );
  return rows.map((row) => row["kind"]);
}

async function relayedOf(id: string): Promise<unknown[]> {
  const { rows } = await app.sql(
    "SELECT kind FROM outbox_events WHERE subject_id = $1 ORDER BY id",
    [id],
  );
  return rows.map((row) => row["kind"]);
}

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
    expect((await post(path, {}, app.widgetKey)).status).toBe(403);
  });

  it("refuses what does not fit with the fields at fault", async () => {
    const answer = await post(path, { code: "UPPER", surprise: true });
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
    const created = await post("/sites", { code, name, time_zone: "Europe/Rome", phone: "051 1" });
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
    expect(await eventsOf(id)).toEqual(["site.created", "site.changed", "site.retired"]);
  });

  it("with a code that is taken are refused with code-taken, also after it was retired", async () => {
    const body = { code: newCode(), name, time_zone: "Europe/Rome" };
    const { id } = (await post("/sites", body)).as(thing);
    expect(problemOf(await post("/sites", body))).toBe("code-taken");
    await app.api("DELETE", `/sites/${id}`, { key: app.adminKey });
    expect(problemOf(await post("/sites", body))).toBe("code-taken");
  });

  it("changed by somebody else meanwhile are refused with conflicting-change and the version there is", async () => {
    const { id } = await addSite();
    const change = { version: 7, phone: "x" };
    const answer = await app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body: change });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ version: 1 });
  });

  it("changed to what they are write nothing", async () => {
    const { id } = await addSite({ phone: "051 1" });
    const body = { version: 1, phone: "051 1", name };
    const answer = await app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body });
    expect(answer.body).toMatchObject({ version: 1 });
    expect(await eventsOf(id)).toEqual(["site.created"]);
  });

  it("with resources are not retired", async () => {
    const { site_id } = await addResource();
    const answer = await app.api("DELETE", `/sites/${site_id}`, { key: app.adminKey });
    expect(problemOf(answer)).toBe("still-in-use");
  });

  it("in a zone nobody knows are refused", async () => {
    const answer = await post("/sites", { code: newCode(), name, time_zone: "Europe/Atlantis" });
    expect(answer.as(problem).errors).toMatchObject([{ path: "time_zone" }]);
  });

  it("in another zone let slots be generated anew, with another telephone number do not", async () => {
    const { id } = await addSite();
    const send = (body: object) => app.api("PATCH", `/sites/${id}`, { key: app.adminKey, body });
    await send({ version: 1, phone: "1" });
    expect(await relayedOf(id)).toEqual([]);
    await send({ version: 2, time_zone: "Europe/Paris" });
    expect(await relayedOf(id)).toEqual(["site.changed"]);
  });

  it("are listed in pages that name each of them once", async () => {
    const mine = new Set<string>();
    for (let n = 0; n < 5; n += 1) mine.add((await addSite()).id);
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
    await addSite();
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
    const { id } = await addService(stated);
    expect((await app.api("GET", `/services/${id}`)).body).toMatchObject(stated);
  });

  it("that are hidden are found by their id only", async () => {
    const code = newCode();
    const { id } = await addService({ code, visibility: "hidden" });
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
    const { id } = await addService({ visibility: "invitation" });
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
    const answer = await post("/services", body);
    expect(answer.status).toBe(422);
    expect(answer.as(problem).errors).toMatchObject([{ path }]);
  });

  it("with conditions nested too deeply are refused", async () => {
    let when: object = { party_size_min: 2 };
    for (let depth = 0; depth < 6; depth += 1) when = { all: [when] };
    const body = { code: newCode(), name, duration_minutes: 30, fields: [field("a", { when })] };
    expect((await post("/services", body)).status).toBe(422);
  });

  it("judge a change together with what stays", async () => {
    const { id } = await addService({
      fields: [field("a")],
      documents: [{ code: "d", label: name, when: { field: "a", equals: "x" } }],
    });
    const body = { version: 1, fields: [] };
    const answer = await app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    expect(answer.as(problem).errors).toMatchObject([{ path: "documents.0.when" }]);
  });

  it("with another horizon let slots be generated, with another name do not", async () => {
    const { id } = await addService();
    const send = (body: object) => app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    await send({ version: 1, name: { it: "Altro" } });
    expect(await relayedOf(id)).toEqual([]);
    await send({ version: 2, horizon_days: 90 });
    expect(await relayedOf(id)).toEqual(["service.changed"]);
  });

  it("that are retired are not found, not changed and stay retired", async () => {
    const { id } = await addService();
    for (let n = 0; n < 2; n += 1) {
      expect((await app.api("DELETE", `/services/${id}`, { key: app.adminKey })).status).toBe(204);
    }
    expect((await app.api("GET", `/services/${id}`)).status).toBe(404);
    const body = { version: 2, duration_minutes: 5 };
    const answer = await app.api("PATCH", `/services/${id}`, { key: app.adminKey, body });
    expect(problemOf(answer)).toBe("retired");
    expect(await eventsOf(id)).toEqual(["service.created", "service.retired"]);
  });
});

function field(code: string, rest: object = {}): object {
  return { code, label: name, type: "text", ...rest };
}

describe("service limits", () => {
  const householdField = field("household", { is_required: true });

  it("count by a person or by a required field of the booking, and by nothing else", async () => {
    const service = await addService({ fields: [householdField, field("note")] });
    const limit = { service_id: service.id, count_max: 2, period: "month" };
    const byField = await post("/service-limits", { ...limit, key_source: "field:household" });
    expect(byField.status).toBe(201);
    expect((await post("/service-limits", { ...limit, key_source: "person" })).status).toBe(201);
    const byNote = await post("/service-limits", { ...limit, key_source: "field:note" });
    expect(byNote.as(problem).errors).toMatchObject([{ path: "key_source" }]);
    const listed = await app.api("GET", `/service-limits?service_id=${service.id}`, {
      key: app.adminKey,
    });
    expect(listed.as(page).items.length).toBe(2);
  });

  it("have days exactly when they are rolling", async () => {
    const { id } = await addService();
    const limit = { service_id: id, count_max: 1, key_source: "person" };
    const without = await post("/service-limits", { ...limit, period: "rolling" });
    expect(without.as(problem).errors).toMatchObject([{ path: "rolling_days" }]);
    const needless = await post("/service-limits", { ...limit, period: "day", rolling_days: 3 });
    expect(needless.status).toBe(422);
  });

  it("are raised and lifted; the service keeps the field they count by", async () => {
    const service = await addService({ fields: [householdField] });
    const limit = { service_id: service.id, count_max: 1, key_source: "field:household" };
    const { id } = (await post("/service-limits", { ...limit, period: "week" })).as(thing);
    const raised = await app.api("PATCH", `/service-limits/${id}`, {
      key: app.adminKey,
      body: { version: 1, count_max: 3 },
    });
    expect(raised.body).toMatchObject({ count_max: 3, version: 2 });
    const dropField = () =>
      app.api("PATCH", `/services/${service.id}`, {
        key: app.adminKey,
        body: { version: 1, fields: [] },
      });
    expect((await dropField()).status).toBe(422);
    expect((await app.api("DELETE", `/service-limits/${id}`, { key: app.adminKey })).status).toBe(
      204,
    );
    expect((await dropField()).status).toBe(200);
  });
});

describe("resources", () => {
  it("offer services, and changes of those let slots be generated", async () => {
    const [first, second] = [await addService(), await addService()];
    const resource = await addResource({ service_ids: [second.id, first.id] });
    expect(resource).toMatchObject({ service_ids: [first.id, second.id].toSorted() });
    const send = (body: object) =>
      app.api("PATCH", `/resources/${resource.id}`, { key: app.adminKey, body });
    const same = await send({ version: 1, service_ids: [first.id, second.id] });
    expect(same.body).toMatchObject({ version: 1 });
    expect((await send({ version: 1, service_ids: [first.id] })).body).toMatchObject({
      version: 2,
      service_ids: [first.id],
    });
    expect(await relayedOf(resource.id)).toEqual(["resource.changed"]);
  });

  it("with an unknown or foreign service or site are refused", async () => {
    const other = await app.addTenant("other-resources-site");
    const foreign = await app.api("POST", "/sites", {
      key: other.adminKey,
      tenant: other.tenant,
      body: { code: "x", name, time_zone: "Europe/Rome" },
    });
    const base = { code: newCode(), name, cell_minutes: 15 };
    const atForeign = await post("/resources", { ...base, site_id: foreign.as(thing).id });
    expect(atForeign.as(problem).errors).toMatchObject([{ path: "site_id" }]);
    const site_id = (await addSite()).id;
    const answer = await post("/resources", { ...base, site_id, service_ids: [site_id] });
    expect(answer.as(problem).errors).toMatchObject([{ path: "service_ids.0" }]);
  });

  it("keep their cell length while a future slot is booked, and not longer", async () => {
    const resource = await addResource();
    const slotId = await addBookedSlot(resource);
    const send = (version: number) =>
      app.api("PATCH", `/resources/${resource.id}`, {
        key: app.adminKey,
        body: { version, cell_minutes: 20 },
      });
    expect(problemOf(await send(1))).toBe("cells-in-use");
    await app.sql("DELETE FROM allocations WHERE slot_id = $1", [slotId]);
    expect((await send(1)).status).toBe(200);
  });

  it("that are retired let their slots be taken away", async () => {
    const { id } = await addResource();
    expect((await app.api("DELETE", `/resources/${id}`, { key: app.adminKey })).status).toBe(204);
    expect(await relayedOf(id)).toEqual(["resource.retired"]);
  });
});

async function addBookedSlot(resource: { id: string }): Promise<unknown> {
  const tenantId = app.tenant.id;
  const opening = "0198f6a0-0000-7000-8000-0000000000aa";
  await app.sql(
    `INSERT INTO openings (tenant_id, id, resource_id, code, kind, rrule, starts_on, start_time, end_time,
       start_step_minutes, capacity)
     VALUES ($1, $2, $3, 'o', 'recurring', 'FREQ=DAILY', '2026-01-01', '08:00', '09:00', 20, 1)`,
    [tenantId, opening, resource.id],
  );
  const { rows } = await app.sql(
    `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode,
       capacity, taken)
     SELECT $1, $2, $3, clock_now() + interval '1 day', clock_now() + interval '25 hours', current_date, 0, true,
       'bookable', 1, 1
     RETURNING id`,
    [tenantId, resource.id, opening],
  );
  await app.sql(
    `INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, units)
     VALUES ($1, $2, 'appointment', gen_random_uuid(), 1)`,
    [tenantId, rows[0]?.["id"]],
  );
  return rows[0]?.["id"];
}

describe("eligibility lists", () => {
  it("take keys on and off, count them once and keep hashes only", async () => {
    const list = (await post("/eligibility-lists", { code: newCode(), name })).as(thing);
    const send = (body: object) => post(`/eligibility-lists/${list.id}/entries`, body);
    const add = ["TARI 2024/017", "tari-2024-017", "0018"];
    expect((await send({ add })).body).toEqual({ added: 2, removed: 0 });
    expect((await send({ add })).body).toEqual({ added: 0, removed: 0 });
    expect((await send({ remove: ["TARI2024017", "9999"] })).body).toEqual({
      added: 0,
      removed: 1,
    });
    const read = await app.api("GET", `/eligibility-lists/${list.id}`, { key: app.adminKey });
    expect(read.body).toMatchObject({ entry_count: 1 });
    const { rows } = await app.sql(
      "SELECT octet_length(key_hash) AS n FROM eligibility_entries WHERE list_id = $1",
      [list.id],
    );
    expect(rows).toEqual([{ n: 32 }]);
  });

  it("are not deleted while a service asks for them", async () => {
    const list = (await post("/eligibility-lists", { code: newCode(), name })).as(thing);
    const remove = () => app.api("DELETE", `/eligibility-lists/${list.id}`, { key: app.adminKey });
    const service = await addService({
      eligibility_list_id: list.id,
      eligibility_field: "tax",
      fields: [field("tax", { is_required: true })],
    });
    expect(problemOf(await remove())).toBe("still-in-use");
    await app.api("PATCH", `/services/${service.id}`, {
      key: app.adminKey,
      body: { version: 1, eligibility_list_id: null, eligibility_field: null },
    });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(204);
  });
});

describe("invitations", () => {
  it("show their codes once and are listed without them until revoked", async () => {
    const { id: service_id } = await addService({ visibility: "invitation" });
    const issued = await post("/invitations", { service_id, count: 3 });
    const codes = issued.as(
      z.object({ items: z.array(z.object({ id: z.string(), code: z.string() })) }),
    );
    expect(new Set(codes.items.map((item) => item.code)).size).toBe(3);
    const list = async () =>
      app.api("GET", `/invitations?service_id=${service_id}`, { key: app.adminKey });
    expect((await list()).text).not.toContain(codes.items[0]?.code);
    const revoked = await app.api("DELETE", `/invitations/${codes.items[0]?.id}`, {
      key: app.adminKey,
    });
    expect(revoked.status).toBe(204);
    expect((await list()).as(page).items.map((item) => item["is_revoked"])).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("local holidays", () => {
  it("are stated once per day and place, and their coming and going moves slots", async () => {
    const site_id = (await addSite()).id;
    const holiday = { month: 10, day: 4, name: { it: "San Petronio" } };
    const { id } = (await post("/local-holidays", { ...holiday, site_id })).as(thing);
    expect(problemOf(await post("/local-holidays", { ...holiday, site_id }))).toBe(
      "holiday-stated",
    );
    expect((await post("/local-holidays", holiday)).status).toBe(201);
    const remove = await app.api("DELETE", `/local-holidays/${id}`, { key: app.adminKey });
    expect(remove.status).toBe(204);
    expect(await relayedOf(id)).toEqual(["local_holiday.created", "local_holiday.deleted"]);
  });

  it("on a day that no year has are refused", async () => {
    const answer = await post("/local-holidays", { month: 2, day: 30, name });
    expect(answer.as(problem).errors).toMatchObject([{ path: "day" }]);
  });
});

describe("any text", () => {
  it.each(["a\u0000b", "a\ud800", "a\u001bb"])(
    "with characters that are none is refused (%j)",
    async (text) => {
      const answer = await post("/sites", {
        code: newCode(),
        name: { it: text },
        time_zone: "Europe/Rome",
      });
      expect(answer.status).toBe(422);
    },
  );
});

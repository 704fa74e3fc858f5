import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
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

describe("service limits", () => {
  const householdField = field("household", { is_required: true });

  it("count by a person or by a required field of the booking, and by nothing else", async () => {
    const service = await calls.addService({ fields: [householdField, field("note")] });
    const limit = { service_id: service.id, count_max: 2, period: "month" };
    const byField = await calls.post("/service-limits", {
      ...limit,
      key_source: "field:household",
    });
    expect(byField.status).toBe(201);
    expect((await calls.post("/service-limits", { ...limit, key_source: "person" })).status).toBe(
      201,
    );
    const byNote = await calls.post("/service-limits", { ...limit, key_source: "field:note" });
    expect(byNote.as(problem).errors).toMatchObject([{ path: "key_source" }]);
    const listed = await app.api("GET", `/service-limits?service_id=${service.id}`, {
      key: app.adminKey,
    });
    expect(listed.as(page).items.length).toBe(2);
  });

  it("have days exactly when they are rolling", async () => {
    const { id } = await calls.addService();
    const limit = { service_id: id, count_max: 1, key_source: "person" };
    const without = await calls.post("/service-limits", { ...limit, period: "rolling" });
    expect(without.as(problem).errors).toMatchObject([{ path: "rolling_days" }]);
    const needless = await calls.post("/service-limits", {
      ...limit,
      period: "day",
      rolling_days: 3,
    });
    expect(needless.status).toBe(422);
  });

  it("are raised and lifted; the service keeps the field they count by", async () => {
    const service = await calls.addService({ fields: [householdField] });
    const limit = { service_id: service.id, count_max: 1, key_source: "field:household" };
    const { id } = (await calls.post("/service-limits", { ...limit, period: "week" })).as(thing);
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
    const [first, second] = [await calls.addService(), await calls.addService()];
    const resource = await calls.addResource({ service_ids: [second.id, first.id] });
    expect(resource).toMatchObject({ service_ids: [first.id, second.id].toSorted() });
    const send = (body: object) =>
      app.api("PATCH", `/resources/${resource.id}`, { key: app.adminKey, body });
    const same = await send({ version: 1, service_ids: [first.id, second.id] });
    expect(same.body).toMatchObject({ version: 1 });
    expect((await send({ version: 1, service_ids: [first.id] })).body).toMatchObject({
      version: 2,
      service_ids: [first.id],
    });
    expect(await calls.relayedOf(resource.id)).toEqual(["resource.changed"]);
  });

  it("with an unknown or foreign service or site are refused", async () => {
    const other = await app.addTenant("other-resources-site");
    const foreign = await app.api("POST", "/sites", {
      key: other.adminKey,
      tenant: other.tenant,
      body: { code: "x", name, time_zone: "Europe/Rome" },
    });
    const base = { code: newCode(), name, cell_minutes: 15 };
    const atForeign = await calls.post("/resources", { ...base, site_id: foreign.as(thing).id });
    expect(atForeign.as(problem).errors).toMatchObject([{ path: "site_id" }]);
    const site_id = (await calls.addSite()).id;
    const answer = await calls.post("/resources", { ...base, site_id, service_ids: [site_id] });
    expect(answer.as(problem).errors).toMatchObject([{ path: "service_ids.0" }]);
  });

  it("keep their cell length while a future slot is booked, and not longer", async () => {
    const resource = await calls.addResource();
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
    const { id } = await calls.addResource();
    expect((await app.api("DELETE", `/resources/${id}`, { key: app.adminKey })).status).toBe(204);
    expect(await calls.relayedOf(id)).toEqual(["resource.retired"]);
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
    const list = (await calls.post("/eligibility-lists", { code: newCode(), name })).as(thing);
    const send = (body: object) => calls.post(`/eligibility-lists/${list.id}/entries`, body);
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
    const list = (await calls.post("/eligibility-lists", { code: newCode(), name })).as(thing);
    const remove = () => app.api("DELETE", `/eligibility-lists/${list.id}`, { key: app.adminKey });
    const service = await calls.addService({
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
    const { id: service_id } = await calls.addService({ visibility: "invitation" });
    const issued = await calls.post("/invitations", { service_id, count: 3 });
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
    const site_id = (await calls.addSite()).id;
    const holiday = { month: 10, day: 4, name: { it: "San Petronio" } };
    const { id } = (await calls.post("/local-holidays", { ...holiday, site_id })).as(thing);
    expect(problemOf(await calls.post("/local-holidays", { ...holiday, site_id }))).toBe(
      "holiday-stated",
    );
    expect((await calls.post("/local-holidays", holiday)).status).toBe(201);
    const remove = await app.api("DELETE", `/local-holidays/${id}`, { key: app.adminKey });
    expect(remove.status).toBe(204);
    expect(await calls.relayedOf(id)).toEqual(["local_holiday.created", "local_holiday.deleted"]);
  });

  it("on a day that no year has are refused", async () => {
    const answer = await calls.post("/local-holidays", { month: 2, day: 30, name });
    expect(answer.as(problem).errors).toMatchObject([{ path: "day" }]);
  });
});

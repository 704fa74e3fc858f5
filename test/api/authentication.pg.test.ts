import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openApiDocument } from "../../src/app.ts";
import { manageToken } from "../../src/identity/manage-token.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const { api, adminKey, widgetKey } = app;

const createdKey = z.object({ id: z.string(), token: z.string() });
const keyPage = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      last_used_on: z.string().nullable(),
      revoked_at: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

async function createKey(body: object): Promise<z.infer<typeof createdKey>> {
  const answer = await api("POST", "/api-keys", { key: adminKey, body });
  expect(answer.status).toBe(201);
  return answer.as(createdKey);
}

/** Operations that anybody may call; every other one needs a key. Adding to this list is a decision. */
const openOperations = new Set([
  "isAlive",
  "isReady",
  "readMetrics",
  "readTenant",
  "listSites",
  "readSite",
  "listServices",
  "readService",
  "searchAvailability",
  "findNextStarts",
  "createHold",
  "getHold",
  "extendHold",
  "releaseHold",
  "bookAppointment",
  "joinWaitlist",
  "listSiteNotices",
]);

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

const operations: Operation[] = Object.entries(openApiDocument().paths ?? {}).flatMap(
  ([template, item]) =>
    (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const path = template
        .replace("{tenant}", app.tenant.slug)
        .replaceAll(/\{\w+\}/g, "00000000-0000-7000-8000-000000000000");
      return [{ id: operation.operationId ?? template, method: method.toUpperCase(), path }];
    }),
);
const closedOperations = operations.filter(({ id }) => !openOperations.has(id));

test("every operation has an id of its own", () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
});

test("every operation that is listed as open exists", () => {
  const ids = new Set(operations.map(({ id }) => id));
  expect([...openOperations].filter((id) => !ids.has(id))).toEqual([]);
});

test.each(closedOperations)(
  "$id answers 401 without a key and 403 with a widget's",
  async ({ method, path }) => {
    const nobody = await app.request(path, { method });
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("www-authenticate")).toMatch(/^Bearer/);
    const widget = await app.request(path, {
      method,
      headers: { Authorization: `Bearer ${widgetKey}` },
    });
    expect(widget.status).toBe(403);
  },
);

test.each([
  ["another scheme", "Basic dXNlcjpwYXNz"],
  ["no token", "Bearer "],
  ["two tokens", `Bearer ${adminKey} ${adminKey}`],
  ["an unknown form", "Bearer abc"],
  ["a key that is not there", `Bearer spo_sk_${"0".repeat(32)}_${"A".repeat(43)}`],
  ["a wrong secret", `Bearer ${adminKey.slice(0, -4)}AAAA`],
  ["a secret key called publishable", `Bearer ${adminKey.replace("_sk_", "_pk_")}`],
  ["a manage token of nothing", `Bearer spo_mt_${"A".repeat(54)}`],
])("%s is refused with not-signed-in, on open operations too", async (_name, authorization) => {
  const answer = await api("GET", "", { headers: { Authorization: authorization } });
  expect(answer.status).toBe(401);
  expect(answer.body).toMatchObject({ title: "A key or token is needed", status: 401 });
});

test("a key works at its own tenant only", async () => {
  const other = await app.addTenant("altro-comune");
  const answer = await api("GET", "/api-keys", { key: adminKey, tenant: other.tenant });
  expect(answer.status).toBe(401);
  expect(
    (await api("GET", "/api-keys", { key: other.adminKey, tenant: other.tenant })).status,
  ).toBe(200);
});

test("a key without the scope is refused with not-allowed, naming the scope", async () => {
  const { token } = await createKey({ kind: "secret", name: "Catalogue", scopes: ["catalog"] });
  const answer = await api("GET", "/api-keys", { key: token });
  expect(answer.status).toBe(403);
  expect(answer.body).toMatchObject({ scope: "admin" });
});

test("a revoked key works no more, and revoking may be repeated", async () => {
  const { id, token } = await createKey({
    kind: "secret",
    name: "To be revoked",
    scopes: ["admin"],
  });
  expect((await api("DELETE", `/api-keys/${id}`, { key: adminKey })).status).toBe(204);
  expect((await api("GET", "/api-keys", { key: token })).status).toBe(401);
  expect((await api("DELETE", `/api-keys/${id}`, { key: adminKey })).status).toBe(204);
  const events = await app.sql("SELECT kind FROM audit_events WHERE subject_id = $1 ORDER BY id", [
    id,
  ]);
  expect(events.rows.map(({ kind }) => kind)).toEqual(["api_key.created", "api_key.revoked"]);
});

test("an expired key works no more", async () => {
  const { token } = await createKey({
    kind: "secret",
    name: "Old",
    scopes: ["admin"],
    expires_at: "2020-01-01T00:00:00Z",
  });
  expect((await api("GET", "/api-keys", { key: token })).status).toBe(401);
});

test("revoking a key that is not there is not-found", async () => {
  const answer = await api("DELETE", `/api-keys/${uuidv7()}`, { key: adminKey });
  expect(answer.status).toBe(404);
});

test("only hashes of secrets are stored", async () => {
  const { id, token } = await createKey({ kind: "secret", name: "Hashed", scopes: ["audit"] });
  const secret = token.split("_").slice(3).join("_");
  const { rows } = await app.sql("SELECT * FROM api_keys WHERE id = $1", [id]);
  expect(JSON.stringify(rows)).not.toContain(secret);
  const audit = await app.sql("SELECT body FROM audit_events WHERE subject_id = $1", [id]);
  expect(JSON.stringify(audit.rows)).not.toContain(secret);
});

test("keys are listed page by page in the order they were made, without secrets", async () => {
  const { id } = await createKey({ kind: "publishable", name: "Last one", scopes: [] });
  const names: string[] = [];
  let cursor = "";
  do {
    const page = await api("GET", `/api-keys?limit=2${cursor}`, { key: adminKey });
    expect(page.text).not.toMatch(/secret_hash|token/);
    const { items, next_cursor } = page.as(keyPage);
    names.push(...items.map((item) => item.name));
    cursor = next_cursor === null ? "" : `&cursor=${next_cursor}`;
  } while (cursor !== "");
  expect(names.slice(0, 2)).toEqual(["First administrator", "Widget"]);
  expect(names.at(-1)).toBe("Last one");
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
});

test("the day of a key's last use is remembered", async () => {
  const { id, token } = await createKey({ kind: "secret", name: "Used", scopes: ["admin"] });
  await api("GET", "/api-keys", { key: token });
  await expect
    .poll(async () => {
      const { rows } = await app.sql(
        "SELECT last_used_on = clock_now()::date AS is_today FROM api_keys WHERE id = $1",
        [id],
      );
      return rows[0]?.["is_today"];
    })
    .toBe(true);
});

test.each([
  ["a secret key without scopes", { kind: "secret", name: "x", scopes: [] }],
  ["a publishable key with scopes", { kind: "publishable", name: "x", scopes: ["admin"] }],
  ["an unknown scope", { kind: "secret", name: "x", scopes: ["root"] }],
  ["an empty name", { kind: "publishable", name: "  " }],
  ["an unknown field", { kind: "publishable", name: "x", is_admin: true }],
])("%s is refused", async (_name, body) => {
  const answer = await api("POST", "/api-keys", { key: adminKey, body });
  expect(answer.status).toBe(422);
});

const siteId = uuidv7();

async function insertAppointment(tokenVersion: number): Promise<{ id: string; token: string }> {
  const id = uuidv7();
  await app.sql(
    `INSERT INTO sites (tenant_id, id, code, name, time_zone) VALUES ($1, $2, 'municipio', '{"it":"Municipio"}', 'Europe/Rome')
     ON CONFLICT DO NOTHING`,
    [app.tenant.id, siteId],
  );
  await app.sql(
    `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
       local_date, token_kid, token_version)
     VALUES ($1, $2, $3, $4, 'web', 'it', 1, '2026-12-01T08:00Z', '2026-12-01T08:30Z', '2026-12-01', 't1', $5)`,
    [app.tenant.id, id, siteId, id.slice(-10), tokenVersion],
  );
  const source = { tenantId: app.tenant.id, appointmentId: id, kid: "t1", version: tokenVersion };
  return { id, token: manageToken(app.deps.vault, source) };
}

test("a citizen's manage token is good until its version is raised", async () => {
  const { id, token } = await insertAppointment(1);
  expect((await api("GET", "", { key: token })).status).toBe(200);
  await app.sql("UPDATE appointments SET token_version = 2 WHERE id = $1", [id]);
  expect((await api("GET", "", { key: token })).status).toBe(401);
});

test("a citizen's manage token opens nothing of the staff and nothing at another tenant", async () => {
  const { token } = await insertAppointment(1);
  expect((await api("GET", "/api-keys", { key: token })).status).toBe(403);
  const other = await app.addTenant("terzo-comune");
  expect((await api("GET", "", { key: token, tenant: other.tenant })).status).toBe(401);
});

const tenantSchema = z.object({
  version: z.number(),
  is_training: z.boolean(),
  default_language: z.string(),
});

test("the administration is switched into training and back, each change once", async () => {
  const before = (await api("GET", "")).as(tenantSchema);
  const body = { version: before.version, is_training: true };
  const changed = await api("PATCH", "", { key: adminKey, body });
  expect(changed.as(tenantSchema)).toMatchObject({
    is_training: true,
    version: before.version + 1,
  });
  const again = await api("PATCH", "", { key: adminKey, body });
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({ version: before.version + 1 });
});

test("a default language that is not offered is refused", async () => {
  const { version } = (await api("GET", "")).as(tenantSchema);
  const body = { version, languages: ["it"], default_language: "de" };
  const answer = await api("PATCH", "", { key: adminKey, body });
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ errors: [{ path: "default_language" }] });
});

test("two administrations cannot have the same address", async () => {
  await expect(app.addTenant(app.tenant.slug)).rejects.toMatchObject({
    problem: { slug: "tenant-slug-taken" },
  });
});

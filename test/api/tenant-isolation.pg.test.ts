import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openApiDocument } from "../../src/app.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const other = await app.addTenant("altro-comune");

/** One row of every kind that an address can name; $1 is the tenant, `x` the code of each. */
const rowsOfEveryKind = [
  `INSERT INTO sites (tenant_id, id, code, name, time_zone)
   VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}', 'Europe/Rome')`,
  `INSERT INTO services (tenant_id, id, code, name, duration_minutes)
   VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}', 30)`,
  `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
   SELECT $1, gen_random_uuid(), id, 'person', 1, 'day' FROM services WHERE tenant_id = $1`,
  `INSERT INTO resources (tenant_id, id, site_id, code, name, cell_minutes)
   SELECT $1, gen_random_uuid(), id, 'x', '{"it":"X"}', 30 FROM sites WHERE tenant_id = $1`,
  `INSERT INTO eligibility_lists (tenant_id, id, code, name) VALUES ($1, gen_random_uuid(), 'x', '{"it":"X"}')`,
  `INSERT INTO local_holidays (tenant_id, id, month, day, name) VALUES ($1, gen_random_uuid(), 12, 7, '{"it":"X"}')`,
  `INSERT INTO invitations (tenant_id, id, service_id, code_hash)
   SELECT $1, gen_random_uuid(), id, '\\x00' FROM services WHERE tenant_id = $1`,
  `INSERT INTO openings (tenant_id, id, resource_id, code, kind, rrule, starts_on, start_time, end_time,
     start_step_minutes, capacity)
   SELECT $1, gen_random_uuid(), id, 'x', 'recurring', 'FREQ=DAILY', '2026-01-01', '08:00', '12:00', 30, 1
   FROM resources WHERE tenant_id = $1`,
  `INSERT INTO closures (tenant_id, id, code, starts_on, ends_on)
   VALUES ($1, gen_random_uuid(), 'x', '2026-08-15', '2026-08-15')`,
  `INSERT INTO day_marks (tenant_id, id, code, starts_on, ends_on, mode)
   VALUES ($1, gen_random_uuid(), 'x', '2026-12-24', '2026-12-24', 'walk_in')`,
  `INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, ttl_seconds,
     expires_at)
   SELECT $1, gen_random_uuid(), id, '{}', 1, 'web', clock_now(), clock_now() + interval '1 hour', '[]', 180,
     clock_now() + interval '1 hour'
   FROM sites WHERE tenant_id = $1`,
  `INSERT INTO appointments (tenant_id, id, site_id, reference, channel, language, party_size, starts_at, ends_at,
     local_date, token_kid)
   SELECT $1, gen_random_uuid(), id, 'XXXX', 'web', 'it', 1, '2027-12-01T08:00Z', '2027-12-01T08:30Z', '2027-12-01', 't1'
   FROM sites WHERE tenant_id = $1`,
];
for (const sql of rowsOfEveryKind) await app.sql(sql, [other.tenant.id]);

const idTables = z
  .array(z.object({ name: z.string() }))
  .parse(
    (
      await app.sql(`
        SELECT i.table_name AS name FROM information_schema.columns i
        JOIN information_schema.columns t ON t.table_schema = 'public' AND t.table_name = i.table_name
          AND t.column_name = 'tenant_id'
        WHERE i.table_schema = 'public' AND i.column_name = 'id' AND i.data_type = 'uuid'`)
    ).rows,
  )
  .map(({ name }) => name);

/** The other tenant's rows as text, by table. */
async function foreignRows(): Promise<{ table: string; id: string; text: string }[]> {
  const all = await Promise.all(
    idTables.map(async (table) => {
      const sql = `SELECT id::text, x::text AS text FROM ${table} x WHERE tenant_id = $1 ORDER BY id`;
      const { rows } = await app.sql(sql, [other.tenant.id]);
      const parsed = z.array(z.object({ id: z.string(), text: z.string() })).parse(rows);
      return parsed.map((row) => ({ table, ...row }));
    }),
  );
  return all.flat();
}

const before = await foreignRows();

const operations = Object.entries(openApiDocument().paths ?? {}).flatMap(([template, item]) =>
  (["get", "post", "patch", "put", "delete"] as const).flatMap((method) =>
    item[method] && /\{(?!tenant)/.test(template)
      ? [{ method: method.toUpperCase(), template }]
      : [],
  ),
);

test("the other tenant has a row of every kind that is named by an id", () => {
  expect(new Set(before.map(({ table }) => table)).size).toBeGreaterThanOrEqual(
    rowsOfEveryKind.length + 1,
  );
});

test.each(operations)(
  "$method $template answers a foreign id exactly as a missing one",
  async ({ method, template }) => {
    const ask = async (id: string) => {
      const path = template.replace("{tenant}", app.tenant.slug).replaceAll(/\{\w+\}/g, id);
      const answer = await app.request(path, {
        method,
        headers: { Authorization: `Bearer ${app.adminKey}` },
      });
      return { status: answer.status, text: answer.text, type: answer.headers.get("content-type") };
    };
    const missing = await ask(uuidv7());
    if (method === "GET") expect(missing.status).toBe(404);
    for (const { id } of before) expect(await ask(id)).toEqual(missing);
    expect(await ask("x")).toEqual(await ask("no-such-code"));
  },
);

test("what was asked for at another tenant's address is untouched", async () => {
  expect(await foreignRows()).toEqual(before);
});

test("an unknown tenant is answered exactly as an unknown thing", async () => {
  const key = { headers: { Authorization: `Bearer ${app.adminKey}` } };
  const tenant = await app.request("/v1/no-such-place/api-keys", key);
  const thing = await app.request(`/v1/${app.tenant.slug}/no-such-thing`, key);
  expect({ status: tenant.status, text: tenant.text }).toEqual({
    status: thing.status,
    text: thing.text,
  });
});

test("a tenant that was asked for before it was made is found within a second", async () => {
  expect((await app.request("/v1/appena-nato")).status).toBe(404);
  await app.addTenant("appena-nato");
  await expect
    .poll(async () => (await app.request("/v1/appena-nato")).status, { timeout: 2_000 })
    .toBe(200);
});

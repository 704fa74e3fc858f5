import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openApiDocument } from "../../src/app.ts";
import { rowsOfEveryKind } from "../support/rows-of-every-kind.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const other = await app.addTenant("altro-comune");

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
  expect(new Set(before.map(({ table }) => table))).toEqual(
    new Set(idTables.filter((table) => table !== "outbox_events")),
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

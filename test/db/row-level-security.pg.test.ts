import { randomBytes } from "node:crypto";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase } from "../../src/db/database.ts";
import { createPool } from "../../src/db/pool.ts";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { initTenant } from "../../src/identity/init-tenant.ts";
import { createTestDatabase } from "../support/test-database.ts";

const database = await createTestDatabase();
const admin = new pg.Client({ connectionString: database.adminUrl });
const service = new pg.Client({ connectionString: database.serviceUrl });
await Promise.all([admin.connect(), service.connect()]);
const db = createDatabase(createPool(database.serviceUrl, { max: 2, onError: () => undefined }));
afterAll(async () => {
  await Promise.all([admin.end(), service.end(), db.close()]);
  await database.drop();
});

async function addTenant(slug: string): Promise<string> {
  const { tenant } = await initTenant(
    { db },
    {
      slug,
      name: { it: slug },
      languages: ["it"],
      timeZone: "Europe/Rome",
      holidayCountry: "IT",
    },
  );
  const context = { tenant, actor: { kind: "system" }, requestId: uuidv7() } as const;
  await createApiKey({ db }, context, { kind: "publishable", name: "Widget", scopes: [] });
  return tenant.id;
}

let mine: string;
let theirs: string;
beforeAll(async () => {
  mine = await addTenant("mio-comune");
  theirs = await addTenant("altro-comune");
});

/** Runs one statement as the service, in a transaction of a tenant, or of none; rolls back. */
async function asTenant(tenantId: string | undefined, sql: string, values: unknown[] = []) {
  await service.query("BEGIN");
  try {
    if (tenantId !== undefined)
      await service.query(`SET LOCAL sportello.tenant_id = '${tenantId}'`);
    return await service.query<Record<string, unknown>>(sql, values);
  } finally {
    await service.query("ROLLBACK");
  }
}

const { rows: tenantTables } = await admin.query<{
  name: string;
  is_enabled: boolean;
  is_forced: boolean;
}>(`
  SELECT c.relname AS name, c.relrowsecurity AS is_enabled, c.relforcerowsecurity AS is_forced
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  ORDER BY 1`);

test("there are tables of tenants to judge", () => {
  expect(tenantTables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["api_keys", "slots", "appointments"]),
  );
});

describe.each(tenantTables)("$name", ({ name, is_enabled, is_forced }) => {
  test("has row-level security on and forced", () => {
    expect({ is_enabled, is_forced }).toEqual({ is_enabled: true, is_forced: true });
  });

  test("has policies that name the current tenant, for reading and for writing", async () => {
    const { rows } = await admin.query<{ qual: string; with_check: string }>(
      "SELECT qual, with_check FROM pg_policies WHERE tablename = $1",
      [name],
    );
    expect(rows).not.toEqual([]);
    for (const { qual, with_check } of rows) {
      expect(qual).toContain("tenant_id = ");
      expect(with_check).toContain("tenant_id = ");
    }
  });

  test("is not the service's own and cannot be truncated by it", async () => {
    const { rows } = await admin.query(
      `SELECT pg_get_userbyid(relowner) = 'sportello_service' AS is_owned,
         has_table_privilege('sportello_service', oid, 'TRUNCATE') AS may_truncate,
         has_table_privilege('sportello_service', oid, 'TRIGGER') AS may_trigger
       FROM pg_class WHERE oid = $1::regclass`,
      [name],
    );
    expect(rows).toEqual([{ is_owned: false, may_truncate: false, may_trigger: false }]);
  });

  test("starts every primary key with the tenant", async () => {
    const { rows } = await admin.query(
      `SELECT a.attname AS first_column
       FROM pg_index i
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = $1::regclass AND i.indisprimary`,
      [name],
    );
    expect(rows).toEqual([{ first_column: "tenant_id" }]);
  });
});

test("every other table of the schema is known not to belong to a tenant", async () => {
  const { rows } = await admin.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1`);
  const ofTenants = new Set(tenantTables.map(({ name }) => name));
  const others = rows.map(({ name }) => name).filter((name) => !ofTenants.has(name));
  expect(others).toEqual([
    "clock_shift",
    "schema_migrations",
    "secret_key_uses",
    "sending_gates",
    "sending_switch",
    "state_transitions",
    "tenants",
  ]);
});

test("a tenant's transaction reads its own keys and nobody else's", async () => {
  const { rows } = await asTenant(mine, "SELECT DISTINCT tenant_id FROM api_keys");
  expect(rows).toEqual([{ tenant_id: mine }]);
  const { rows: foreign } = await asTenant(mine, "SELECT FROM api_keys WHERE tenant_id = $1", [
    theirs,
  ]);
  expect(foreign).toEqual([]);
});

test("without a tenant nothing is read", async () => {
  for (const table of [...tenantTables.map(({ name }) => name), "tenants"]) {
    const { rows } = await asTenant(undefined, `SELECT count(*)::int AS count FROM ${table}`);
    expect([table, rows[0]?.["count"]]).toEqual([table, 0]);
  }
});

test("the system's scope reads tenants and the outbox and nothing else", async () => {
  await db.inSystem(async (trx) => {
    const tenants = await trx.selectFrom("tenants").select("id").execute();
    expect(tenants.map(({ id }) => id).toSorted()).toEqual([mine, theirs].toSorted());
    expect(await trx.selectFrom("api_keys").select("id").execute()).toEqual([]);
  });
});

test("the tenant of one transaction is gone in the next one on the same connection", async () => {
  await asTenant(mine, "SELECT 1");
  const { rows } = await asTenant(undefined, "SELECT count(*)::int AS count FROM api_keys");
  expect(rows).toEqual([{ count: 0 }]);
});

test("a row cannot be written for another tenant nor moved to one", async () => {
  const insert = `INSERT INTO api_keys (tenant_id, id, kind, name, secret_hash) VALUES ($1, $2, 'secret', 'x', $3)`;
  await expect(asTenant(mine, insert, [theirs, uuidv7(), randomBytes(32)])).rejects.toThrow(
    /row-level security/,
  );
  await expect(asTenant(mine, "UPDATE api_keys SET tenant_id = $1", [theirs])).rejects.toThrow(
    /row-level security/,
  );
  const { rowCount } = await asTenant(mine, "UPDATE api_keys SET name = 'x' WHERE tenant_id = $1", [
    theirs,
  ]);
  expect(rowCount).toBe(0);
});

test.each([
  ["change audit events", "UPDATE audit_events SET kind = 'x.y'"],
  ["delete audit events", "DELETE FROM audit_events"],
  ["change seals", "UPDATE audit_seals SET seq = 2"],
  ["shift the clock", "UPDATE clock_shift SET shift = '1 hour'"],
  ["add a transition", "INSERT INTO state_transitions VALUES ('hold', 'released', 'open')"],
  ["delete a tenant", "DELETE FROM tenants"],
  ["make a table", "CREATE TABLE mine (id integer)"],
  ["switch protection off", "ALTER TABLE api_keys DISABLE ROW LEVEL SECURITY"],
])("the service cannot %s", async (_name, sql) => {
  await expect(asTenant(mine, sql)).rejects.toThrow(/permission denied|must be owner/);
});

test("the service cannot take another role", async () => {
  await expect(asTenant(mine, "SET ROLE postgres")).rejects.toThrow(
    /permission denied|does not exist/,
  );
});

import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { createTestDatabase } from "../support/test-database.ts";

const first = await createTestDatabase();
const second = await createTestDatabase();
afterAll(() => Promise.all([first.drop(), second.drop()]));

test("what one test database holds is not seen in another", async () => {
  await run(first.adminUrl, "CREATE TABLE only_here (id integer)");
  const { rows } = await run(
    second.adminUrl,
    "SELECT FROM pg_tables WHERE tablename = 'only_here'",
  );
  expect(rows).toHaveLength(0);
});

test("a test database has the migrations of this release", async () => {
  const { rows } = await run(first.serviceUrl, "SELECT name FROM schema_migrations");
  expect(rows.length).toBeGreaterThan(0);
});

test("the service's role is neither superuser nor free of row-level security, and creates nothing", async () => {
  const { rows } = await run(
    first.serviceUrl,
    `SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole
       FROM pg_roles
      WHERE rolname = current_user`,
  );
  expect(rows).toEqual([
    {
      rolname: "sportello_service",
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
    },
  ]);
});

async function run(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

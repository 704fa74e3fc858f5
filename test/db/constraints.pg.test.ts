import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase } from "../support/test-database.ts";
import { insertRow, insertValidRows } from "./valid-rows.ts";
import { type Row } from "./row.ts";
import { thrownInstead, violations } from "./violations.ts";

const database = await createTestDatabase();
const admin = new pg.Client({ connectionString: database.adminUrl });
await admin.connect();
let valid: ReadonlyMap<string, Row>;
beforeAll(async () => {
  valid = await insertValidRows(admin);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Writes a row and takes it back; what the database said against it. */
async function refusalOf(table: string, row: Row): Promise<Partial<pg.DatabaseError>> {
  await admin.query("BEGIN");
  try {
    await insertRow(admin, table, row);
    return {};
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  } finally {
    await admin.query("ROLLBACK");
  }
}

test("every named constraint and unique index of the schema is violated here", async () => {
  const { rows } = await admin.query<{ name: string }>(`
    SELECT conname AS name FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x') AND conrelid <> 0
    UNION
    SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE x.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary`);
  const covered = [...violations.keys(), ...thrownInstead.keys()];
  expect(covered.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
});

test("every table has a valid row here, so that only the stated difference can be refused", async () => {
  const { rows } = await admin.query<{ name: string }>(`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND relname NOT IN ('clock_shift', 'schema_migrations', 'sending_switch', 'state_transitions')`);
  expect([...valid.keys()].toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
});

describe.each([...violations])("%s", (constraint, { table, variants }) => {
  test.each(variants)("refuses %j", async (difference) => {
    const refusal = await refusalOf(table, { ...valid.get(table), ...difference });
    expect(refusal.constraint ?? refusal.message).toBe(constraint);
  });
});

describe.each([...thrownInstead])("%s", (_constraint, { table, variants, code }) => {
  test.each(variants)("refuses %j", async (difference) => {
    const refusal = await refusalOf(table, { ...valid.get(table), ...difference });
    expect(refusal.code).toBe(code);
  });
});

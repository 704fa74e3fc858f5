import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { DatabaseLog } from "../../src/db/database-log.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createTestDatabase } from "../support/test-database.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const database = await createTestDatabase();
const client = new pg.Client({ connectionString: database.adminUrl });
await client.connect();
const folders: string[] = [];
let migrationsDir = "";

beforeEach(async () => {
  migrationsDir = await mkdtemp(join(tmpdir(), "sportello-migrations-"));
  folders.push(migrationsDir);
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
});
afterAll(async () => {
  await client.end();
  await database.drop();
  for (const folder of folders) await rm(folder, { recursive: true });
});

const write = (name: string, sql: string): Promise<void> =>
  writeFile(join(migrationsDir, `${name}.sql`), sql);
const run = (log: DatabaseLog = silent): Promise<string[]> =>
  migrate({ adminUrl: database.adminUrl, log, migrationsDir });

const first = "20260101T0000_rooms__create";
const second = "20260101T0001_rooms__add_name";

describe("migrations", () => {
  it("are applied once, in the order of their names", async () => {
    await write(second, "ALTER TABLE rooms ADD name text");
    await write(first, "CREATE TABLE rooms (id integer)");
    expect(await run()).toEqual([first, second]);
    expect(await run()).toEqual([]);
  });

  it("leave nothing behind when they fail", async () => {
    await write(first, "CREATE TABLE rooms (id integer); SELECT 1 / 0");
    await expect(run()).rejects.toThrow(`migration ${first} failed: division by zero`);
    const { rows } = await client.query("SELECT to_regclass('rooms') AS found");
    expect(rows).toEqual([{ found: null }]);
    await write(first, "CREATE TABLE rooms (id integer)");
    expect(await run()).toEqual([first]);
  });

  it("that were edited after they were applied are refused", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    await run();
    await write(first, "CREATE TABLE rooms (id bigint)");
    await expect(run()).rejects.toThrow(`Migration ${first} was changed after it was applied`);
  });

  it("may change their line ends", async () => {
    await write(first, "CREATE TABLE rooms (\n id integer)");
    await run();
    await write(first, "CREATE TABLE rooms (\r\n id integer)");
    expect(await run()).toEqual([]);
  });

  it("that this release does not know are a newer database", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    await run();
    await rm(join(migrationsDir, `${first}.sql`));
    await expect(run()).rejects.toThrow("The database is newer than this release");
  });

  it("without a transaction may build an index concurrently", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    await write(second, "-- no-transaction\nCREATE INDEX CONCURRENTLY rooms_by_id ON rooms (id)");
    expect(await run()).toEqual([first, second]);
  });

  it("of two processes that start at once are applied once", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    const applied = await Promise.all([run(), run(), run()]);
    expect(applied.flat()).toEqual([first]);
  });

  it("let others through while a table they need is in use, and go on when it is free", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    await run();
    await write(second, "ALTER TABLE rooms ADD name text");
    await client.query("BEGIN; SELECT FROM rooms");
    const firstRetry = Promise.withResolvers<void>();
    const running = run({ ...silent, warn: () => firstRetry.resolve() });
    await firstRetry.promise;
    await client.query("COMMIT");
    expect(await running).toEqual([second]);
  });

  it("need a user who may change tables, and say which setting names him", async () => {
    await write(first, "CREATE TABLE rooms (id integer)");
    const attempt = migrate({ adminUrl: database.serviceUrl, log: silent, migrationsDir });
    await expect(attempt).rejects.toThrow(/permission denied.*DATABASE_ADMIN_URL/s);
  });
});

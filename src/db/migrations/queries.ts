import type { Client } from "pg";
import type { Migration } from "./read-migrations.ts";

/** Arbitrary but fixed: only one process migrates a database at a time. */
const MIGRATION_LOCK = 7_305_120_119;
/** A migration that waits longer for a table lock would make every query queue behind it. */
const LOCK_TIMEOUT = "2s";

/** A migration that the database says was applied. */
export type AppliedMigration = { name: string; checksum: string };

/** Major version of the server, e.g. 18. */
export async function readServerMajor(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::integer / 10000 AS version",
  );
  return rows[0]?.version ?? 0;
}

/** Takes the migration lock of this session without waiting; false when another session holds it. */
export async function tryMigrationLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ is_taken: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS is_taken",
    [MIGRATION_LOCK],
  );
  return rows[0]?.is_taken ?? false;
}

/** Whether the database remembers migrations at all. */
export async function hasMigrationTable(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ is_there: boolean }>(
    "SELECT to_regclass('public.schema_migrations') IS NOT NULL AS is_there",
  );
  return rows[0]?.is_there ?? false;
}

/** Lists what was applied. */
export async function listApplied(client: Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    "SELECT name, checksum FROM public.schema_migrations ORDER BY name",
  );
  return rows;
}

/** Creates the table that remembers migrations; every role may read it. */
export async function createMigrationTable(client: Client): Promise<void> {
  await client.query(
    `CREATE TABLE public.schema_migrations (
       name text PRIMARY KEY,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
     );
     COMMENT ON TABLE public.schema_migrations IS 'Which migration files were applied, with the checksum each had.';
     GRANT SELECT ON public.schema_migrations TO PUBLIC`,
  );
}

/** Applies one file and records it, in one transaction where the file allows it. */
export async function applyMigration(client: Client, migration: Migration): Promise<void> {
  if (!migration.isTransactional) {
    await client.query("SET lock_timeout = 0");
    await client.query(migration.sql);
    return recordMigration(client, migration);
  }
  await client.query("BEGIN");
  try {
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query(migration.sql);
    await recordMigration(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function recordMigration(client: Client, { name, checksum }: Migration): Promise<void> {
  await client.query("INSERT INTO public.schema_migrations (name, checksum) VALUES ($1, $2)", [
    name,
    checksum,
  ]);
}

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { StartError, errorMessage, systemErrorCode } from "../start-error.ts";
import type { DatabaseLog } from "./database-log.ts";
import {
  type AppliedMigration,
  applyMigration,
  createMigrationTable,
  hasMigrationTable,
  listApplied,
  readServerMajor,
  tryMigrationLock,
} from "./migrations/queries.ts";
import { type Migration, readMigrations } from "./migrations/read-migrations.ts";

/** Options of a migration run. */
export type MigrateOptions = {
  /** Address with the right to create tables; not the service's own role. */
  adminUrl: string;
  log: DatabaseLog;
  /** Folder with the SQL files; default `migrations/` of this package. */
  migrationsDir?: string;
};

/** The oldest PostgreSQL that the SQL is written for. */
const POSTGRES_MAJOR_MIN = 15;

const MIGRATIONS_DIR = join(import.meta.dirname, "..", "..", "migrations");
const LOCK_NOT_AVAILABLE = "55P03";
const INSUFFICIENT_PRIVILEGE = "42501";
const LOCK_TRIES_MAX = 30;
const RETRY_MS = 250;
const WAIT_FOR_OTHERS_MS = 120_000;

/**
 * Brings the database to this release's schema; returns the names it applied, none when it was there already.
 * One process migrates at a time, others wait up to 2 minutes. A migration waits at most 2 s for a lock, then
 * lets traffic through and tries again, 30 times. Throws StartError when the server is unreachable or too old,
 * when an applied file was edited, or when the database is newer than this release. May be repeated.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.migrationsDir ?? MIGRATIONS_DIR);
  const client = await connect(options.adminUrl);
  try {
    refuseOldServer(await readServerMajor(client));
    await waitForTurn(client, options.log);
    if (!(await hasMigrationTable(client))) await createMigrationTable(client);
    const pending = findPending(migrations, await listApplied(client));
    for (const migration of pending) await applyWithRetries(client, migration, options.log);
    return pending.map(({ name }) => name);
  } catch (error) {
    throw refusalOrFault(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Throws StartError unless the database has exactly this release's schema: for processes that leave migrating to
 * another, so that they do not fail at the first query instead. `url` may be the service's own.
 */
export async function checkMigrated(url: string): Promise<void> {
  const migrations = await readMigrations(MIGRATIONS_DIR);
  const client = await connect(url);
  try {
    refuseOldServer(await readServerMajor(client));
    const isPrepared = await hasMigrationTable(client);
    const pending = findPending(migrations, isPrepared ? await listApplied(client) : []);
    if (pending.length === 0) return;
    throw new StartError(
      `The database lacks ${pending.length} of this release's migrations. Run \`npm run migrate\` with ` +
        "DATABASE_ADMIN_URL set, then start again.",
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * What is still to be applied. Throws StartError when an applied file is unknown (the database is newer) or
 * has another checksum (it was edited after it was applied).
 */
export function findPending(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new StartError(
        `The database is newer than this release: it has migration ${name}, which this release does not know. ` +
          "Start the newer release, or restore a backup made with this one.",
      );
    }
    if (migration.checksum !== checksum) {
      throw new StartError(
        `Migration ${name} was changed after it was applied. Put the file back as it was and write the change ` +
          "as a new migration.",
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function connect(adminUrl: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: "sportello migrations",
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined); // a lost session fails the next query, which says so
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new StartError(
      `The database cannot be reached (${describeConnectFailure(error)}). Check that it runs and that ` +
        "DATABASE_URL (and DATABASE_ADMIN_URL, if set) names its host, port, database, user and password.",
      { cause: error },
    );
  }
}

/** A refused connection to a name with several addresses is an AggregateError with an empty message. */
function describeConnectFailure(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(errorMessage).join("; ");
  return errorMessage(error);
}

/** Throws StartError for a server older than the SQL is written for. */
export function refuseOldServer(major: number): void {
  if (major >= POSTGRES_MAJOR_MIN) return;
  throw new StartError(
    `The database server is PostgreSQL ${major}; Sportello needs ${POSTGRES_MAJOR_MIN} or newer. ` +
      "Upgrade it, or point DATABASE_URL to a newer server.",
  );
}

async function waitForTurn(client: pg.Client, log: DatabaseLog): Promise<void> {
  const deadline = performance.now() + WAIT_FOR_OTHERS_MS;
  let hasSaid = false;
  // Polled: a session that waits inside a statement holds a snapshot, which CREATE INDEX CONCURRENTLY waits for.
  while (!(await tryMigrationLock(client))) {
    if (performance.now() > deadline) {
      throw new StartError(
        "Another process has been migrating this database for two minutes. Wait until it is done, then start again.",
      );
    }
    if (!hasSaid) log.info({}, "waiting for another process that migrates the database");
    hasSaid = true;
    await sleep(RETRY_MS);
  }
}

async function applyWithRetries(
  client: pg.Client,
  migration: Migration,
  log: DatabaseLog,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await applyMigration(client, migration);
      log.info({ migration: migration.name }, "applied a migration");
      return;
    } catch (error) {
      if (systemErrorCode(error) !== LOCK_NOT_AVAILABLE || attempt >= LOCK_TRIES_MAX) {
        const text = `migration ${migration.name} failed: ${errorMessage(error)}`;
        throw new Error(text, { cause: error });
      }
      log.warn(
        { migration: migration.name, attempt },
        "a table is in use; trying the migration again",
      );
      await sleep(RETRY_MS);
    }
  }
}

function refusalOrFault(error: unknown): unknown {
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (systemErrorCode(reason) !== INSUFFICIENT_PRIVILEGE) return error;
  return new StartError(
    `The database cannot be prepared (${errorMessage(error)}). Set DATABASE_ADMIN_URL to the same database ` +
      "for a user who may create tables and roles.",
    { cause: error },
  );
}

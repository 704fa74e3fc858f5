import type { Config } from "./config.ts";
import type { Deps } from "./context.ts";
import { claimSecretKeys } from "./db/claim-secret-keys.ts";
import { createDatabase } from "./db/database.ts";
import type { DatabaseLog } from "./db/database-log.ts";
import { findRunningPostgres } from "./db/embedded/find-running.ts";
import { startEmbeddedPostgres } from "./db/embedded-postgres.ts";
import { checkMigrated } from "./db/migrate.ts";
import { createPool } from "./db/pool.ts";
import { loadOrCreateSecretKeys } from "./db/vault-keys.ts";
import { createVault } from "./db/vault.ts";
import { prepareDatabase } from "./start-database.ts";

const CONNECTIONS_MAX = 4;
/** A command may read and write more in one statement than a request. */
const STATEMENT_TIMEOUT_MS = 60_000;
const SERVICE_ROLE = "sportello_service";

const silent: DatabaseLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Where a command finds its database, and what to do when it is done with it. */
interface OpenedServer {
  readonly url: string;
  readonly adminUrl: string;
  readonly stop: () => Promise<void>;
}

/**
 * Finds the database of a command: that of DATABASE_URL, the embedded one that a running service has, or else the
 * embedded one, started for the command and stopped after it. Throws StartError with what to do.
 */
async function openServer({ database, dataDir }: Config): Promise<OpenedServer> {
  if (database) return { ...database, stop: async () => undefined };
  const running = await findRunningPostgres(dataDir);
  if (running) return { ...running, stop: async () => undefined };
  const embedded = await startEmbeddedPostgres({ dataDir, log: silent });
  const { adminUrl } = embedded;
  return { url: embedded.serviceUrl(), adminUrl, stop: () => embedded.stop() };
}

/** Brings the command's database up to date; returns the names of the migrations it applied. */
export async function migrateDatabase(config: Config): Promise<string[]> {
  const server = await openServer(config);
  try {
    return await prepareDatabase(server.adminUrl, silent);
  } finally {
    await server.stop();
  }
}

/** Does a command's work on its database. An embedded one that nobody runs is brought up to date first. */
export async function withDatabase<T>(
  config: Config,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const server = await openServer(config);
  try {
    if (config.database) await checkMigrated(server.url);
    else await prepareDatabase(server.adminUrl, silent);
    const secretKeys = config.secretKeys ?? (await loadOrCreateSecretKeys(config.dataDir));
    await claimSecretKeys(server.url, secretKeys);
    const pool = createPool(server.url, {
      max: CONNECTIONS_MAX,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      role: SERVICE_ROLE,
      applicationName: "sportello-cli",
      onError: () => undefined,
    });
    const db = createDatabase(pool);
    try {
      return await work({ db, vault: createVault(secretKeys) });
    } finally {
      await db.close();
    }
  } finally {
    await server.stop();
  }
}

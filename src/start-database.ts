import type { Config } from "./config.ts";
import type { DatabaseLog } from "./db/database-log.ts";
import { startEmbeddedPostgres } from "./db/embedded-postgres.ts";
import { migrate } from "./db/migrate.ts";
import { loadOrCreateSecretKeys } from "./db/vault-keys.ts";
import type { MasterKey } from "./db/vault.ts";
import { prepareJobsSchema } from "./jobs/prepare-jobs-schema.ts";
import type { ProcessLife } from "./run-process.ts";
import { StartError } from "./start-error.ts";

/** Role that the service works as; the migrations make it. */
const SERVICE_ROLE = "sportello_service";

/** Where the database is and what opens its sealed values. */
export type DatabaseAddresses = {
  /** For the service, which takes on the role SERVICE_ROLE. */
  readonly url: string;
  /** For migrations. */
  readonly adminUrl: string;
  readonly isEmbedded: boolean;
  readonly secretKeys: readonly MasterKey[];
};

/**
 * Starts the embedded database, or takes the one of DATABASE_URL as it is. The embedded one is stopped at the
 * end of `life`, and ends it when it dies for good. Throws StartError with what to do.
 */
export async function startDatabase(
  config: Config,
  log: DatabaseLog,
  life: ProcessLife,
): Promise<DatabaseAddresses> {
  const { database, dataDir } = config;
  if (database) {
    // The schema of the environment asks for keys beside DATABASE_URL.
    return { ...database, isEmbedded: false, secretKeys: config.secretKeys ?? [] };
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  life.onStop(() => embedded.stop());
  embedded.onExit((error) => life.fail(error));
  return {
    url: embedded.serviceUrl(),
    adminUrl: embedded.adminUrl,
    isEmbedded: true,
    secretKeys: config.secretKeys ?? (await loadOrCreateSecretKeys(dataDir)),
  };
}

/** Brings tables and the schema of the job queue up to date; returns the names of the migrations it applied. */
export async function prepareDatabase(adminUrl: string, log: DatabaseLog): Promise<string[]> {
  const applied = await migrate({ adminUrl, log });
  await prepareJobsSchema(adminUrl, SERVICE_ROLE);
  return applied;
}

/** For processes that do only a part of the work: the embedded database belongs to one process. */
export function requireExistingDatabase(
  { database, secretKeys = [] }: Config,
  part: string,
): { url: string; secretKeys: readonly MasterKey[] } {
  if (database) return { url: database.url, secretKeys };
  throw new StartError(
    `The ${part} alone needs DATABASE_URL: the embedded database belongs to one process. ` +
      "Set DATABASE_URL, or run everything in one process with `npm start`.",
  );
}

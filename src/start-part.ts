import { choosePort } from "./choose-port.ts";
import { atPort, type Config, loadConfig } from "./config.ts";
import { claimSecretKeys } from "./db/claim-secret-keys.ts";
import { checkMigrated } from "./db/migrate.ts";
import { type AppDeps, createDeps, type DepsOptions } from "./deps.ts";
import { JobStoreUnusableError } from "./jobs/errors.ts";
import type { ProcessLife } from "./run-process.ts";
import { requireExistingDatabase } from "./start-database.ts";
import { StartError } from "./start-error.ts";
import { createLogger } from "./telemetry/logger.ts";
import { readVersion } from "./version.ts";

/** What a started process works with. */
export type StartedPart = {
  readonly config: Config;
  readonly deps: AppDeps;
  readonly databaseUrl: string;
};

/**
 * Starts the common ground of a process that does one part of the work beside others, on an existing, migrated
 * database. Throws StartError with what to do.
 */
export async function startPart(
  role: "server" | "worker",
  life: ProcessLife,
): Promise<StartedPart> {
  const wanted = loadConfig();
  life.useLog(createLogger({ level: wanted.logLevel, role, version: readVersion() }));
  const { url: databaseUrl, secretKeys } = requireExistingDatabase(wanted, role);
  const config =
    role === "server" ? atPort(wanted, await choosePort(wanted.host, wanted.port)) : wanted;
  await checkMigrated(databaseUrl);
  await claimSecretKeys(databaseUrl, secretKeys);
  life.throwIfStopping();
  const deps = await openDeps(config, life, { databaseUrl, secretKeys, role });
  return { config, deps, databaseUrl };
}

/** Opens the dependencies and closes them at the end of `life`. Throws StartError when jobs cannot be kept. */
export async function openDeps(
  config: Config,
  life: ProcessLife,
  options: Omit<DepsOptions, "version">,
): Promise<AppDeps> {
  try {
    const deps = await createDeps(config, { ...options, version: readVersion() });
    life.onStop(() => deps.close());
    return deps;
  } catch (error) {
    if (!(error instanceof JobStoreUnusableError)) throw error;
    throw new StartError(`Background jobs cannot be kept: ${error.message}`, { cause: error });
  }
}

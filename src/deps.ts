import type { Config } from "./config.ts";
import type { Deps } from "./context.ts";
import { createDatabase, type Database } from "./db/database.ts";
import { createPool } from "./db/pool.ts";
import { createVault, type MasterKey } from "./db/vault.ts";
import { createJobQueue, type JobQueue } from "./jobs/job-queue.ts";
import type { JobStore } from "./jobs/job-store.ts";
import { openJobStore } from "./jobs/open-job-store.ts";
import {
  type AvailabilityMemory,
  createAvailabilityMemory,
} from "./slots/availability/availability-memory.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";

/** Everything a process is made of. */
export interface AppDeps extends Deps {
  /** The same database for work that nobody waits for: its statements may take twice as long. */
  readonly workDb: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What searches for free times know, never older than a second. */
  readonly availability: AvailabilityMemory;
  readonly jobStore: JobStore;
  readonly queue: JobQueue;
  /** Hands over what is being enqueued, then closes every connection. */
  readonly close: () => Promise<void>;
}

/** What the configuration alone does not say, because the embedded database makes it up at its first start. */
export interface DepsOptions {
  /** Address of the migrated database, for the service's role or one that may take it on. */
  readonly databaseUrl: string;
  /** The current key first. */
  readonly secretKeys: readonly MasterKey[];
  /** Which part of the service this is, for logs and figures. */
  readonly role: "server" | "worker" | "all" | "cli";
  readonly version: string;
}

const serviceRole = "sportello_service";

/** A citizen who waits for a database that does not answer is told to come back within three seconds. */
const requestStatementMsMax = 2_400;

type DepsConfig = Pick<Config, "redisUrl" | "logLevel" | "databasePoolMax" | "jobsPoolMax">;

/** Opens what a process works with. Throws JobStoreUnusableError when jobs cannot be kept where they should. */
export async function createDeps(config: DepsConfig, options: DepsOptions): Promise<AppDeps> {
  const { databaseUrl, role, version } = options;
  const log = createLogger({ level: config.logLevel, role, version });
  const metrics = createMetrics({ version, role });
  const poolOptions = {
    role: serviceRole,
    applicationName: `sportello-${role}`,
    onError: (err: Error) => log.warn({ err }, "A database connection was lost"),
  };
  const pool = createPool(databaseUrl, {
    ...poolOptions,
    max: config.databasePoolMax,
    statementTimeoutMs: requestStatementMsMax,
  });
  metrics.watchPool("service", pool);
  const db = createDatabase(pool);
  const workPool = createPool(databaseUrl, { ...poolOptions, max: config.databasePoolMax });
  metrics.watchPool("work", workPool);
  const workDb = createDatabase(workPool);
  try {
    const observer = { log, figures: metrics };
    const jobStore = await openJobStore({
      ...observer,
      databaseUrl,
      databaseRole: serviceRole,
      redisUrl: config.redisUrl,
      poolMax: config.jobsPoolMax,
    });
    const queue = createJobQueue({ ...observer, store: jobStore });
    const close = async (): Promise<void> => {
      await queue.close();
      await Promise.all([jobStore.close(), db.close(), workDb.close()]);
    };
    const vault = createVault(options.secretKeys);
    const availability = createAvailabilityMemory(db);
    return { db, workDb, vault, log, metrics, availability, jobStore, queue, close };
  } catch (error) {
    await Promise.all([db.close(), workDb.close()]);
    throw error;
  }
}

import type { Config } from "./config.ts";
import type { Deps } from "./context.ts";
import { createDatabase } from "./db/database.ts";
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

type DepsConfig = Pick<Config, "redisUrl" | "logLevel" | "databasePoolMax" | "jobsPoolMax">;

/** Opens what a process works with. Throws JobStoreUnusableError when jobs cannot be kept where they should. */
export async function createDeps(config: DepsConfig, options: DepsOptions): Promise<AppDeps> {
  const { databaseUrl, role, version } = options;
  const log = createLogger({ level: config.logLevel, role, version });
  const metrics = createMetrics({ version, role });
  const pool = createPool(databaseUrl, {
    max: config.databasePoolMax,
    role: serviceRole,
    applicationName: `sportello-${role}`,
    onError: (err) => log.warn({ err }, "A database connection was lost"),
  });
  metrics.watchPool("service", pool);
  const db = createDatabase(pool);
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
      await Promise.all([jobStore.close(), db.close()]);
    };
    const vault = createVault(options.secretKeys);
    const availability = createAvailabilityMemory(db);
    return { db, vault, log, metrics, availability, jobStore, queue, close };
  } catch (error) {
    await db.close();
    throw error;
  }
}

import type { Job, JobsOptions, Queue, Worker, WorkerOptions } from "bullmq";
import type { JobObserver } from "./job-observer.ts";
import type { WorkerEvents } from "./worker-events.ts";

/** One job handed to the store. */
export interface StoredJob {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly opts: JobsOptions;
}

/** The part of a BullMQ queue used here, the same for both backends. */
export type StoreQueue = Pick<Queue, "close"> & {
  readonly add: (name: string, data: StoredJob["data"], opts: JobsOptions) => Promise<unknown>;
  readonly addBulk: (jobs: StoredJob[]) => Promise<unknown>;
};

/** The part of a BullMQ worker used here, the same for both backends. */
export type StoreWorker = Pick<Worker, "run" | "close">;

/** Settings of a worker without its connection, which the store adds. */
export type StoreWorkerOptions = Omit<WorkerOptions, "connection" | "prefix">;

/** Runs one job; what it throws ends the attempt. */
export type ProcessJob = (job: Job, token?: string) => Promise<unknown>;

/** Whether jobs can be handed over now; `unusable` needs somebody to change the set-up. */
export type JobStoreHealth =
  | { readonly status: "ok" }
  | { readonly status: "unreachable" | "unusable"; readonly reason: string };

/** Where jobs wait: PostgreSQL or Redis behind one shape. One per process. */
export interface JobStore {
  readonly backend: "postgres" | "redis";
  /** Waits until a job can be handed over, at most `limitMs`. Throws JobQueueUnavailableError or JobStoreUnusableError. */
  readonly ready: (limitMs: number) => Promise<void>;
  readonly openQueue: (name: string) => StoreQueue;
  /** Opens a worker that does not run yet. */
  readonly openWorker: (
    name: string,
    processJob: ProcessJob,
    options: StoreWorkerOptions & { readonly events: WorkerEvents },
  ) => StoreWorker;
  /** Asks the store; bounded to 2 s, never throws. For readiness pages. */
  readonly check: () => Promise<JobStoreHealth>;
  /** Closes all connections; bounded to 5 s. Close queues and workers first. */
  readonly close: () => Promise<void>;
}

export interface JobStoreOptions extends JobObserver {
  /** The service's database. A direct connection: LISTEN does not work through a transaction pooler. */
  readonly databaseUrl: string;
  /** Session role to take on, where the log-in role is privileged; must be the role that `prepareJobsSchema` granted. */
  readonly databaseRole?: string | undefined;
  /** When set, jobs wait in Redis instead; it must have `maxmemory-policy noeviction`. */
  readonly redisUrl?: string | undefined;
  /** Begins every Redis key, so that several installations can share one server. Default `sportello`. */
  readonly redisPrefix?: string | undefined;
  /** Connections to PostgreSQL for queries about jobs, besides the one that listens. Default 6. */
  readonly poolMax?: number | undefined;
}

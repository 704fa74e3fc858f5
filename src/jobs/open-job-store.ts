import type { JobStore, JobStoreOptions } from "./job-store.ts";
import { openPostgresJobStore } from "./postgres-job-store.ts";
import { openRedisJobStore } from "./redis-job-store.ts";

/**
 * Opens the store of jobs: Redis when `redisUrl` is set, else PostgreSQL.
 * Throws StartError, with what to do, when PostgreSQL lacks the jobs' schema or is unreachable, or when Redis may evict
 * keys. An unreachable Redis does not throw: jobs wait in the outbox until it is back.
 */
export async function openJobStore(options: JobStoreOptions): Promise<JobStore> {
  return options.redisUrl === undefined
    ? openPostgresJobStore(options)
    : openRedisJobStore({ ...options, redisUrl: options.redisUrl });
}

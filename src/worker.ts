import type { AppDeps } from "./deps.ts";
import type { RunnableJob } from "./jobs/define-job.ts";
import { createJobWorker } from "./jobs/job-worker.ts";
import { createTicker, type PeriodicTask } from "./jobs/ticker.ts";
import { type ProcessLife, runProcess } from "./run-process.ts";
import { startPart } from "./start-part.ts";

/** Every kind of job there is. */
const definitions: readonly RunnableJob<AppDeps>[] = [];

/** What is done again and again, by one process of all. */
function periodicTasks(_deps: AppDeps): readonly PeriodicTask[] {
  return [];
}

/** Longest wait for jobs under way; what runs longer is interrupted and done again by another worker. */
const DRAIN_MS = 5_000;

/** Runs jobs and periodic tasks until the end of `life`. `databaseUrl` must be a direct connection. */
export function startWorker(deps: AppDeps, databaseUrl: string, life: ProcessLife): void {
  const observer = { log: deps.log, figures: deps.metrics };
  const worker = createJobWorker({ ...observer, store: deps.jobStore, definitions, deps });
  const ticker = createTicker({ ...observer, databaseUrl, tasks: periodicTasks(deps) });
  worker.run();
  ticker.start();
  life.onStop(async ({ isHurried }) => {
    const drainMs = isHurried ? 0 : DRAIN_MS;
    await Promise.all([worker.stop(drainMs), ticker.stop(drainMs)]);
  });
}

if (import.meta.main) {
  await runProcess(async (life) => {
    const { deps, databaseUrl } = await startPart("worker", life);
    startWorker(deps, databaseUrl, life);
    deps.log.info({}, "working");
  });
}

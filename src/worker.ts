import type { AppDeps } from "./deps.ts";
import type { RunnableJob } from "./jobs/define-job.ts";
import type { JobFigures } from "./jobs/job-observer.ts";
import { createJobWorker } from "./jobs/job-worker.ts";
import { createTicker } from "./jobs/ticker.ts";
import { periodicTasks, RELAY_TASK } from "./periodic-tasks.ts";
import { type ProcessLife, runProcess } from "./run-process.ts";
import { followScheduleJob, generateSlotsJob } from "./scheduling/jobs.ts";
import { startPart } from "./start-part.ts";

/** Every kind of job there is. */
const definitions: readonly RunnableJob<AppDeps>[] = [generateSlotsJob, followScheduleJob];

/** Longest wait for jobs under way; what runs longer is interrupted and done again by another worker. */
const DRAIN_MS = 5_000;

/** Runs jobs and periodic tasks until the end of `life`. `databaseUrl` must be a direct connection. */
export function startWorker(all: AppDeps, databaseUrl: string, life: ProcessLife): void {
  const deps = { ...all, db: all.workDb };
  const observer = { log: deps.log, figures: figuresOf(deps) };
  const worker = createJobWorker({ ...observer, store: deps.jobStore, definitions, deps });
  const ticker = createTicker({ ...observer, databaseUrl, tasks: periodicTasks(deps) });
  worker.run();
  ticker.start();
  life.onStop(async ({ isHurried }) => {
    const drainMs = isHurried ? 0 : DRAIN_MS;
    await Promise.all([worker.stop(drainMs), ticker.stop(drainMs)]);
  });
}

/** The process's figures; one that relays no more does not go on stating the age of the outbox. */
function figuresOf({ metrics }: AppDeps): JobFigures {
  return {
    ...metrics,
    tickLeading: (task, isLeading) => {
      metrics.tickLeading(task, isLeading);
      if (task === RELAY_TASK && !isLeading) metrics.setOutboxOldestAge(undefined);
    },
  };
}

if (import.meta.main) {
  await runProcess(async (life) => {
    const { deps, databaseUrl } = await startPart("worker", life);
    startWorker(deps, databaseUrl, life);
    deps.log.info({}, "working");
  });
}

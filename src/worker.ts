import { runBulkOperationJob } from "./bulk/jobs.ts";
import type { AppDeps } from "./deps.ts";
import type { RunnableJob } from "./jobs/define-job.ts";
import type { JobFigures } from "./jobs/job-observer.ts";
import { createJobWorker } from "./jobs/job-worker.ts";
import { createTicker } from "./jobs/ticker.ts";
import { sendNoticesJob, sendRemindersJob } from "./messages/jobs.ts";
import { COUNT_TASK, withdrawMessageFigures } from "./messaging-tasks.ts";
import { type Messaging, openMessaging } from "./messaging.ts";
import { periodicTasks, RELAY_TASK } from "./periodic-tasks.ts";
import { type ProcessLife, runProcess } from "./run-process.ts";
import { planMessagesJob } from "./reminders/jobs.ts";
import { applyProposalJob, followScheduleJob, generateSlotsJob } from "./scheduling/jobs.ts";
import { startPart } from "./start-part.ts";

/** What jobs work with. */
export type WorkerDeps = AppDeps & Pick<Messaging, "sender" | "planning">;

/** Every kind of job there is. */
const definitions: readonly RunnableJob<WorkerDeps>[] = [
  generateSlotsJob,
  followScheduleJob,
  applyProposalJob,
  planMessagesJob,
  sendNoticesJob,
  sendRemindersJob,
  runBulkOperationJob,
];

/** Longest wait for jobs under way; what runs longer is interrupted and done again by another worker. */
const DRAIN_MS = 5_000;

/** What a worker is given besides its dependencies. */
export interface WorkerParts {
  /** A direct connection. */
  readonly databaseUrl: string;
  readonly messaging: Messaging;
}

/** Runs jobs and periodic tasks until the end of `life`. */
export function startWorker(
  all: AppDeps,
  { databaseUrl, messaging }: WorkerParts,
  life: ProcessLife,
): void {
  const deps = { ...all, db: all.workDb };
  const observer = { log: deps.log, figures: figuresOf(deps) };
  const worker = createJobWorker({
    ...observer,
    store: deps.jobStore,
    definitions,
    deps: { ...deps, ...messaging },
  });
  const tasks = periodicTasks(deps, messaging);
  const ticker = createTicker({ ...observer, databaseUrl, tasks });
  worker.run();
  ticker.start();
  life.onStop(async ({ isHurried }) => {
    const drainMs = isHurried ? 0 : DRAIN_MS;
    await Promise.all([worker.stop(drainMs), ticker.stop(drainMs)]);
  });
}

/** The process's figures; one that no longer relays or counts does not go on stating what waits. */
function figuresOf({ metrics }: AppDeps): JobFigures {
  return {
    ...metrics,
    tickLeading: (task, isLeading) => {
      metrics.tickLeading(task, isLeading);
      if (task === RELAY_TASK && !isLeading) metrics.setOutboxOldestAge(undefined);
      if (task === COUNT_TASK && !isLeading) withdrawMessageFigures(metrics);
    },
  };
}

if (import.meta.main) {
  await runProcess(async (life) => {
    const { deps, config, databaseUrl } = await startPart("worker", life);
    const messaging = await openMessaging(deps, config, life);
    startWorker(deps, { databaseUrl, messaging }, life);
    deps.log.info({}, "working");
  });
}

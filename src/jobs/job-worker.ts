import type { Job } from "bullmq";
import type { RunnableJob } from "./define-job.ts";
import { JobInterruptedError } from "./errors.ts";
import { createFaultLog } from "./job-observer.ts";
import type { JobObserver } from "./job-observer.ts";
import type { JobStore, StoreWorker } from "./job-store.ts";
import { runJob } from "./run-job.ts";
import { endsWithin, pause } from "./time-limit.ts";
import type { WorkerEvents } from "./worker-events.ts";

/** How fast jobs of dead workers are found. */
export interface WorkerTimings {
  /** A job whose worker has not renewed its lock for this long may be taken over. Default 15 s. */
  readonly lockMs: number;
  /** How often the takeover is tried; two rounds are needed. Default 5 s. */
  readonly stalledCheckMs: number;
}

export interface JobWorkerOptions<Deps> extends JobObserver {
  readonly store: JobStore;
  /** The kinds of job this process runs, each in a queue of its own: a slow kind holds up no other. */
  readonly definitions: readonly RunnableJob<Deps>[];
  /** Given to every handler. */
  readonly deps: Deps;
  readonly timings?: WorkerTimings;
}

/** Runs jobs in this process. */
export interface JobWorker {
  /** Starts to fetch jobs; faults are logged and survived. Call once. */
  readonly run: () => void;
  /**
   * Stops fetching and waits up to `drainMs` for running jobs; then interrupts them (they go back to wait) and waits
   * 2 s more. What still runs after that is run again by another worker. The store stays open.
   */
  readonly stop: (drainMs: number) => Promise<void>;
}

const DEFAULT_TIMINGS: WorkerTimings = { lockMs: 15_000, stalledCheckMs: 5_000 };
/** A job may lose its worker this often (crashes, deploys) before it counts as the one that kills them. */
const STALLED_MAX = 100;
/** Sleep of an idle worker in seconds: a lost notification costs this much. */
const DRAIN_DELAY_SECONDS = 10;
const RETRY_AFTER_FAULT_MS = 1_000;
const INTERRUPT_GRACE_MS = 2_000;

/** Creates the workers of this process, one per kind of job. They do not run until `run`. */
export function createJobWorker<Deps>(options: JobWorkerOptions<Deps>): JobWorker {
  const crews = options.definitions.map((definition) => openCrew(definition, options));
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];
  return {
    run: () => {
      for (const crew of crews) loops.push(keepRunning(crew, stopping.signal));
    },
    stop: async (drainMs) => {
      stopping.abort();
      const closing = Promise.allSettled([...crews.map((crew) => crew.worker.close()), ...loops]);
      if (await endsWithin(closing, drainMs)) return;
      for (const crew of crews) crew.interruptAll("this process stops");
      if (await endsWithin(closing, INTERRUPT_GRACE_MS)) return;
      options.log.warn(
        { count: crews.reduce((sum, crew) => sum + crew.running.size, 0) },
        "jobs left running at the stop",
      );
    },
  };
}

/** The worker of one kind of job and its runs under way, by job id. */
interface Crew {
  readonly name: string;
  readonly worker: StoreWorker;
  readonly running: Map<string, AbortController>;
  readonly interruptAll: (reason: string) => void;
  readonly onFault: (err: unknown) => void;
}

function openCrew<Deps>(definition: RunnableJob<Deps>, options: JobWorkerOptions<Deps>): Crew {
  const { store, deps, timings = DEFAULT_TIMINGS } = options;
  const running = new Map<string, AbortController>();
  const logFault = createFaultLog(options.log);
  const onFault = (err: unknown): void =>
    logFault({ queue: definition.name, backend: store.backend, err }, "job worker fault");
  const processJob = async (job: Job, token?: string): Promise<void> => {
    const interrupt = new AbortController();
    const id = String(job.id);
    running.set(id, interrupt);
    try {
      await runJob({ definition, deps, job, token, interrupt, observer: options });
    } finally {
      if (running.get(id) === interrupt) running.delete(id);
    }
  };
  const worker = store.openWorker(definition.name, processJob, {
    autorun: false,
    concurrency: definition.concurrency,
    lockDuration: timings.lockMs,
    stalledInterval: timings.stalledCheckMs,
    maxStalledCount: STALLED_MAX,
    drainDelay: DRAIN_DELAY_SECONDS,
    runRetryDelay: RETRY_AFTER_FAULT_MS,
    events: crewEvents({ definition, running, onFault, observer: options }),
  });
  const interruptAll = (reason: string): void => {
    for (const run of running.values()) run.abort(new JobInterruptedError(reason));
  };
  return { name: definition.name, worker, running, interruptAll, onFault };
}

interface CrewParts {
  readonly definition: { readonly name: string };
  readonly running: ReadonlyMap<string, AbortController>;
  readonly onFault: (err: unknown) => void;
  readonly observer: JobObserver;
}

function crewEvents({ definition, running, onFault, observer }: CrewParts): WorkerEvents {
  const queue = definition.name;
  return {
    onFault,
    onStalled: (jobId) => {
      observer.figures?.jobFinished({ queue, outcome: "stalled", seconds: 0 });
      observer.log.warn(
        { queue, job_id: jobId },
        "the worker of a job is gone, the job waits again",
      );
    },
    onFailed: (job, reason) => {
      // Every other failure was reported by its run.
      if (!reason.message.startsWith("job stalled")) return;
      observer.figures?.jobFinished({ queue, outcome: "failed", seconds: 0 });
      observer.log.error(
        { queue, job_id: String(job?.id) },
        "job failed for good: it lost its worker too often",
      );
    },
    onLocksLost: (jobIds) => {
      for (const id of jobIds)
        running.get(id)?.abort(new JobInterruptedError("another worker may have the job"));
    },
  };
}

/** BullMQ's loop is meant to end only when closed; should a fault end it, it is started again. */
async function keepRunning(crew: Crew, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      await crew.worker.run();
    } catch (err) {
      crew.onFault(err);
    }
    await pause(RETRY_AFTER_FAULT_MS, stopping);
  }
}

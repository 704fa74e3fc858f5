import { UnrecoverableError, WaitingError } from "bullmq";
import type { Job } from "bullmq";
import type { RunnableJob } from "./define-job.ts";
import { JobInterruptedError, JobTimeLimitError, PermanentJobError } from "./errors.ts";
import type { JobObserver } from "./job-observer.ts";
import { withTimeLimit } from "./time-limit.ts";

/** One run of a job in this process. */
export interface JobRun<Deps> {
  readonly definition: RunnableJob<Deps>;
  readonly deps: Deps;
  readonly job: Job;
  /** BullMQ's proof that this worker holds the job. */
  readonly token: string | undefined;
  /** Aborted when this process stops or lost the job's lock. */
  readonly interrupt: AbortController;
  readonly observer: JobObserver;
}

/** Time for a handler to end after its signal aborted; then the attempt is over, whatever the handler does. */
const ABORT_GRACE_MS = 5_000;

/**
 * Runs a job once, within its time limit, and reports how it ended. Rejects to make BullMQ try again; the error given
 * to BullMQ is a name only, because BullMQ stores its message.
 */
export async function runJob<Deps>(run: JobRun<Deps>): Promise<void> {
  const started = performance.now();
  try {
    await withinLimit(run);
    report(run, "ok", started);
  } catch (fault) {
    await endFailedRun(run, { fault, started });
  }
}

async function withinLimit<Deps>({
  definition,
  deps,
  job,
  interrupt,
}: JobRun<Deps>): Promise<void> {
  const { signal } = interrupt;
  const late = new JobTimeLimitError(`longer than ${definition.timeLimitMs} ms`);
  const timer = setTimeout(() => interrupt.abort(late), definition.timeLimitMs);
  try {
    const work = definition.run(deps, job.data, signal);
    await withTimeLimit(work, definition.timeLimitMs + ABORT_GRACE_MS, () => late);
  } finally {
    clearTimeout(timer);
  }
}

interface FailedRun {
  readonly fault: unknown;
  readonly started: number;
}

async function endFailedRun<Deps>(
  run: JobRun<Deps>,
  { fault, started }: FailedRun,
): Promise<never> {
  const { job, definition, interrupt, observer } = run;
  const fields = {
    queue: definition.name,
    job_id: String(job.id),
    attempt: job.attemptsMade + 1,
    attempts_max: definition.attemptsMax,
  };
  if (interrupt.signal.reason instanceof JobInterruptedError) {
    report(run, "retried", started);
    observer.log.info(
      { ...fields, err: interrupt.signal.reason },
      "job interrupted, it goes back to wait",
    );
    // Not the job's fault: it waits again without losing an attempt.
    await job.moveToWait(run.token);
    throw new WaitingError();
  }
  const isPermanent = fault instanceof PermanentJobError;
  const isLast = isPermanent || job.attemptsMade + 1 >= definition.attemptsMax;
  report(run, isLast ? "failed" : "retried", started);
  if (isLast) observer.log.error({ ...fields, err: fault }, "job failed for good");
  else observer.log.warn({ ...fields, err: fault }, "job failed, it will be tried again");
  const reason = fault instanceof Error ? fault.name : "fault";
  throw isPermanent ? new UnrecoverableError(reason) : new Error(reason);
}

function report<Deps>(
  run: JobRun<Deps>,
  outcome: "ok" | "retried" | "failed",
  started: number,
): void {
  const seconds = (performance.now() - started) / 1000;
  run.observer.figures?.jobFinished({ queue: run.definition.name, outcome, seconds });
}

import { JobInterruptedError, JobTimeLimitError } from "./errors.ts";
import { createFaultLog } from "./job-observer.ts";
import type { JobObserver } from "./job-observer.ts";
import { createTaskSession } from "./task-session.ts";
import type { TaskSession } from "./task-session.ts";
import { endsWithin, pause } from "./time-limit.ts";

/** Work that is done again and again by one process of all. */
export interface PeriodicTask {
  /** Names the task and its lock; the same in every process. */
  readonly name: string;
  /** Pause between the end of a run and the next, at least 10 ms; up to a tenth more or less at random. */
  readonly everyMs: number;
  /** Longest run; then the signal aborts and the run counts as failed. Default one minute. */
  readonly timeLimitMs?: number;
  /**
   * Does one round. Must end soon when `signal` aborts, and must stand a second runner for a moment: when the
   * database connection is lost, another process may begin before this one has noticed.
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface TickerOptions extends JobObserver {
  /** A direct connection: session locks do not work through a transaction pooler. */
  readonly databaseUrl: string;
  readonly tasks: readonly PeriodicTask[];
}

/** Runs periodic tasks; of all processes with a ticker on one database, one at a time runs each task. */
export interface Ticker {
  /** Starts; a task runs at once where its lock is free. Call once. */
  readonly start: () => void;
  /** Stops; waits up to `drainMs` for runs under way, then aborts them and waits 2 s more. Gives the locks back. */
  readonly stop: (drainMs: number) => Promise<void>;
}

const DEFAULT_TIME_LIMIT_MS = 60_000;
/** Longest time between two looks at the lock: bounds how long nobody runs a task after its process died. */
const LOOK_MAX_MS = 5_000;
/** Processes without the lock need not ask more often than this. */
const STANDBY_MIN_MS = 1_000;
const ABORT_GRACE_MS = 2_000;
const JITTER = 0.1;

/** Creates the ticker of this process; all its tasks share one database session. Throws RangeError for a bad task. */
export function createTicker(options: TickerOptions): Ticker {
  assertTasks(options.tasks);
  const logFault = createFaultLog(options.log);
  const stopping = new AbortController();
  const runs = new Set<AbortController>();
  const session = createTaskSession({
    databaseUrl: options.databaseUrl,
    onLost: (err) => {
      logFault({ err }, "the session of the periodic tasks was lost");
      for (const run of runs)
        run.abort(new JobInterruptedError("another process may run the task now"));
    },
  });
  const parts = { session, runs, stopping: stopping.signal, observer: options, logFault };
  let loops: Promise<unknown> = Promise.resolve();
  return {
    start: () => {
      loops = Promise.all(options.tasks.map((task) => keepTicking(task, parts)));
    },
    stop: async (drainMs) => {
      stopping.abort();
      if (!(await endsWithin(loops, drainMs))) {
        for (const run of runs) run.abort(new JobInterruptedError("this process stops"));
        await endsWithin(loops, ABORT_GRACE_MS);
      }
      await session.close();
    },
  };
}

interface TickerParts {
  readonly session: TaskSession;
  readonly runs: Set<AbortController>;
  readonly stopping: AbortSignal;
  readonly observer: JobObserver;
  readonly logFault: ReturnType<typeof createFaultLog>;
}

async function keepTicking(task: PeriodicTask, parts: TickerParts): Promise<void> {
  let dueAt = 0;
  let wasLeading = false;
  while (!parts.stopping.aborted) {
    const isLeading = await holds(task, parts);
    if (isLeading && !wasLeading) dueAt = 0;
    if (isLeading !== wasLeading) parts.observer.figures?.tickLeading(task.name, isLeading);
    wasLeading = isLeading;
    if (isLeading && performance.now() >= dueAt && !parts.stopping.aborted) {
      await runOnce(task, parts);
      dueAt = performance.now() + jittered(task.everyMs);
    }
    await pause(isLeading ? untilNextLook(dueAt) : standbyMs(task), parts.stopping);
  }
  if (wasLeading) parts.observer.figures?.tickLeading(task.name, false);
}

async function holds(task: PeriodicTask, { session, logFault }: TickerParts): Promise<boolean> {
  try {
    return await session.hold(task.name);
  } catch (err) {
    logFault({ task: task.name, err }, "a periodic task cannot reach the database");
    return false;
  }
}

async function runOnce(task: PeriodicTask, { runs, observer }: TickerParts): Promise<void> {
  const started = performance.now();
  const run = new AbortController();
  runs.add(run);
  const limitMs = task.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS;
  const timer = setTimeout(
    () => run.abort(new JobTimeLimitError(`longer than ${limitMs} ms`)),
    limitMs,
  );
  let outcome: "ok" | "failed" = "ok";
  try {
    // Waited for even when it ignores its signal: two runs of one task in one process never overlap.
    await task.run(run.signal);
    run.signal.throwIfAborted();
  } catch (err) {
    outcome = "failed";
    observer.log.error({ task: task.name, err }, "a run of a periodic task failed");
  } finally {
    clearTimeout(timer);
    runs.delete(run);
  }
  observer.figures?.tickFinished({
    task: task.name,
    outcome,
    seconds: (performance.now() - started) / 1000,
  });
}

function untilNextLook(dueAt: number): number {
  return Math.min(Math.max(dueAt - performance.now(), 0), LOOK_MAX_MS);
}

/** Standbys of slow tasks look as often as the holder does; those of quick tasks less often than it runs. */
function standbyMs(task: PeriodicTask): number {
  return jittered(Math.min(Math.max(task.everyMs, STANDBY_MIN_MS), LOOK_MAX_MS));
}

function jittered(ms: number): number {
  return ms * (1 - JITTER + 2 * JITTER * Math.random());
}

function assertTasks(tasks: readonly PeriodicTask[]): void {
  const names = new Set(tasks.map((task) => task.name));
  if (names.size !== tasks.length) throw new RangeError("two periodic tasks have the same name");
  for (const task of tasks) {
    if (!(task.everyMs >= 10)) throw new RangeError(`${task.name} must pause at least 10 ms`);
  }
}

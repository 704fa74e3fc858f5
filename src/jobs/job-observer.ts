/** Fields of a log line about jobs. */
export interface JobLogFields {
  readonly queue?: string;
  readonly job_id?: string;
  readonly task?: string;
  readonly backend?: string;
  readonly attempt?: number;
  readonly attempts_max?: number;
  readonly count?: number;
  readonly duration_ms?: number;
  readonly err?: unknown;
}

/** The part of a logger that jobs use; the process's logger has this shape. */
export interface JobLog {
  readonly debug: (fields: JobLogFields, message: string) => void;
  readonly info: (fields: JobLogFields, message: string) => void;
  readonly warn: (fields: JobLogFields, message: string) => void;
  readonly error: (fields: JobLogFields, message: string) => void;
}

/** The part of the process's figures that jobs use. */
export interface JobFigures {
  readonly jobFinished: (job: {
    readonly queue: string;
    readonly outcome: "ok" | "retried" | "failed" | "stalled";
    readonly seconds: number;
  }) => void;
  readonly jobsEnqueued: (queue: string, count: number) => void;
  readonly tickFinished: (tick: {
    readonly task: string;
    readonly outcome: "ok" | "failed";
    readonly seconds: number;
  }) => void;
  readonly tickLeading: (task: string, isLeading: boolean) => void;
}

/** Where jobs report what happens. */
export interface JobObserver {
  readonly log: JobLog;
  readonly figures?: JobFigures;
}

/** At most one line in this time for faults that repeat: a database restart makes thousands. */
const QUIET_MS = 5_000;

/**
 * Returns a function that logs the first of a run of similar faults and then at most one every five seconds, with the
 * count of those in between.
 */
export function createFaultLog(log: JobLog): (fields: JobLogFields, message: string) => void {
  let silentUntil = 0;
  let swallowed = 0;
  return (fields, message) => {
    const now = performance.now();
    if (now < silentUntil) {
      swallowed += 1;
      return;
    }
    log.warn(swallowed === 0 ? fields : { ...fields, count: swallowed + 1 }, message);
    silentUntil = now + QUIET_MS;
    swallowed = 0;
  };
}

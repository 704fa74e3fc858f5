import type { JobLog } from "../../src/jobs/job-observer.ts";

/** A log that keeps quiet. */
export const silentLog: JobLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The job queue did not take a job in time; the caller keeps its own record and tries again later. May be repeated. */
export class JobQueueUnavailableError extends Error {
  override readonly name = "JobQueueUnavailableError";
}

/** The store of jobs cannot be used as it is set up; the message says what to change. Repeating does not help. */
export class JobStoreUnusableError extends Error {
  override readonly name = "JobStoreUnusableError";
}

/** Thrown by a job's handler when trying again cannot help: the job fails for good at once. */
export class PermanentJobError extends Error {
  override readonly name = "PermanentJobError";
}

/** A job ran longer than its `timeLimitMs`. */
export class JobTimeLimitError extends Error {
  override readonly name = "JobTimeLimitError";
}

/** The reason given to a job's abort signal when this process stops or has lost the job's lock. */
export class JobInterruptedError extends Error {
  override readonly name = "JobInterruptedError";
}

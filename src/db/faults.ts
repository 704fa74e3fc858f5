import { DatabaseError } from "pg";

/** COMMIT was sent and no answer came: the work may or may not be done. Look it up by its idempotency key. */
export class CommitOutcomeUnknown extends Error {
  override readonly name = "CommitOutcomeUnknown";
}

/** PostgreSQL rolled back at COMMIT because a statement's error was caught and ignored: a bug of ours. */
export class RolledBackAtCommit extends Error {
  override readonly name = "RolledBackAtCommit";
}

/** What was read without a lock had changed when the lock was held; the transaction is to run again. */
export class StaleRead extends Error {
  override readonly name = "StaleRead";
}

const serializationFailure = "40001";
const deadlockDetected = "40P01";

/** Constraints whose violation goes away by itself: a random value was in use, or a twin request was faster. */
const passingViolations = new Set([
  "appointments_reference_is_unique",
  "holds_one_open_per_client_and_service",
]);

/** Whether running the same transaction again can succeed. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof StaleRead) return true;
  if (!(error instanceof DatabaseError)) return false;
  if (error.code === serializationFailure || error.code === deadlockDetected) return true;
  return error.constraint !== undefined && passingViolations.has(error.constraint);
}

/** The name of the violated constraint, when that is what went wrong. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code?.startsWith("23")
    ? error.constraint
    : undefined;
}

const lockNotAvailable = "55P03";
const queryCanceled = "57014";

/**
 * Whether the database was too slow, full, restarting or out of reach, so that the caller should try again later.
 * Classes 08 (connection), 53 (resources) and 57P (shutdown) of the PostgreSQL manual, appendix A.
 */
export function isUnavailability(error: unknown): boolean {
  if (error instanceof CommitOutcomeUnknown || error instanceof StaleRead) return true;
  if (error instanceof DatabaseError) {
    const code = error.code ?? "";
    return (
      code === lockNotAvailable ||
      code === queryCanceled ||
      /^(08|53|57P)/.test(code) ||
      isRetryable(error)
    );
  }
  return error instanceof Error && connectionFault.test(error.message);
}

/** What pg and pg-pool say, without a code, when they cannot reach the server in time. */
const connectionFault =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|ECONNREFUSED|ECONNRESET|EPIPE|not queryable|Client was closed/;

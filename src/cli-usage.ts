/** A command that was not written as `sportello --help` says; printed as one line, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

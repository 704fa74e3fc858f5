/**
 * A reason why this process cannot start that the person starting it can remove.
 * The message says what is wrong and what to do, in one or two sentences, without secrets;
 * the entry points print it alone, without a stack trace, and exit with code 1.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The system error code ("EACCES", "ENOENT", …) of a caught value, or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The message of a caught value of any kind. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { DomainError } from "../errors.ts";

/** What is written to the log about an error: class, codes and frames, and a message without quoted or personal parts. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly problem?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly routine?: string;
  readonly severity?: string;
  readonly syscall?: string;
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
}

/** Our own ids, which name rows and nobody, or what could be a telephone number. */
const ID_OR_DIGITS = /\b([\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})\b|\+?\d[\d ()/.-]{5,}\d/gu;
const MESSAGE_CHARS_MAX = 300;
const FRAMES_MAX = 12;
const CAUSES_MAX = 5;

/** Properties of an error that name parts of the schema or the system and never hold values of rows. */
const SAFE_PROPERTIES = [
  "code",
  "constraint",
  "table",
  "column",
  "routine",
  "severity",
  "syscall",
] as const;

/**
 * Describes an error for the log without anything a citizen typed: no SQL parameters, no `detail` or `hint` of
 * PostgreSQL (they quote row values), no quoted text, mail addresses or long digit runs in messages; ids stay.
 * Follows `cause` and `errors` up to five levels deep.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error))
    return { type: typeof error, message: "a value that is not an Error was thrown" };
  const frames = stackFrames(error);
  const nested = depth < CAUSES_MAX;
  return {
    type: error.name,
    // A parser's message quotes the text it could not read: a request body, a file of citizens.
    message: error instanceof SyntaxError ? "malformed text" : maskMessage(error.message),
    ...safeProperties(error),
    ...(error instanceof DomainError && { problem: error.problem.slug }),
    ...(frames.length > 0 && { stack: frames }),
    ...(nested && error.cause !== undefined && { cause: describeError(error.cause, depth + 1) }),
    ...(nested &&
      error instanceof AggregateError && { errors: describeAll(error.errors, depth + 1) }),
  };
}

function describeAll(errors: readonly unknown[], depth: number): ErrorDescription[] {
  return errors.slice(0, CAUSES_MAX).map((each) => describeError(each, depth));
}

/** The first line of `stack` repeats the message, which may span lines; only frames are kept. */
function stackFrames(error: Error): string[] {
  const lines = error.stack?.split("\n") ?? [];
  return lines
    .map((line) => line.trim())
    .filter((line) => /^at .+:\d+:\d+\)?$/u.test(line))
    .slice(0, FRAMES_MAX);
}

function safeProperties(error: Error): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const name of SAFE_PROPERTIES) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === "number") found[name] = value;
    if (typeof value === "string" && /^[\w.:/-]{1,120}$/u.test(value)) found[name] = value;
  }
  return found;
}

/** Quoted text is cut from the first mark to the last: values that contain marks themselves must not show between them. */
function maskMessage(message: string): string {
  const masked = message
    .slice(0, 2 * MESSAGE_CHARS_MAX)
    .replace(/"(?:[\s\S]*"|[\s\S]*$)/u, '"…"')
    .replace(/(?<!\w)'(?:[\s\S]*'|[\s\S]*$)/u, "'…'")
    .replace(/`(?:[\s\S]*`|[\s\S]*$)/u, "`…`")
    .replace(/\S*@\S*/gu, "…@…")
    .replace(/\?\S*/gu, "?…")
    .replace(ID_OR_DIGITS, (_, id?: string) => id ?? "#")
    .replace(/\s+/gu, " ")
    .trim();
  return masked.slice(0, MESSAGE_CHARS_MAX);
}

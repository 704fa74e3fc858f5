import { pino, stdTimeFunctions } from "pino";
import type { DestinationStream, LoggerOptions as PinoOptions } from "pino";
import { describeError } from "./describe-error.ts";
import { keepPermittedFields } from "./log-fields.ts";
import type { LogFields } from "./log-fields.ts";

/** Levels of a log line, quietest last; `silent` writes nothing. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Writes one line: permitted fields, then a constant sentence. Never build the sentence from data. */
export type WriteLog = (fields: LogFields, message: string) => void;

/** Structured logger whose lines hold ids and codes only. */
export interface Logger {
  readonly debug: WriteLog;
  readonly info: WriteLog;
  readonly warn: WriteLog;
  readonly error: WriteLog;
  readonly fatal: WriteLog;
  /** A logger that adds `fields` to each of its lines, e.g. a request id. */
  readonly child: (fields: LogFields) => Logger;
}

export interface LoggerOptions {
  /** Quietest level that is still written. */
  readonly level: LogLevel;
  /** Which part of the service writes: `server`, `worker`, `all`, `cli`. */
  readonly role?: string;
  readonly version?: string;
  /** Where lines go; standard output when missing. */
  readonly destination?: DestinationStream;
}

/**
 * Creates the process's logger: one JSON object per line, `time` in UTC (ISO 8601, milliseconds), allow-listed fields.
 * Throws when `level` is unknown.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings: PinoOptions = {
    level: options.level,
    base: {
      pid: process.pid,
      ...named("role", options.role),
      ...named("version", options.version),
    },
    timestamp: stdTimeFunctions.isoTime,
    messageKey: "message",
    formatters: { level: (label) => ({ level: label }) },
  };
  const root =
    options.destination === undefined ? pino(settings) : pino(settings, options.destination);
  return wrap(root, {});
}

/** The part of pino used here; naming it keeps pino's looser call forms (printf arguments, any object) out of reach. */
type Sink = Record<
  "debug" | "info" | "warn" | "error" | "fatal",
  (line: object, message: string) => void
>;

function wrap(sink: Sink, bound: LogFields): Logger {
  const write =
    (level: keyof Sink): WriteLog =>
    (fields, message) => {
      sink[level](toLine({ ...bound, ...fields }), message);
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: (fields) => wrap(sink, { ...bound, ...fields }),
  };
}

function toLine({ err, ...fields }: LogFields): object {
  const kept = keepPermittedFields(fields);
  return err === undefined ? kept : { ...kept, error: describeError(err) };
}

function named(name: "role" | "version", value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

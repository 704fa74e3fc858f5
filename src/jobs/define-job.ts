import type { z } from "zod";
import { PermanentJobError } from "./errors.ts";
import { opaquePayload } from "./opaque-payload.ts";
import type { OpaquePayload } from "./opaque-payload.ts";

/** Wait between attempts: the same each time, or doubled each time; up to half of it is random. */
export interface JobBackoff {
  readonly type: "fixed" | "exponential";
  readonly delayMs: number;
}

/** How a kind of job is run. */
export interface JobSettings {
  /** Name of the kind, also of its queue: lower case, digits and hyphens, letter first. Never reuse one for another. */
  readonly name: string;
  /** Attempts until the job fails for good, 1–50; a worker that died does not count. */
  readonly attemptsMax: number;
  readonly backoff: JobBackoff;
  /** Jobs of this kind that one process runs at once, 1–200. */
  readonly concurrency: number;
  /** Longest run in milliseconds; then the signal aborts and the attempt counts as failed. Default one minute. */
  readonly timeLimitMs: number;
}

/** A kind of job as the worker sees it: the payload is checked inside `run`. */
export interface RunnableJob<Deps> extends JobSettings {
  /** Parses the stored payload and runs the handler. Throws PermanentJobError for a payload that does not parse. */
  readonly run: (deps: Deps, stored: unknown, signal: AbortSignal) => Promise<void>;
}

/** A kind of job as its callers see it. */
export interface JobDefinition<Deps, Payload> extends RunnableJob<Deps> {
  /** Checks a payload before it is stored. Throws ZodError or TypeError: a programming error of the caller. */
  readonly pack: (payload: Payload) => OpaquePayload;
}

/** What `defineJob` takes; see JobSettings for the bounds. */
export interface JobOptions<Deps, Schema extends z.ZodType> {
  readonly name: string;
  /** The payload: ids only, flat, strict. */
  readonly schema: Schema;
  readonly attemptsMax?: number;
  readonly backoff?: JobBackoff;
  readonly concurrency?: number;
  readonly timeLimitMs?: number;
  /**
   * Does the work. May run more than once for one job, also at the same time in two processes when a lock was lost:
   * it must look up the state of things and change nothing twice. Must pass `signal` on and end soon when it aborts.
   */
  readonly handle: (deps: Deps, payload: z.output<Schema>, signal: AbortSignal) => Promise<void>;
}

const DEFAULT_ATTEMPTS_MAX = 8;
const DEFAULT_BACKOFF: JobBackoff = { type: "exponential", delayMs: 1_000 };
const DEFAULT_CONCURRENCY = 5;
const DEFAULT_TIME_LIMIT_MS = 60_000;

/**
 * Defines a kind of job; kept in a slice's `jobs.ts`. Defaults: 8 attempts, exponential wait from 1 s, 5 at once,
 * one minute. Throws RangeError when a setting is out of its bounds.
 */
export function defineJob<Deps, Schema extends z.ZodType>(
  options: JobOptions<Deps, Schema>,
): JobDefinition<Deps, z.input<Schema>> {
  const settings: JobSettings = {
    name: options.name,
    attemptsMax: options.attemptsMax ?? DEFAULT_ATTEMPTS_MAX,
    backoff: options.backoff ?? DEFAULT_BACKOFF,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    timeLimitMs: options.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
  };
  assertSettings(settings);
  return {
    ...settings,
    pack: (payload) => {
      options.schema.parse(payload);
      return opaquePayload(payload);
    },
    run: async (deps, stored, signal) => {
      const parsed = options.schema.safeParse(stored);
      if (!parsed.success)
        throw new PermanentJobError(`the payload of a ${options.name} job does not parse`);
      await options.handle(deps, parsed.data, signal);
    },
  };
}

function assertSettings(settings: JobSettings): void {
  // BullMQ refuses ":" in names, Redis keys and metric labels are made from them.
  if (!/^[a-z][a-z0-9-]{0,62}$/u.test(settings.name)) {
    throw new RangeError(`a job's name is lower case, digits and hyphens: ${settings.name}`);
  }
  assertWithin("attemptsMax", settings.attemptsMax, [1, 50]);
  assertWithin("concurrency", settings.concurrency, [1, 200]);
  assertWithin("timeLimitMs", settings.timeLimitMs, [10, 86_400_000]);
  assertWithin("backoff.delayMs", settings.backoff.delayMs, [0, 3_600_000]);
}

function assertWithin(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} of a job is a whole number from ${least} to ${most}`);
}

import { randomUUID } from "node:crypto";
import type { JobDefinition, JobSettings } from "./define-job.ts";
import { JobQueueUnavailableError, JobStoreUnusableError } from "./errors.ts";
import type { JobObserver } from "./job-observer.ts";
import type { JobStore, StoredJob, StoreQueue } from "./job-store.ts";
import { withTimeLimit } from "./time-limit.ts";

/** How one job is enqueued. */
export interface EnqueueOptions {
  /**
   * Names the piece of work, `outbox-<uuid>` for instance: letters, digits, `.`, `_`, `-`, letter first. A second job
   * with the id is ignored while the first waits, runs, or ended well less than a minute ago; after that,
   * or after failure for good, it runs again. To change a delay use a new id with a version.
   */
  readonly id?: string;
  /** Wait before the first attempt, 0 to 7 days. Longer plans belong in a table with a periodic task. */
  readonly delayMs?: number;
}

/** A job ready to be handed over, its payload checked; made by `jobRequest`. */
export interface JobRequest {
  readonly queue: string;
  readonly stored: StoredJob;
}

/** Hands jobs to the store. */
export interface JobQueue {
  /** Hands over one job. Throws JobQueueUnavailableError within `limitMs`; the job may be there all the same. May be repeated with an id. */
  readonly enqueue: <Payload>(
    definition: JobDefinition<never, Payload>,
    payload: Payload,
    options?: EnqueueOptions,
  ) => Promise<void>;
  /** Hands over many, of any kinds; all of one kind at once. Throws as `enqueue`, then some kinds may be there. */
  readonly enqueueMany: (requests: readonly JobRequest[]) => Promise<void>;
  /** Stops; what was handed over stays. The store stays open. */
  readonly close: () => Promise<void>;
}

export interface JobQueueOptions extends JobObserver {
  readonly store: JobStore;
  /** Longest time to hand over, in milliseconds. Default 3 s. */
  readonly limitMs?: number;
}

const DEFAULT_LIMIT_MS = 3_000;
const DELAY_MAX_MS = 7 * 86_400_000;
const BATCH_MAX = 1_000;
/**
 * How long a job that ended well is remembered by its id: catches the quick repeats of a relay that died between
 * handing over and noting it. Never by count: on PostgreSQL that sorts all kept jobs at each end of a job (measured:
 * 326 jobs a second instead of 1,100).
 */
const REMEMBERED_SECONDS = 60;

/** Prepares a job for `enqueueMany`. Throws ZodError, TypeError or RangeError when payload, id or delay are not fit. */
export function jobRequest<Payload>(
  definition: JobDefinition<never, Payload>,
  payload: Payload,
  options: EnqueueOptions = {},
): JobRequest {
  const delay = options.delayMs ?? 0;
  if (!Number.isInteger(delay) || delay < 0 || delay > DELAY_MAX_MS) {
    throw new RangeError("a job's delay is from 0 to 7 days in whole milliseconds");
  }
  const jobId = options.id ?? `job-${randomUUID()}`;
  // BullMQ refuses ids that are numbers and splits ids at ":".
  if (!/^[A-Za-z][A-Za-z0-9._-]{0,127}$/u.test(jobId)) {
    throw new RangeError(
      "a job's id begins with a letter and has letters, digits, dot, hyphen and underscore only",
    );
  }
  const data = definition.pack(payload);
  return {
    queue: definition.name,
    stored: { name: definition.name, data, opts: { ...optionsOf(definition), jobId, delay } },
  };
}

function optionsOf(settings: JobSettings): StoredJob["opts"] {
  return {
    attempts: settings.attemptsMax,
    backoff: { type: settings.backoff.type, delay: settings.backoff.delayMs, jitter: 0.5 },
    removeOnComplete: { age: REMEMBERED_SECONDS },
    // A failed job that is kept would silently block its id; the log and the figures tell of it.
    removeOnFail: true,
    stackTraceLimit: 0,
  };
}

/** Creates the process's way to hand over jobs. Queues are opened at first use. */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { store, figures } = options;
  const limitMs = options.limitMs ?? DEFAULT_LIMIT_MS;
  const queues = new Map<string, StoreQueue>();
  const open = (name: string): StoreQueue => {
    const queue = queues.get(name) ?? store.openQueue(name);
    queues.set(name, queue);
    return queue;
  };
  const handOver = async (name: string, jobs: StoredJob[]): Promise<void> => {
    await bounded(addTo(open(name), jobs), limitMs);
    figures?.jobsEnqueued(name, jobs.length);
  };
  const enqueueMany: JobQueue["enqueueMany"] = async (requests) => {
    if (requests.length === 0) return;
    await bounded(store.ready(limitMs), limitMs);
    for (const [name, jobs] of batches(requests)) await handOver(name, jobs);
  };
  return {
    enqueue: (definition, payload, chosen) =>
      enqueueMany([jobRequest(definition, payload, chosen)]),
    enqueueMany,
    close: async () => {
      const closing = Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await withTimeLimit(closing, limitMs, () => new Error("closing took too long")).catch(
        () => undefined,
      );
    },
  };
}

/** One insert for many; a single one goes the cheaper way. */
async function addTo(queue: StoreQueue, jobs: StoredJob[]): Promise<void> {
  const [only, second] = jobs;
  if (only !== undefined && second === undefined) await queue.add(only.name, only.data, only.opts);
  else await queue.addBulk(jobs);
}

function* batches(requests: readonly JobRequest[]): Generator<[string, StoredJob[]]> {
  const byQueue = Map.groupBy(requests, (request) => request.queue);
  for (const [name, group] of byQueue) {
    for (let from = 0; from < group.length; from += BATCH_MAX) {
      yield [name, group.slice(from, from + BATCH_MAX).map((request) => request.stored)];
    }
  }
}

/** BullMQ waits for ever when its store is away: nothing here does. */
async function bounded(work: Promise<void>, limitMs: number): Promise<void> {
  try {
    await withTimeLimit(
      work,
      limitMs,
      () => new JobQueueUnavailableError("the job queue did not answer in time"),
    );
  } catch (cause) {
    if (cause instanceof JobQueueUnavailableError || cause instanceof JobStoreUnusableError)
      throw cause;
    throw new JobQueueUnavailableError("the job queue did not take the job", { cause });
  }
}

import { createRedisBackend, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { StartError } from "../start-error.ts";
import { JobQueueUnavailableError, JobStoreUnusableError } from "./errors.ts";
import { createFaultLog } from "./job-observer.ts";
import type { JobStore, JobStoreHealth, JobStoreOptions } from "./job-store.ts";
import { withTimeLimit } from "./time-limit.ts";
import { listenToWorker } from "./worker-events.ts";

const COMMAND_LIMIT_MS = 3_000;
const CHECK_LIMIT_MS = 2_000;
const OPEN_LIMIT_MS = 3_000;
const RECONNECT_MAX_MS = 2_000;
/** A worker's connection that is silent this long with a command under way is dead; its blocking command takes 10 s. */
const SILENCE_LIMIT_MS = 30_000;
const LISTENERS_MAX = 1_000;
const DEFAULT_PREFIX = "sportello";

const EVICTS =
  "Redis may throw jobs away: its maxmemory-policy is not noeviction. Set `maxmemory-policy noeviction` and start again.";

/**
 * Opens the store in Redis. Throws StartError when the server may evict keys (measured: with `allkeys-lru`
 * 69 % of acknowledged jobs were gone without one error). An unreachable server does not throw: `ready` and `check`
 * say so until it is back, and the policy is checked again at every connect.
 */
export async function openRedisJobStore(
  options: JobStoreOptions & { redisUrl: string },
): Promise<JobStore> {
  const prefix = options.redisPrefix ?? DEFAULT_PREFIX;
  const logFault = createFaultLog(options.log);
  const link = new RedisLink(options.redisUrl, (err) =>
    logFault({ backend: "redis", err }, "connection of the job store lost"),
  );
  link.onPolicy = (isSafe) => {
    if (!isSafe) options.log.error({ backend: "redis" }, EVICTS);
  };
  await assertSafe(link);
  return {
    backend: "redis",
    ready: (limitMs) => link.ready(limitMs),
    openQueue: (name) => {
      const connection = link.producer;
      const queue = new Queue(
        name,
        { connection, prefix, streams: { events: { maxLen: 1_000 } } },
        createRedisBackend,
      );
      queue.on("error", (err) =>
        logFault({ backend: "redis", queue: name, err }, "job queue fault"),
      );
      return queue;
    },
    openWorker: (name, processJob, { events, ...settings }) => {
      const connection = link.consumer();
      const worker = new Worker(
        name,
        processJob,
        { ...settings, connection, prefix },
        createRedisBackend,
      );
      listenToWorker(worker, events);
      return worker;
    },
    check: () => link.check(),
    close: async () => link.close(),
  };
}

async function assertSafe(link: RedisLink): Promise<void> {
  try {
    await link.ready(OPEN_LIMIT_MS);
  } catch (fault) {
    if (fault instanceof JobQueueUnavailableError) return;
    link.close();
    throw fault instanceof JobStoreUnusableError ? new StartError(EVICTS) : fault;
  }
}

/** In what the connections differ. */
interface LinkSettings {
  readonly enableOfflineQueue?: boolean;
  readonly commandTimeout?: number;
  readonly socketTimeout: number;
  readonly maxRetriesPerRequest: number | null;
}

/** The process's connections to Redis: one that fails fast to add jobs, one that waits for workers. */
class RedisLink {
  readonly producer: Redis;
  onPolicy: (isSafe: boolean) => void = () => undefined;
  private readonly url: string;
  private readonly onFault: (err: Error) => void;
  private waiting: Redis | undefined;
  private isSafe: boolean | undefined;
  private connecting: Promise<void> | undefined;

  constructor(url: string, onFault: (err: Error) => void) {
    this.url = url;
    this.onFault = onFault;
    this.producer = this.connect({
      // Jobs not handed over stay in the outbox; an offline queue would grow with every retry of the relay.
      enableOfflineQueue: false,
      commandTimeout: COMMAND_LIMIT_MS,
      socketTimeout: COMMAND_LIMIT_MS,
      maxRetriesPerRequest: 1,
    });
    this.producer.on("ready", () => {
      this.isSafe = undefined;
      this.readPolicy().catch(onFault);
    });
  }

  /** The connection of the workers, opened at first use; BullMQ demands unlimited retries on it. */
  consumer(): Redis {
    this.waiting ??= this.connect({ maxRetriesPerRequest: null, socketTimeout: SILENCE_LIMIT_MS });
    return this.waiting;
  }

  async ready(limitMs: number): Promise<void> {
    const late = (): Error => new JobQueueUnavailableError("Redis does not answer");
    if (this.producer.status !== "ready") await withTimeLimit(this.connected(), limitMs, late);
    if (this.isSafe === undefined) await withTimeLimit(this.readPolicy(), limitMs, late);
    if (this.isSafe === false) throw new JobStoreUnusableError(EVICTS);
  }

  async check(): Promise<JobStoreHealth> {
    try {
      await this.ready(CHECK_LIMIT_MS);
      await withTimeLimit(
        this.producer.ping(),
        CHECK_LIMIT_MS,
        () => new JobQueueUnavailableError("no answer"),
      );
      return { status: "ok" };
    } catch (fault) {
      if (fault instanceof JobStoreUnusableError)
        return { status: "unusable", reason: fault.message };
      return { status: "unreachable", reason: "Redis does not answer" };
    }
  }

  close(): void {
    this.producer.disconnect();
    this.waiting?.disconnect();
  }

  private connect(settings: LinkSettings): Redis {
    const client = new Redis(this.url, {
      ...settings,
      connectionName: "sportello-jobs",
      connectTimeout: COMMAND_LIMIT_MS,
      keepAlive: 10_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), RECONNECT_MAX_MS),
    });
    client.on("error", this.onFault);
    // Every queue and worker listens to the shared connection; BullMQ counts up from here, so "no limit" will not do.
    client.setMaxListeners(LISTENERS_MAX);
    return client;
  }

  /** One wait for all callers: each would leave a listener behind while Redis is down. */
  private connected(): Promise<void> {
    this.connecting ??= new Promise<void>((resolve) => {
      this.producer.once("ready", () => {
        this.connecting = undefined;
        resolve();
      });
    });
    return this.connecting;
  }

  private async readPolicy(): Promise<void> {
    const memory = await this.producer.info("memory");
    const policy = /^maxmemory_policy:(\S+)/mu.exec(memory)?.[1];
    const isSafe = policy === "noeviction";
    if (this.isSafe !== isSafe) this.onPolicy(isSafe);
    this.isSafe = isSafe;
  }
}

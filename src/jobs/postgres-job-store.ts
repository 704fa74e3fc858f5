import {
  PostgresConnection,
  PostgresQueueBackend,
  Queue,
  SchemaMigrationRequiredError,
  Worker,
} from "bullmq";
import type { BackendFactory, PgPool, PostgresConnectionOptions } from "bullmq";
import pg from "pg";
import { StartError } from "../start-error.ts";
import { JobQueueUnavailableError } from "./errors.ts";
import { createFaultLog } from "./job-observer.ts";
import type { JobStore, JobStoreHealth, JobStoreOptions } from "./job-store.ts";
import { confirmSession, JOBS_SCHEMA } from "./queries.ts";
import { pause, withTimeLimit } from "./time-limit.ts";
import { listenToWorker } from "./worker-events.ts";

type ListenClient = Awaited<ReturnType<PostgresConnection["getListenClient"]>>;
type PostgresFactory = BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;

const DEFAULT_POOL_MAX = 6;
const QUERY_LIMIT_MS = 10_000;
const CHECK_LIMIT_MS = 2_000;
const CLOSE_LIMIT_MS = 5_000;
/** Queues and workers of one process that may share a connection. */
const LISTENERS_MAX = 1_000;
/** Pause after a failed fetch: BullMQ itself tries again at once and would spin while the database restarts. */
const FETCH_FAULT_PAUSE_MS = 500;
/** Longest sleep of an idle worker in seconds: bounds what a lost notification costs. */
const BLOCK_MAX_SECONDS = 10;

/**
 * Opens the store in the service's own database: one pool and one listening connection for all queues of the process.
 * Throws StartError when the schema is missing or the database cannot be reached.
 */
export async function openPostgresJobStore(options: JobStoreOptions): Promise<JobStore> {
  const logFault = createFaultLog(options.log);
  const onFault = (err: Error): void => {
    // A connection that we are closing may hear of the server's stop in its last moment.
    if (pool.ending) return;
    logFault({ backend: "postgres", err }, "connection of the job store lost");
  };
  const pool = openPool(options, onFault);
  const connection = new SharedConnection(pool);
  connection.on("error", onFault);
  await assertUsable(connection, pool);
  return {
    backend: "postgres",
    ready: async () => undefined,
    openQueue: (name) => {
      // The pool names the connection; BullMQ insists on the option all the same.
      const queue = new Queue(
        name,
        { connection: forBullMq(pool), streams: { events: { maxLen: 1_000 } } },
        shared(connection),
      );
      queue.on("error", (err) =>
        logFault({ backend: "postgres", queue: name, err }, "job queue fault"),
      );
      return queue;
    },
    openWorker: (name, processJob, { events, ...settings }) => {
      const worker = new Worker(
        name,
        processJob,
        { ...settings, connection: forBullMq(pool) },
        shared(connection),
      );
      listenToWorker(worker, events);
      return worker;
    },
    check: () => checkPool(pool),
    close: async () => {
      const closing = connection.close().then(() => pool.end());
      await withTimeLimit(closing, CLOSE_LIMIT_MS, () => new Error("closing took too long")).catch(
        (err: unknown) =>
          options.log.warn({ backend: "postgres", err }, "job store not closed cleanly"),
      );
    },
  };
}

function openPool(options: JobStoreOptions, onFault: (err: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withSessionSettings(options),
    application_name: "sportello-jobs",
    // One connection listens for good; the rest answer queries.
    max: 1 + (options.poolMax ?? DEFAULT_POOL_MAX),
    connectionTimeoutMillis: 3_000,
    query_timeout: QUERY_LIMIT_MS,
    statement_timeout: QUERY_LIMIT_MS,
    idle_in_transaction_session_timeout: QUERY_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: QUERY_LIMIT_MS,
  });
  pool.on("connect", (client) => {
    // A client that is checked out when its backend dies emits here, and without a listener ends the process.
    client.on("error", onFault);
    // Every worker adds a listener for notifications.
    client.setMaxListeners(LISTENERS_MAX);
  });
  return pool;
}

/** Safe: BullMQ documents that a pg.Pool may be given; its own structural copy of the type lacks pg's overloads. */
function forBullMq(pool: pg.Pool): PgPool {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  return pool as unknown as PgPool;
}

/** BullMQ's statements name no schema; the search path selects it, set at connect so that no query can come first. */
function withSessionSettings({ databaseUrl, databaseRole }: JobStoreOptions): string {
  const url = new URL(databaseUrl);
  const settings = [`-c search_path=${JOBS_SCHEMA}`];
  if (databaseRole !== undefined) settings.push(`-c role=${databaseRole}`);
  url.searchParams.set(
    "options",
    [url.searchParams.get("options") ?? "", ...settings].join(" ").trim(),
  );
  return url.href;
}

async function assertUsable(connection: PostgresConnection, pool: pg.Pool): Promise<void> {
  try {
    await withTimeLimit(
      connection.waitUntilReady(),
      QUERY_LIMIT_MS,
      () => new JobQueueUnavailableError("no answer"),
    );
  } catch (cause) {
    await pool.end();
    const reason =
      cause instanceof SchemaMigrationRequiredError
        ? "The database has no schema for background jobs. Run the migrations with the administrator's role first."
        : "The database did not answer the job queue. Check DATABASE_URL and that the server accepts connections.";
    throw new StartError(reason, { cause });
  }
}

async function checkPool(pool: pg.Pool): Promise<JobStoreHealth> {
  try {
    await withTimeLimit(confirmSession(pool), CHECK_LIMIT_MS, () => new Error("no answer"));
    return { status: "ok" };
  } catch {
    return { status: "unreachable", reason: "the database does not answer the job queue" };
  }
}

/** Gives every queue and worker of the process a backend on the one connection. */
function shared(connection: PostgresConnection): PostgresFactory {
  return (name, opts) => {
    const backend = new SharedBackend(connection, name, opts, false);
    // A backend that shares its connection does not hear that the listening client was replaced: wake it so that it
    // listens on the new one.
    connection.on("listenerinvalidated", () => {
      void backend.disconnectBlocking().then(() => backend.reconnectBlocking());
    });
    return backend;
  };
}

/** BullMQ's connection, with a listening client on which several workers may call at once. */
class SharedConnection extends PostgresConnection {
  private known: ListenClient | undefined;

  constructor(pool: pg.Pool) {
    super(forBullMq(pool));
    this.setMaxListeners(LISTENERS_MAX);
  }

  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (this.known !== client) queryInTurn(client);
    this.known = client;
    return client;
  }
}

/** Several `query` calls in flight on one client are deprecated in pg: from here on they take turns. */
function queryInTurn(client: ListenClient): void {
  const query = client.query.bind(client);
  let last: Promise<unknown> = Promise.resolve();
  client.query = <R>(text: string, params?: readonly unknown[]) => {
    const turn = last.then(() => query<R>(text, params));
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** BullMQ's backend for one queue, without its two impatient habits. */
class SharedBackend extends PostgresQueueBackend {
  override get maximumBlockTimeout(): number {
    return BLOCK_MAX_SECONDS;
  }

  override async moveToActive(
    token: string,
    name?: string,
  ): ReturnType<PostgresQueueBackend["moveToActive"]> {
    try {
      return await super.moveToActive(token, name);
    } catch (fault) {
      await pause(FETCH_FAULT_PAUSE_MS);
      throw fault;
    }
  }
}

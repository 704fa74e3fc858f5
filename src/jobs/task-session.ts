import pg from "pg";
import { claimTaskLock, confirmSession } from "./queries.ts";

/** The session that holds the locks of the tasks this process runs. */
export interface TaskSession {
  /**
   * True when this process has the task's lock now: proves it if it was held, else tries to take it.
   * Throws when the database does not answer within 5 s; then no lock is held any more.
   */
  readonly hold: (task: string) => Promise<boolean>;
  /** Gives all locks back. */
  readonly close: () => Promise<void>;
}

export interface TaskSessionOptions {
  readonly databaseUrl: string;
  /** Called once for each session that ends with its locks, unless it was closed here. */
  readonly onLost: (err: unknown) => void;
}

const CONNECT_LIMIT_MS = 3_000;
const QUERY_LIMIT_MS = 5_000;
/** Without these the server keeps the locks of a machine that vanished for two hours: now about 20 s. */
const SERVER_KEEPALIVE =
  "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2";

/** Creates the session; it connects at the first `hold` and again after a loss. */
export function createTaskSession(options: TaskSessionOptions): TaskSession {
  let current: Promise<Connection> | undefined;
  // One statement at a time: pg deprecates several in flight on one client.
  let turn: Promise<unknown> = Promise.resolve();
  // A session that was replaced ends late: it must not take its successor with it.
  const lose = (lost: Promise<Connection>, err: unknown): void => {
    if (current !== lost) return;
    current = undefined;
    void lost.then(({ client }) => client.end()).catch(() => undefined);
    options.onLost(err);
  };
  const open = (): Promise<Connection> => {
    const opening: Promise<Connection> = connect(options.databaseUrl, (err) => lose(opening, err));
    return opening;
  };
  const holdNow = async (task: string): Promise<boolean> => {
    const mine = (current ??= open());
    try {
      return await holdOn(await mine, task);
    } catch (err) {
      lose(mine, err);
      throw err;
    }
  };
  return {
    hold: (task) => {
      const mine = turn.then(() => holdNow(task));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await turn;
      const closing = current;
      current = undefined;
      const connection = await closing?.catch(() => undefined);
      await connection?.client.end().catch(() => undefined);
    },
  };
}

interface Connection {
  readonly client: pg.Client;
  readonly held: Set<string>;
}

async function holdOn({ client, held }: Connection, task: string): Promise<boolean> {
  if (held.has(task)) {
    await confirmSession(client);
    return true;
  }
  const isTaken = await claimTaskLock(client, task);
  if (isTaken) held.add(task);
  return isTaken;
}

async function connect(databaseUrl: string, onEnd: (err: unknown) => void): Promise<Connection> {
  const client = new pg.Client({
    connectionString: withServerKeepalive(databaseUrl),
    application_name: "sportello-ticker",
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    query_timeout: QUERY_LIMIT_MS,
    statement_timeout: QUERY_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: QUERY_LIMIT_MS,
  });
  client.on("error", onEnd);
  client.on("end", () => onEnd(new Error("the session of the periodic tasks ended")));
  await client.connect();
  return { client, held: new Set() };
}

function withServerKeepalive(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set(
    "options",
    `${url.searchParams.get("options") ?? ""} ${SERVER_KEEPALIVE}`.trim(),
  );
  return url.href;
}

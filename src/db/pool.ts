import pg from "pg";

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** How long a caller may wait for a free connection. */
  readonly connectionTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Session role to take on, where the log-in role is privileged. */
  readonly role?: string;
  readonly applicationName?: string;
  /** Called for faults of clients that no query is waiting on. */
  readonly onError: (error: Error) => void;
}

/**
 * A bounded pool whose every wait ends. Dates come back as `YYYY-MM-DD` strings, times as strings,
 * bigint as numbers (our ids stay below 2^53), timestamptz as Date.
 */
export function createPool(url: string, options: PoolOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 5_000;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 2_000,
    // A little later, for servers that cannot say any more that the time is over.
    query_timeout: statementTimeoutMs + 400,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: options.applicationName ?? "sportello",
    options: sessionSettings(statementTimeoutMs, options),
    types: { getTypeParser },
  });
  // An unhandled error of an idle or checked-out client would end the process: pg emits it on the client.
  pool.on("error", options.onError);
  pool.on("connect", (client) => client.on("error", options.onError));
  return pool;
}

function sessionSettings(statementTimeoutMs: number, options: PoolOptions): string {
  const settings = {
    TimeZone: "UTC",
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(options.lockTimeoutMs ?? 2_000),
    idle_in_transaction_session_timeout: "10000",
    ...(options.role === undefined ? {} : { role: options.role }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

const asText = (value: string): string => value;

function parseBigint(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError("A bigint from the database passes 2^53");
  return number;
}

const parsers = new Map<number, (value: string) => unknown>([
  [pg.types.builtins.DATE, asText],
  [pg.types.builtins.TIME, asText],
  [pg.types.builtins.TIMESTAMP, asText],
  [pg.types.builtins.INT8, parseBigint],
]);

const getTypeParser: typeof pg.types.getTypeParser = (oid, format) => {
  const own = parsers.get(oid);
  if (own) return own;
  const builtIn: unknown = pg.types.getTypeParser(oid, format);
  return builtIn;
};

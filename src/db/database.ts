import { setTimeout as delay } from "node:timers/promises";
import { Kysely } from "kysely";
import { DatabaseError, type Pool, type PoolClient } from "pg";
import { CommitOutcomeUnknown, isRetryable, RolledBackAtCommit } from "./faults.ts";
import type { DB } from "./schema.ts";
import { SingleClientDialect } from "./single-client-dialect.ts";

/** A Kysely bound to one open transaction. There is no other way to the database for a slice. */
export type Trx = Kysely<DB>;

export interface TransactionOptions {
  /** Nothing may be written; a replica could serve it. */
  readonly isReadOnly?: boolean;
  /** Checked before the work, before each retry and before COMMIT; an aborted one rolls back. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs work inside transactions that are bound to a tenant by row-level security. */
export interface Database {
  /**
   * Runs `work` in one transaction that sees and writes rows of this tenant only.
   * Retries serialization failures and deadlocks up to 5 times with jitter, so `work` may run more than once.
   * Resolves only when PostgreSQL confirmed the commit; throws CommitOutcomeUnknown when the connection broke at COMMIT.
   */
  inTenant<T>(
    tenantId: string,
    work: (trx: Trx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** The same across tenants, for tables whose policy admits it: `tenants` and `outbox_events`. */
  inSystem<T>(work: (trx: Trx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
}

const attemptsMax = 5;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Wraps a pool whose clients connect as the restricted service role. */
export function createDatabase(pool: Pool): Database {
  return {
    inTenant(tenantId, work, options = {}) {
      if (!uuidPattern.test(tenantId))
        throw new TypeError("A tenant's id must be a lower-case UUID");
      const scope = `SET LOCAL sportello.tenant_id = '${tenantId}'`;
      return withRetries(pool, work, { ...options, scope });
    },
    inSystem(work, options = {}) {
      return withRetries(pool, work, { ...options, scope: "SET LOCAL sportello.scope = 'system'" });
    },
    async close() {
      await pool.end();
    },
  };
}

/** `scope` is the statement that says whose rows the transaction sees. */
type ScopedOptions = TransactionOptions & { readonly scope: string };

async function withRetries<T>(
  pool: Pool,
  work: (trx: Trx) => Promise<T>,
  options: ScopedOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await runOnce(pool, work, options);
    } catch (error) {
      if (attempt >= attemptsMax || !isRetryable(error)) throw error;
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/** Every statement sees what was committed before it: what is read after a lock is what the lock's last holder left. */
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

async function runOnce<T>(
  pool: Pool,
  work: (trx: Trx) => Promise<T>,
  options: ScopedOptions,
): Promise<T> {
  const client = await pool.connect();
  let isUsable = false;
  try {
    await client.query(`${begin}${options.isReadOnly ? " READ ONLY" : ""}; ${options.scope}`);
    const result = await workOrRollBack(client, work, options.signal);
    await commit(client);
    isUsable = true;
    return result;
  } catch (error) {
    isUsable = error instanceof RolledBack || error instanceof RolledBackAtCommit;
    throw error instanceof RolledBack ? error.cause : error;
  } finally {
    // A client whose transaction may still be open is closed instead of going back to the pool.
    client.release(!isUsable);
  }
}

/** Says that ROLLBACK was confirmed, so that the client is clean; `cause` is what the work threw. */
class RolledBack extends Error {}

async function workOrRollBack<T>(
  client: PoolClient,
  work: (trx: Trx) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    const result = await work(transactionOn(client));
    signal?.throwIfAborted();
    return result;
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => {
      throw cause;
    });
    throw new RolledBack("rolled back", { cause });
  }
}

/** PostgreSQL answers COMMIT of an aborted transaction with the tag ROLLBACK and no error, so the tag is checked. */
async function commit(client: PoolClient): Promise<void> {
  const result = await client.query("COMMIT").catch((cause: unknown) => {
    // PostgreSQL said why it did not commit (a deferred constraint, a serialization failure): that is no doubt.
    if (cause instanceof DatabaseError && cause.severity === "ERROR") throw cause;
    throw new CommitOutcomeUnknown("The connection was lost while committing", { cause });
  });
  if (result.command !== "COMMIT")
    throw new RolledBackAtCommit("An error inside the transaction was swallowed");
}

const transactions = new WeakMap<PoolClient, Trx>();

function transactionOn(client: PoolClient): Trx {
  const known = transactions.get(client);
  if (known) return known;
  const trx = new Kysely<DB>({ dialect: new SingleClientDialect(client) });
  transactions.set(client, trx);
  return trx;
}

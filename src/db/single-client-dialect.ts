import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type { PoolClient } from "pg";

/** Runs Kysely's queries on one checked-out client, whose transaction somebody else opens and ends. */
export class SingleClientDialect implements Dialect {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  createDriver(): Driver {
    return new SingleClientDriver(this.#client);
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(
    ...args: ConstructorParameters<typeof PostgresIntrospector>
  ): PostgresIntrospector {
    return new PostgresIntrospector(...args);
  }
}

class SingleClientDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(client: PoolClient) {
    this.#connection = new SingleClientConnection(client);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error("The transaction is already open; do not begin another inside it");
  }

  async commitTransaction(): Promise<void> {
    throw new Error("Only the transaction helper commits");
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error("Only the transaction helper rolls back");
  }

  async destroy(): Promise<void> {}
}

class SingleClientConnection implements DatabaseConnection {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const result = await this.#client.query<RowOf<Row>>(query.sql, [...query.parameters]);
    return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) };
  }

  // eslint-disable-next-line require-yield -- no query of ours streams; the interface asks for the method
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("Streaming is not supported here; page through rows by key");
  }
}

/** pg constrains its row type to an object; Kysely does not. Rows of PostgreSQL are always objects. */
type RowOf<Row> = Row extends object ? Row : never;

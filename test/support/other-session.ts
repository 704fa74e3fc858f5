import pg from "pg";
import { vi } from "vitest";
import type { TestApp } from "./test-app.ts";

/** A transaction of somebody else, who can keep locks while others wait. */
export interface OtherSession {
  readonly sql: (text: string, values?: unknown[]) => Promise<pg.QueryResult>;
  /** Resolves once `count` sessions of the service wait for a lock. */
  readonly whenWaiting: (count?: number) => Promise<void>;
  readonly commit: () => Promise<void>;
}

/** Opens a transaction behind row-level security. End it with `commit`. */
export async function otherSession(app: TestApp): Promise<OtherSession> {
  const client = new pg.Client({ connectionString: app.database.adminUrl });
  await client.connect();
  await client.query("BEGIN");
  return {
    sql: (text, values) => client.query(text, values),
    whenWaiting: (count = 1) =>
      vi
        .waitUntil(
          async () => {
            const { rows } = await app.sql(
              `SELECT count(*)::int AS n FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'`,
            );
            return Number(rows[0]?.["n"]) >= count;
          },
          { timeout: 20_000, interval: 20 },
        )
        .then(() => undefined),
    commit: async () => {
      await client.query("COMMIT");
      await client.end();
    },
  };
}

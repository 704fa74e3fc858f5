import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createDatabase } from "../src/db/database.ts";
import { SERVICE_ROLE } from "../src/db/embedded/credentials.ts";
import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { migrate } from "../src/db/migrate.ts";
import { createPool } from "../src/db/pool.ts";
import { initTenant } from "../src/identity/init-tenant.ts";
import { prepareJobsSchema } from "../src/jobs/prepare-jobs-schema.ts";

export const TENANT = "misura";

/** A fresh PostgreSQL with default durability and one migrated database that holds an empty tenant. */
export interface Databases {
  /** Folder that is gone at the end, for logs and lists. */
  readonly folder: string;
  readonly tenantId: string;
  readonly serviceUrl: (database: string) => string;
  readonly adminUrl: (database: string) => string;
  /** A superuser's session on a database; closed at the end. */
  readonly admin: (database: string) => Promise<pg.Client>;
  /** Makes a database like another, to which nobody may be connected at that moment. */
  readonly clone: (name: string, like?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const silent = { info: () => undefined, warn: console.warn, error: console.error };
const EMPTY = "sportello";

/** Starts the embedded PostgreSQL in a new folder; fsync and synchronous_commit are on, as in production. */
export async function startDatabases(): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), "sportello-bench-"));
  const cluster = await startRoomyPostgres(folder);
  const adminUrl = (database: string): string => withDatabase(cluster.adminUrl, database);
  const sessions = new Map<string, pg.Client>();
  const admin = async (database: string): Promise<pg.Client> => {
    const known = sessions.get(database);
    if (known) return known;
    const client = new pg.Client({ connectionString: adminUrl(database) });
    client.on("error", () => undefined);
    await client.connect();
    sessions.set(database, client);
    return client;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...sessions.values()].map((client) => client.end()));
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await migrate({ adminUrl: cluster.adminUrl, log: silent });
    await prepareJobsSchema(cluster.adminUrl, SERVICE_ROLE);
    const tenantId = await makeTenant(cluster.serviceUrl());
    const clone = async (name: string, like = EMPTY): Promise<void> => {
      await sessions.get(like)?.end();
      sessions.delete(like);
      const postgres = await admin("postgres");
      await postgres.query(`CREATE DATABASE ${name} TEMPLATE ${like} STRATEGY file_copy`);
    };
    return { folder, tenantId, serviceUrl: cluster.serviceUrl, adminUrl, admin, clone, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The service's pools and 64 direct clients together need more connections than the embedded PostgreSQL takes. */
async function startRoomyPostgres(
  dataDir: string,
): Promise<Awaited<ReturnType<typeof startEmbeddedPostgres>>> {
  const first = await startEmbeddedPostgres({ dataDir, log: silent });
  const client = new pg.Client({ connectionString: first.adminUrl });
  await client.connect();
  await client.query("ALTER SYSTEM SET max_connections = 200");
  await client.end();
  await first.stop();
  return startEmbeddedPostgres({ dataDir, log: silent });
}

async function makeTenant(url: string): Promise<string> {
  const db = createDatabase(createPool(url, { max: 1, onError: console.error }));
  try {
    const { tenant } = await initTenant(
      { db },
      {
        slug: TENANT,
        name: { it: "Misura" },
        languages: ["it"],
        timeZone: "UTC",
        holidayCountry: "IT",
      },
    );
    return tenant.id;
  } finally {
    await db.close();
  }
}

function withDatabase(address: string, database: string): string {
  const url = new URL(address);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Writes migrations/schema.sql and the row types as the migrations make them: a throw-away database is migrated and
 * read. Takes some seconds.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { migrate } from "../src/db/migrate.ts";
import { dumpSchema } from "./schema/dump-schema.ts";
import { generateRowTypes, ROW_TYPES_FILE } from "./schema/generate-row-types.ts";

const SCHEMA_FILE = "migrations/schema.sql";
const log = { info: () => undefined, warn: console.warn, error: console.error };

const dataDir = await mkdtemp(join(tmpdir(), "sportello-schema-"));
const cluster = await startEmbeddedPostgres({ dataDir, log, isDurable: false });
try {
  await migrate({ adminUrl: cluster.adminUrl, log });
  const client = new pg.Client({ connectionString: cluster.adminUrl });
  await client.connect();
  await writeFile(SCHEMA_FILE, await dumpSchema(client));
  await client.end();
  await writeFile(ROW_TYPES_FILE, await generateRowTypes(cluster.adminUrl));
  console.log(`wrote ${SCHEMA_FILE} and ${ROW_TYPES_FILE}`);
} finally {
  await cluster.stop();
  await rm(dataDir, { recursive: true, force: true });
}

import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** One file of the migrations folder. */
export type Migration = {
  /** File name without `.sql`; its order is the order of application. */
  name: string;
  sql: string;
  /** SHA-256 of the text with line ends normalised, in hex. */
  checksum: string;
  /** False when the first line says `-- no-transaction`, as CREATE INDEX CONCURRENTLY needs. */
  isTransactional: boolean;
};

const MIGRATION_NAME = /^(\d{8}T\d{4}_[a-z0-9_]+__[a-z0-9_]+)\.sql$/;
const NO_TRANSACTION = "-- no-transaction";

/** Reads all migrations of a folder in the order of their names; other files are ignored. */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).flatMap((file) => MIGRATION_NAME.exec(file)?.[1] ?? []).sort();
  return Promise.all(names.map((name) => readMigration(dir, name)));
}

async function readMigration(dir: string, name: string): Promise<Migration> {
  const sql = (await readFile(join(dir, `${name}.sql`), "utf8")).replaceAll("\r\n", "\n");
  return {
    name,
    sql,
    checksum: createHash("sha256").update(sql).digest("hex"),
    isTransactional: !sql.startsWith(NO_TRANSACTION),
  };
}

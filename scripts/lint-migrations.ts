/**
 * Runs squawk over the migrations. Files that say `-- no-transaction` are linted apart, because
 * `.squawk.toml` assumes a transaction, and hold nothing but one CONCURRENTLY statement.
 */
import { spawnSync } from "node:child_process";
import { readMigrations } from "../src/db/migrations/read-migrations.ts";

const migrations = await readMigrations("migrations");
const inTransaction = migrations.filter(({ isTransactional }) => isTransactional);
const alone = migrations.filter(({ isTransactional }) => !isTransactional);

function squawk(names: string[], args: string[]): boolean {
  if (names.length === 0) return true;
  const files = names.map((name) => `migrations/${name}.sql`);
  return spawnSync("squawk", [...args, ...files], { stdio: "inherit" }).status === 0;
}

const faults = alone
  .filter(({ sql }) => statementsOf(sql).length !== 1 || !/\bCONCURRENTLY\b/.test(sql))
  .map(
    ({ name }) => `${name}: without a transaction, so it may hold one CONCURRENTLY statement only`,
  );
for (const fault of faults) console.error(fault);
const areClean = [
  squawk(
    inTransaction.map(({ name }) => name),
    [],
  ),
  squawk(
    alone.map(({ name }) => name),
    ["--no-assume-in-transaction"],
  ),
];
process.exitCode = faults.length > 0 || areClean.includes(false) ? 1 : 0;

function statementsOf(sql: string): string[] {
  const withoutComments = sql.replace(/--.*$/gm, "");
  return withoutComments.split(";").filter((statement) => statement.trim() !== "");
}

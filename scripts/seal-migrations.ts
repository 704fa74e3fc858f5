/**
 * Seals migrations: writes the checksum of every new file to migrations/checksums, so that a later
 * edit of a merged file is noticed before any database refuses it.
 *
 *   node scripts/seal-migrations.ts                    seal the new files
 *   node scripts/seal-migrations.ts --replace NAME     seal again a file that was never merged
 *   node scripts/seal-migrations.ts --check            only say what is not sealed, changed, misnamed
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMigrations } from "../src/db/migrations/read-migrations.ts";
import { compareWithSeals, listMisnamed, readSeals, SEALS_FILE } from "./migration-seals.ts";

const { values } = parseArgs({
  options: { check: { type: "boolean" }, replace: { type: "string", multiple: true } },
});
const dir = "migrations";
const migrations = await readMigrations(dir);
const seals = readSeals(dir);
const replaced = new Set(values.replace ?? []);
for (const name of replaced) seals.delete(name);
const { unsealed, changed, removed } = compareWithSeals(migrations, seals);
const faults = [
  ...listMisnamed(dir).map((file) => `${file}: not named YYYYMMDDTHHMM_table__change.sql`),
  ...changed.map((name) => `${name}: changed after it was sealed; write a new migration`),
  ...removed.map((name) => `${name}: sealed, but the file is gone`),
  ...(values.check ? unsealed.map((name) => `${name}: not sealed; npm run migrations:seal`) : []),
];
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
} else if (values.check) {
  console.log(`${migrations.length} migrations are sealed`);
} else {
  const lines = migrations.map(({ name, checksum }) => `${checksum}  ${name}\n`);
  writeFileSync(join(dir, SEALS_FILE), lines.join(""));
  console.log(`sealed ${unsealed.length} new of ${migrations.length} migrations`);
}

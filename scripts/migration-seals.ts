import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Migration } from "../src/db/migrations/read-migrations.ts";

/** What the seals say about a folder of migrations. */
export type SealState = {
  /** Files that no seal covers yet. */
  unsealed: string[];
  /** Files whose text is not the sealed one. */
  changed: string[];
  /** Sealed names without a file. */
  removed: string[];
};

export const SEALS_FILE = "checksums";
const FILE_NAME = /^\d{8}T\d{4}_[a-z0-9_]+__[a-z0-9_]+\.sql$/;
const NOT_A_MIGRATION = "schema.sql";

/** The SQL files of a folder that the migration runner would pass over in silence. */
export function listMisnamed(dir: string): string[] {
  return readdirSync(dir).filter(
    (file) => file.endsWith(".sql") && file !== NOT_A_MIGRATION && !FILE_NAME.test(file),
  );
}

/** The seals by migration name; empty when the folder has none. */
export function readSeals(dir: string): Map<string, string> {
  const file = join(dir, SEALS_FILE);
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [checksum = "", name = ""] = line.split(/\s+/);
      return [name, checksum];
    }),
  );
}

/** Compares the migrations with their seals. */
export function compareWithSeals(
  migrations: readonly Migration[],
  seals: ReadonlyMap<string, string>,
): SealState {
  const names = new Set(migrations.map(({ name }) => name));
  return {
    unsealed: migrations.filter(({ name }) => !seals.has(name)).map(({ name }) => name),
    changed: migrations
      .filter(({ name, checksum }) => (seals.get(name) ?? checksum) !== checksum)
      .map(({ name }) => name),
    removed: [...seals.keys()].filter((name) => !names.has(name)),
  };
}

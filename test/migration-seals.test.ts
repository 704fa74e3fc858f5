import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareWithSeals, listMisnamed, readSeals } from "../scripts/migration-seals.ts";
import { readMigrations } from "../src/db/migrations/read-migrations.ts";

const name = "20270101T0900_slots__add_colour";
const repository = resolve(import.meta.dirname, "..");
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sportello-migrations-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(join(dir, file), text);
}

/** Seals what the folder holds now. */
async function seal(): Promise<void> {
  const lines = (await readMigrations(dir)).map((each) => `${each.checksum}  ${each.name}\n`);
  write("checksums", lines.join(""));
}

async function stateOf() {
  return compareWithSeals(await readMigrations(dir), readSeals(dir));
}

describe("the seals of migrations", () => {
  it("name a new file as not sealed", async () => {
    write(`${name}.sql`, "SELECT 1;");
    expect(await stateOf()).toEqual({ unsealed: [name], changed: [], removed: [] });
  });

  it("accept a file that is as it was sealed", async () => {
    write(`${name}.sql`, "SELECT 1;");
    await seal();
    expect(await stateOf()).toEqual({ unsealed: [], changed: [], removed: [] });
  });

  it("notice an edit of a sealed file", async () => {
    write(`${name}.sql`, "SELECT 1;");
    await seal();
    write(`${name}.sql`, "SELECT 2;");
    expect(await stateOf()).toEqual({ unsealed: [], changed: [name], removed: [] });
  });

  it("notice that a sealed file is gone", async () => {
    write(`${name}.sql`, "SELECT 1;");
    await seal();
    rmSync(join(dir, `${name}.sql`));
    expect(await stateOf()).toEqual({ unsealed: [], changed: [], removed: [name] });
  });

  it("find files that the runner would pass over because of their names", () => {
    for (const file of ["add_colour.sql", "20270101_slots__add.sql", `${name}.sql`, "schema.sql"]) {
      write(file, "SELECT 1;");
    }
    expect(listMisnamed(dir).sort()).toEqual(["20270101_slots__add.sql", "add_colour.sql"]);
  });
});

describe("the migration lint", () => {
  const squawk = join(repository, "node_modules", ".bin", "squawk");
  const config = join(repository, ".squawk.toml");

  it.each([
    ["ban-drop-column", "ALTER TABLE slots DROP COLUMN capacity;"],
    ["adding-required-field", "ALTER TABLE slots ADD COLUMN colour text NOT NULL;"],
    ["require-concurrent-index-creation", "CREATE INDEX slots_by_end ON slots (ends_at);"],
    ["constraint-missing-not-valid", "ALTER TABLE slots ADD CONSTRAINT fits CHECK (taken < 9);"],
    ["changing-column-type", "ALTER TABLE slots ALTER COLUMN capacity TYPE bigint;"],
    ["prefer-timestamp-tz", "CREATE TABLE visits (at timestamp);"],
  ])("refuses %s", (rule, sql) => {
    write(`${name}.sql`, sql);
    const run = spawnSync(squawk, ["-c", config, "--reporter", "json", join(dir, `${name}.sql`)], {
      encoding: "utf8",
    });
    expect(run.status).not.toBe(0);
    expect(run.stdout).toContain(`"${rule}"`);
  });
});

import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkArchitecture, type House } from "../scripts/architecture/check-architecture.ts";
import { DOORS, FLOORS } from "../scripts/architecture/house-plan.ts";
import { floorOf } from "../scripts/architecture/import-rules.ts";
import { readSources, type SourceText } from "../scripts/architecture/source-file.ts";

const recordOfStrings = z.record(z.string(), z.string());
const packageJson = z.object({ dependencies: recordOfStrings });

function readJson<T>(schema: z.ZodType<T>, path: string): T {
  return schema.parse(JSON.parse(readFileSync(path, "utf8")));
}

const house: House = {
  tableOwners: readJson(recordOfStrings, "migrations/table-owners.json"),
  dependencies: new Set(Object.keys(readJson(packageJson, "package.json").dependencies)),
};

/** A file that breaks one rule, and its lawful twin. */
type Plant = { rule: string; broken: SourceText; lawful: SourceText };

function plant(rule: string, broken: [string, string], lawful: [string, string]): Plant {
  return {
    rule,
    broken: { path: broken[0], text: broken[1] },
    lawful: { path: lawful[0], text: lawful[1] },
  };
}

const sqlImport = 'import { sql } from "kysely";\n';

const plants: Plant[] = [
  plant(
    "floors",
    ["src/slots/a.ts", 'import { b } from "../appointments/b.ts";'],
    ["src/appointments/a.ts", 'import { b } from "../slots/b.ts";'],
  ),
  plant(
    "floors",
    ["src/waitlist/a.ts", 'import type { B } from "../scheduling/b.ts";'],
    ["src/scheduling/a.ts", 'import type { B } from "./b.ts";'],
  ),
  plant(
    "floors",
    ["src/catalog/a.ts", 'import { createApp } from "../app.ts";'],
    ["src/catalog/a.ts", 'import { DomainError } from "../errors.ts";'],
  ),
  plant(
    "floors",
    ["src/context.ts", 'import type { A } from "./slots/a.ts";'],
    ["src/context.ts", 'import type { A } from "./db/a.ts";'],
  ),
  plant(
    "floors",
    ["src/attic/a.ts", 'import { b } from "../slots/b.ts";'],
    ["src/web/a.ts", 'import { b } from "../slots/b.ts";'],
  ),
  plant(
    "http-stays-in-routes",
    ["src/slots/claim.ts", 'import type { Context } from "hono";'],
    ["src/slots/routes.ts", 'import type { Context } from "hono";'],
  ),
  plant(
    "http-stays-in-routes",
    ["src/slots/schema.ts", 'import { createRoute, z } from "@hono/zod-openapi";'],
    ["src/slots/schema.ts", 'import { z } from "@hono/zod-openapi";'],
  ),
  plant(
    "sql-stays-in-queries",
    ["src/slots/claim.ts", sqlImport],
    ["src/slots/queries.ts", sqlImport],
  ),
  plant(
    "sql-stays-in-queries",
    ["src/slots/claim.ts", 'export const text = "DELETE FROM slots";'],
    ["src/slots/claim.ts", 'export const text = "Delete from slots";'],
  ),
  plant(
    "sql-stays-in-queries",
    ["src/slots/claim.ts", 'export const rows = trx.selectFrom("slots");'],
    ["src/slots/queries.ts", 'export const rows = trx.selectFrom("slots");'],
  ),
  ...["INSERT INTO", "DELETE FROM", "MERGE INTO"].map((verb) =>
    plant(
      "writes-own-tables",
      ["src/slots/queries.ts", `export const text = \`${verb} appointments x\`;`],
      ["src/appointments/queries.ts", `export const text = \`${verb} appointments x\`;`],
    ),
  ),
  plant(
    "writes-own-tables",
    ["src/slots/queries.ts", "export const text = `UPDATE appointments SET status = ${status}`;"],
    [
      "src/slots/queries.ts",
      "export const text = `SELECT id FROM appointments FOR NO KEY UPDATE SKIP LOCKED`;",
    ],
  ),
  plant(
    "writes-own-tables",
    [
      "src/appointments/queries.ts",
      "export const text = `WITH s AS (UPDATE slots AS s SET taken = 0) INSERT INTO appointments SELECT`;",
    ],
    [
      "src/slots/queries.ts",
      "export const text = `INSERT INTO slots AS s VALUES (1) ON CONFLICT DO UPDATE SET taken = 0`;",
    ],
  ),
  plant(
    "writes-own-tables",
    ["src/slots/queries.ts", "export const text = `DELETE FROM ${table}`;"],
    ["src/slots/queries.ts", "export const text = `DELETE FROM slots WHERE id = ${id}`;"],
  ),
  ...["insertInto", "updateTable", "deleteFrom", "mergeInto"].map((verb) =>
    plant(
      "writes-own-tables",
      ["src/slots/queries.ts", `export const rows = trx.${verb}("appointments");`],
      ["src/slots/queries.ts", `export const rows = trx.${verb}("slots as s");`],
    ),
  ),
  plant(
    "one-clock",
    ["src/slots/queries.ts", "export const text = `DELETE FROM slots WHERE ends_at < now()`;"],
    [
      "src/slots/queries.ts",
      "export const text = `DELETE FROM slots WHERE ends_at < clock_now()`;",
    ],
  ),
  plant(
    "one-clock",
    ["src/slots/a.ts", "export const at = new Date();"],
    ["src/slots/a.ts", "export const at = new Date(0);"],
  ),
  plant(
    "one-clock",
    ["src/slots/a.ts", "export const at = Date.now();"],
    ["src/time/clock.ts", "export const at = Date.now();"],
  ),
  plant(
    "no-barrels",
    ["src/slots/a.ts", 'export * from "./b.ts";'],
    ["src/slots/a.ts", 'import { b } from "./b.ts";'],
  ),
  plant(
    "no-barrels",
    ["src/slots/a.ts", 'export { b } from "./b.ts";'],
    ["src/slots/a.ts", "export const b = 1;"],
  ),
  ...["src/slots/index.ts", "src/slots/service.ts", "src/slots/utils.ts", "src/helpers/a.ts"].map(
    (path) => plant("telling-names", [path, ""], ["src/slots/services.ts", ""]),
  ),
  plant("kebab-case", ["src/slots/claimPlaces.ts", ""], ["src/slots/claim-places.ts", ""]),
  plant(
    "named-after-export",
    ["src/slots/claim-places.ts", "/** Purpose. */\nexport function expireHold(): void {}"],
    ["src/slots/claim-places.ts", "/** Purpose. */\nexport function claimPlaces(): void {}"],
  ),
  plant(
    "exports-are-documented",
    ["src/slots/claim.ts", "// Purpose.\nexport function claim(): void {}"],
    ["src/slots/claim.ts", "/** Purpose. */\nexport function claim(): void {}"],
  ),
  plant(
    "exports-are-documented",
    ["src/slots/a.ts", "export function a(b: 1): 1;\nexport function a(b: number) { return b; }"],
    [
      "src/slots/a.ts",
      "/** Purpose. */\nexport function a(b: 1): 1;\nexport function a(b: number) { return b; }",
    ],
  ),
  plant(
    "no-development-imports",
    ["src/slots/a.ts", 'import { expect } from "vitest";'],
    ["src/slots/a.test.ts", 'import { expect } from "vitest";'],
  ),
  plant(
    "no-development-imports",
    ["src/slots/a.ts", 'import { b } from "../../test/support/b.ts";'],
    ["src/slots/a.ts", 'import { readFile } from "node:fs/promises";'],
  ),
  plant(
    "one-transaction",
    ["src/slots/a.ts", "database.inTenant(id, async (trx) => database.inTenant(id, work));"],
    ["src/slots/a.ts", "database.inTenant(id, async (trx) => work(trx));"],
  ),
  plant(
    "one-transaction",
    ["src/slots/a.ts", "async function a(trx: Trx, deps: Deps) { await deps.db.inSystem(work); }"],
    ["src/slots/a.ts", "async function a(deps: Deps) { await deps.db.inSystem(work); }"],
  ),
  plant(
    "no-network-in-transactions",
    ["src/slots/a.ts", "database.inTenant(id, async (trx) => { await fetch(url); });"],
    [
      "src/slots/a.ts",
      "database.inTenant(id, async (trx) => { await work(trx); }); await fetch(url);",
    ],
  ),
  plant(
    "directives-have-reasons",
    ["src/slots/a.ts", "// oxlint-disable-next-line eslint/max-params\nconst a = 1;"],
    [
      "src/slots/a.ts",
      "// oxlint-disable-next-line eslint/max-params -- the driver's callback has four\nconst a = 1;",
    ],
  ),
  plant(
    "directives-have-reasons",
    ["src/slots/a.ts", "/* oxlint-disable eslint/max-params -- all of this file has many */"],
    ["src/slots/a.ts", "// Nothing is switched off here."],
  ),
  plant(
    "directives-have-reasons",
    ["src/slots/a.ts", "// @ts-ignore\nconst a = 1;"],
    ["src/slots/a.test.ts", "// @ts-expect-error: the type forbids it\nconst a = 1;"],
  ),
  plant(
    "assertions-are-named",
    [
      "src/slots/a.ts",
      "// oxlint-disable-next-line typescript/consistent-type-assertions -- checked above\nconst a = b as C;",
    ],
    [
      "src/slots/a.ts",
      "function toC(b: B): C {\n  // oxlint-disable-next-line typescript/consistent-type-assertions -- checked above\n  return b as C;\n}",
    ],
  ),
  plant(
    "tests-do-not-sleep",
    ["test/slots/a.test.ts", "await sleep(100);"],
    ["test/slots/a.test.ts", "await untilTrue(() => isReady());"],
  ),
  plant(
    "tests-do-not-sleep",
    ["test/slots/a.test.ts", "// house-disable-next-line tests-do-not-sleep --\nawait sleep(100);"],
    [
      "test/slots/a.test.ts",
      "// house-disable-next-line tests-do-not-sleep -- work that takes a while\nawait sleep(100);",
    ],
  ),
  plant(
    "database-tests-say-so",
    ["test/slots/a.test.ts", 'import { createTestDatabase } from "../support/test-database.ts";'],
    [
      "test/slots/a.pg.test.ts",
      'import { createTestDatabase } from "../support/test-database.ts";',
    ],
  ),
];

describe("the house", () => {
  it("keeps every rule in every file", () => {
    const sources = readSources([
      "src/**/*.ts",
      "test/**/*.ts",
      "scripts/**/*.ts",
      "bench/**/*.ts",
    ]);
    expect(sources.length).toBeGreaterThan(20);
    const violations = checkArchitecture(sources, house);
    expect(violations.map((v) => `${v.path}:${v.line} ${v.rule}: ${v.message}`)).toEqual([]);
  });

  it("knows the floor of every folder of src", () => {
    const folders = globSync("src/*/").map((path) => path.split(/[\\/]/)[1] ?? "");
    expect(folders.filter((folder) => floorOf(folder) === -1)).toEqual([]);
    expect(new Set(FLOORS.flat()).size).toBe(FLOORS.flat().length);
  });

  it("has doors only between folders of one floor, and none that close a circle", () => {
    expect(DOORS.filter(([from, to]) => floorOf(from) !== floorOf(to))).toEqual([]);
    let doors = [...DOORS];
    for (const _ of DOORS) doors = doors.filter(([, to]) => doors.some(([from]) => from === to));
    expect(doors, "what is left after taking away all dead ends is a circle").toEqual([]);
  });

  it("gives every table of the migrations one owner, and owns no other", () => {
    const made = tablesMade(globSync("migrations/2*.sql").sort());
    // The migration runner makes its own table before the first migration.
    made.add("schema_migrations");
    expect(Object.keys(house.tableOwners).sort()).toEqual([...made].sort());
    const owners = new Set(Object.values(house.tableOwners));
    expect([...owners].filter((owner) => floorOf(owner) === -1)).toEqual([]);
  });
});

describe("a planted violation", () => {
  it.each(plants.map((each) => [each.rule, each.broken.path, each] as const))(
    "of %s in %s is caught, and its lawful twin is not",
    (rule, path, { broken, lawful }) => {
      const found = checkArchitecture([broken], house);
      expect(found.map((violation) => violation.rule)).toContain(rule);
      expect(found.every((violation) => violation.path === path)).toBe(true);
      expect(checkArchitecture([lawful], house).map((violation) => violation.rule)).not.toContain(
        rule,
      );
    },
  );
});

/** Names of the tables that the files create and do not drop again. */
function tablesMade(files: string[]): Set<string> {
  const made = new Set<string>();
  for (const file of files) {
    const sql = readFileSync(file, "utf8").replace(/--.*$/gm, "");
    const changes = sql.matchAll(
      /\b(CREATE|DROP)\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:public\.)?"?([a-z_0-9]+)/gi,
    );
    for (const [, verb = "", table = ""] of changes) {
      if (verb.toUpperCase() === "DROP") made.delete(table);
      else made.add(table);
    }
  }
  return made;
}

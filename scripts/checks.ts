import { existsSync, globSync } from "node:fs";
import { findOnPath } from "./find-on-path.ts";

/** One check: a command that ends with 0 when all is well, or a reason why it cannot run here. */
export type Check = {
  name: string;
  command: string[];
  /** Undefined means: run it. A check that cannot run must say so, never pass. */
  skipBecause?: () => string | undefined;
};

const node = process.execPath;

/** What can be judged in seconds from the files alone. */
const quickChecks: Check[] = [
  { name: "types (tsc)", command: ["tsc", "--noEmit"] },
  { name: "lint (oxlint, type-aware)", command: ["oxlint", "--deny-warnings", "."] },
  { name: "format (biome)", command: ["biome", "format", "."] },
  { name: "unused files, exports, dependencies (knip)", command: ["knip", "--no-progress"] },
  {
    name: "architecture and unit tests",
    command: ["vitest", "run", "--project", "unit", "--reporter", "dot"],
  },
];

function skipWithout(path: string): () => string | undefined {
  return () => (existsSync(path) ? undefined : `${path} is not there`);
}

/** What needs a database for a moment, or looks at files that change rarely. */
const slowChecks: Check[] = [
  {
    name: "schema dump and row types match the migrations",
    command: ["vitest", "run", "--project", "pg", "--reporter", "dot", "test/db/", "-t", "drift"],
    skipBecause: () =>
      globSync("test/db/*drift*.pg.test.ts").length > 0
        ? undefined
        : "there is no test/db/*drift*.pg.test.ts",
  },
  {
    name: "openapi.json is what the service generates",
    command: [node, "scripts/write-openapi.ts", "--check"],
    skipBecause: skipWithout("src/app.ts"),
  },
  {
    name: "OpenAPI lint (redocly)",
    command: ["redocly", "lint", "openapi.json"],
    skipBecause: skipWithout("openapi.json"),
  },
  {
    name: "migration names and checksums",
    command: [node, "scripts/seal-migrations.ts", "--check"],
  },
  { name: "migration lint (squawk)", command: [node, "scripts/lint-migrations.ts"] },
  { name: "Dockerfile lint", command: [node, "scripts/lint-dockerfile.ts"] },
  {
    name: "compose.yaml lint (dclint)",
    command: ["dclint", "--max-warnings", "0", "compose.yaml"],
  },
  { name: "publiccode.yml structure", command: [node, "scripts/lint-publiccode.ts"] },
  {
    name: "publiccode.yml (publiccode-parser)",
    command: ["publiccode-parser", "--no-network", "publiccode.yml"],
    skipBecause: () =>
      findOnPath("publiccode-parser") === undefined
        ? "publiccode-parser is not on PATH"
        : undefined,
  },
  {
    name: "package-lock.json is complete",
    command: [node, "scripts/complete-lockfile.ts", "--check"],
  },
];

/** The checks of one level, in the order in which they start. */
export function checksOf(level: "check" | "verify"): Check[] {
  return level === "check" ? quickChecks : [...quickChecks, ...slowChecks];
}

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** What each file of a small planted house breaks; the rules are named as oxlint names them. */
const plants: Record<string, { text: string; rules: string[] }> = {
  "src/slots/promises.ts": {
    text: `
      async function work(): Promise<boolean> { return true; }
      export function start(): void { work(); }
      export function each(): void { [1].forEach(async () => { await work(); }); }
      export function refuse(): never { throw "no"; }`,
    rules: ["no-floating-promises", "no-misused-promises", "only-throw-error"],
  },
  "src/slots/any.ts": {
    text: `
      export const loose: any = 1;
      function needsText(text: string): string { return text; }
      export function spread(value: any): string {
        const text: string = value;
        value();
        needsText(value.name);
        return value;
      }`,
    rules: [
      "no-explicit-any",
      "no-unsafe-argument",
      "no-unsafe-assignment",
      "no-unsafe-call",
      "no-unsafe-member-access",
      "no-unsafe-return",
    ],
  },
  "src/slots/types.ts": {
    text: `
      import { Kind } from "./kinds.ts";
      export function length(text?: string): number { return text!.length; }
      export function toKind(value: unknown): Kind { return value as Kind; }
      export function rank(kind: Kind): number { switch (kind) { case "a": return 1; } return 2; }
      export const fixed = ["a"] as const;`,
    rules: [
      "no-non-null-assertion",
      "consistent-type-assertions",
      "switch-exhaustiveness-check",
      "consistent-type-imports",
    ],
  },
  "src/slots/kinds.ts": { text: 'export type Kind = "a" | "b";', rules: [] },
  "src/slots/shape.ts": {
    text: `
      export default function shape(a: number, b: number, c: number, d: number): number {
        return a + b + c + d;
      }`,
    rules: ["no-default-export", "max-params"],
  },
  "src/slots/surroundings.ts": {
    text: `
      console.log(process.env["PORT"], Date.now());`,
    rules: ["no-console", "no-process-env", "no-restricted-properties"],
  },
  "src/slots/circle.ts": { text: 'import "./circle-back.ts";', rules: ["no-cycle"] },
  "src/slots/circle-back.ts": { text: 'import "./circle.ts";', rules: ["no-cycle"] },
  "src/slots/barrel.ts": { text: 'export * from "./kinds.ts";', rules: ["no-barrel-file"] },
  "src/slots/long-function.ts": {
    text: `export function long(): void {\n${"  void 0;\n".repeat(60)}}`,
    rules: ["max-lines-per-function"],
  },
  "src/slots/long-file.ts": { text: "export {};\n".repeat(401), rules: ["max-lines"] },
  "src/slots/slots.test.ts": {
    text: `
      import { expect, it, vi } from "vitest";
      it("asserts nothing", () => { vi.fn<() => void>(); });
      it.only("is the only one", () => { expect(1).toBe(1); });
      it.skip("is passed over", () => { expect(1).toBe(1); });
      it.todo("waits for a later capability");`,
    rules: ["expect-expect", "no-restricted-vi-methods", "no-focused-tests", "no-disabled-tests"],
  },
  "src/config.ts": { text: 'export const port = process.env["PORT"];', rules: [] },
  "src/cli.ts": { text: 'console.log("a program may speak");', rules: [] },
};

const reportSchema = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

const repository = resolve(import.meta.dirname, "..");
let house = "";
let broken: { rule: string; path: string }[] = [];

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "sportello-lint-"));
  for (const file of [".oxlintrc.json", "tsconfig.json", "package.json"]) {
    copyFileSync(join(repository, file), join(house, file));
  }
  symlinkSync(join(repository, "node_modules"), join(house, "node_modules"));
  for (const [path, { text }] of Object.entries(plants)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), `${text}\n`);
  }
  const oxlint = join(repository, "node_modules", ".bin", "oxlint");
  const run = spawnSync(oxlint, ["-f", "json", "src"], { cwd: house, encoding: "utf8" });
  broken = reportSchema.parse(JSON.parse(run.stdout)).diagnostics.map(({ code, filename }) => ({
    rule: /\(([^)]+)\)/.exec(code)?.[1] ?? code,
    path: filename.replaceAll("\\", "/"),
  }));
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

describe("the linter", () => {
  it.each(
    Object.entries(plants).flatMap(([path, { rules }]) =>
      rules.map((rule): [string, string] => [rule, path]),
    ),
  )("finds a planted violation of %s in %s", (rule, path) => {
    expect(broken).toContainEqual({ rule, path });
  });

  it("leaves lawful files alone", () => {
    const lawful = Object.keys(plants).filter((path) => plants[path]?.rules.length === 0);
    expect(broken.filter(({ path }) => lawful.includes(path))).toEqual([]);
    expect(broken.map(({ rule }) => rule)).not.toContain("warn-todo");
  });
});

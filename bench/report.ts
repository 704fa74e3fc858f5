import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { Bench, Result } from "./bench.ts";

const PAGE = join(import.meta.dirname, "..", "docs", "benchmarks.md");
const BEGIN = "<!-- figures: npm run bench -- --write -->";
const END = "<!-- end of figures -->";

/** Where and beside what it was measured; the load is the one before the run begins. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${availableParallelism()} cores (${model}), ${memory} GB, Node ${process.versions.node}, embedded PostgreSQL with fsync and synchronous_commit; load before the run ${load}`;
}

/** A result without its notes, rounded to what repeats. */
export function resultRow({ name, ratio, min, median, max, target }: Result): Result {
  const [r, lowest, middle, greatest] = [ratio, min, median, max].map(rounded);
  return { name, ratio: r ?? 0, min: lowest ?? 0, median: middle ?? 0, max: greatest ?? 0, target };
}

/** A result as a line of text. */
export function textRow(result: Result): string {
  const { name, min, median, max, target } = resultRow(result);
  const aim = target === null ? "" : `   target ${target}: ${verdict(result)}`;
  return `${name.padEnd(16)} ${median.toFixed(3)}  (min ${min.toFixed(3)}, max ${max.toFixed(3)})${aim}`;
}

function verdict({ median, target }: Result): string {
  if (target === null) return "";
  return median >= target ? "met" : `missed by ${Math.round((1 - median / target) * 100)} %`;
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(4));
}

export interface Report {
  readonly results: readonly (Result & { readonly notes: readonly string[] })[];
  readonly benches: readonly Bench[];
  readonly machine: string;
  readonly isQuick: boolean;
}

/** Replaces the figures of docs/benchmarks.md. Throws when the page has no place for them. */
export function writeTable({ results, benches, machine, isQuick }: Report): void {
  const page = readFileSync(PAGE, "utf8");
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end === -1) throw new Error(`${PAGE} has no place for the figures`);
  const question = (name: string): string =>
    benches.find((bench) => bench.name === name)?.question ?? "";
  const rows = results.map((result) => {
    const { name, min, median, max, target } = resultRow(result);
    return `| ${name} | ${question(name)} | ${target ?? "–"} | ${min} | **${median}** | ${max} | ${verdict(result)} |`;
  });
  const notes = results.flatMap(({ name, notes }) => [
    `\n**${name}**\n`,
    ...notes.map((note) => `- ${note}`),
  ]);
  const text = [
    `${new Date().toISOString().slice(0, 10)}, ${isQuick ? "`--quick` (small and short: no more than a sign of life)" : "full measure"}. ${machine}.\n`,
    "| Name | What | Target | Min | Median | Max | |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    ...notes,
  ].join("\n");
  writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n${text}\n${page.slice(end)}`);
}

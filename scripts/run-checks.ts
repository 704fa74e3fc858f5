/**
 * Runs the house checks and says of each: passed, FAILED or SKIPPED, with the reason.
 *
 *   node scripts/run-checks.ts check     seconds, no services
 *   node scripts/run-checks.ts verify    everything but the test suite itself
 *
 * `--summary FILE` also writes the counts as JSON. The exit code is 1 when anything failed; a
 * skipped check never counts as passed.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { type Check, checksOf } from "./checks.ts";

const QUIET = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };

type Outcome = "passed" | "failed" | "skipped";
type Result = { name: string; outcome: Outcome; seconds: number; note: string };

// Two: the slowest checks use one processor each and small machines have two.
const concurrencyMax = 2;

/** Runs one check; the note holds its output when it failed, the reason when it was skipped. */
async function runCheck(check: Check): Promise<Result> {
  const reason = check.skipBecause?.();
  if (reason !== undefined) {
    return { name: check.name, outcome: "skipped", seconds: 0, note: reason };
  }
  const started = performance.now();
  const { code, output } = await runCommand(check.command);
  return {
    name: check.name,
    outcome: code === 0 ? "passed" : "failed",
    seconds: (performance.now() - started) / 1000,
    note: code === 0 ? "" : output,
  };
}

function runCommand(command: string[]): Promise<{ code: number; output: string }> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", "pipe"],
      // The linters of other people are not to report home from a check.
      env: { ...process.env, ...QUIET, NO_COLOR: "1", FORCE_COLOR: "0" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", (error) =>
      resolve({ code: 1, output: `cannot run ${file}: ${error.message}` }),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function printResult(result: Result): void {
  const label = { passed: "passed ", failed: "FAILED ", skipped: "SKIPPED" }[result.outcome];
  const suffix = result.outcome === "skipped" ? result.note : `${result.seconds.toFixed(1)} s`;
  console.log(`${label}  ${result.name}: ${suffix}`);
  if (result.outcome === "failed") console.log(result.note.trimEnd().replace(/^/gm, "         | "));
}

/** Runs the checks a few at a time and prints each as it ends. */
async function runAll(checks: Check[]): Promise<Result[]> {
  const waiting = [...checks];
  const results: Result[] = [];
  async function work(): Promise<void> {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const result = await runCheck(check);
      printResult(result);
      results.push(result);
    }
  }
  await Promise.all(Array.from({ length: concurrencyMax }, work));
  return results;
}

const level = z.enum(["check", "verify"]).parse(process.argv[2] ?? "check");
const results = await runAll(checksOf(level));
const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
const summary = { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
console.log(
  `${level}: ${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`,
);
const summaryFlag = process.argv.indexOf("--summary");
const summaryFile = summaryFlag === -1 ? undefined : process.argv[summaryFlag + 1];
if (summaryFile !== undefined) writeFileSync(summaryFile, JSON.stringify(summary));
process.exitCode = summary.failed > 0 ? 1 : 0;

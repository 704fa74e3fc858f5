import { execFile, fork } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "../../scripts/find-on-path.ts";
import type { DirectPlan, DirectReport } from "./plan.ts";

/** Runs one plan in a process of its own and returns what it wrote. `folder` gets pgbench's script. */
export function runDirect(plan: DirectPlan, folder: string): Promise<DirectReport> {
  return plan.client === "pgbench" ? runPgbench(plan, folder) : runNode(plan);
}

/** pgbench comes with PostgreSQL's own packages and not with the embedded one. */
export function hasPgbench(): boolean {
  return findOnPath("pgbench") !== undefined;
}

async function runPgbench(plan: DirectPlan, folder: string): Promise<DirectReport> {
  const file = join(folder, `${plan.form}.pgbench`);
  const first = plan.slotIds[0] ?? 0;
  const last = plan.slotIds.at(-1) ?? 0;
  // The slots of one resource were written in one statement, so that their ids follow one another.
  if (last - first !== plan.slotIds.length - 1) throw new Error("The slots' ids have gaps");
  await writeFile(file, `\\set slot random(${first}, ${last})\n${scriptOf(plan)}\n`);
  const threads = Math.min(plan.clients, 2);
  const pgbench = [
    ["-n", "-M", "prepared", "-f", file],
    ["-c", String(plan.clients), "-j", String(threads)],
    ["-T", String(Math.max(1, Math.round(plan.seconds)))],
    [plan.url],
  ].flat();
  const env = { ...process.env, PGOPTIONS: `-c sportello.tenant_id=${plan.tenantId}` };
  const { stdout } = await promisify(execFile)("pgbench", pgbench, { env });
  const figure = (pattern: RegExp): number => {
    const found = pattern.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`pgbench says nothing of ${pattern}: ${stdout}`);
    return Number(found);
  };
  if (figure(/number of failed transactions: (\d+)/) > 0) throw new Error(stdout);
  const written = figure(/number of transactions actually processed: (\d+)/);
  return { written, seconds: written / figure(/tps = ([\d.]+) \(without initial/) };
}

function scriptOf({ form, writes }: DirectPlan): string {
  if (form === "statement") return `${writes.statement};`;
  const inserts = writes.inserts.map((sql) => `${sql};`).join("\n");
  return `BEGIN;\n${writes.claim} \\gset\n${inserts}\nEND;`;
}

function runNode(plan: DirectPlan): Promise<DirectReport> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "node-client.ts"));
    child.once("message", (message) => resolve(asReport(message)));
    child.once("exit", (code) => reject(new Error(`The direct client ended with code ${code}`)));
    child.send(plan);
  });
}

/** Only node-client.ts runs in the child, and it sends reports. */
function asReport(message: unknown): DirectReport {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- both ends are this folder's
  return message as DirectReport;
}

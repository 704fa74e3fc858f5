import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The parts of PostgreSQL's lock file that matter here. */
export type PostmasterPid = { pid: number; port: number; isReady: boolean };

/** Reads `postmaster.pid` of a data folder; undefined when there is none or it is only half written. */
export async function readPostmasterPid(pgData: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(pidFile(pgData), "utf8").catch(() => "");
  // Line 1 process, 4 port, 8 state: src/include/utils/pidfile.h of PostgreSQL.
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === "ready" };
}

/**
 * The PostgreSQL that runs on this data folder now, if any. A lock file whose process is gone is left to
 * PostgreSQL, which recovers from it; one whose number now belongs to another program is removed, because
 * PostgreSQL would take that program for itself and refuse to start.
 */
export async function findPostmaster(pgData: string): Promise<PostmasterPid | undefined> {
  const found = await readPostmasterPid(pgData);
  if (!found) return undefined;
  const command = await commandOf(found.pid);
  if (command === undefined) return undefined;
  if (command.includes("postgres") && command.includes(pgData)) return found;
  await rm(pidFile(pgData), { force: true });
  return undefined;
}

/** Command line of a living process; undefined when there is none (a zombie has none either). */
async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text === "" ? undefined : text;
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.trim() === "" ? undefined : stdout;
}

function pidFile(pgData: string): string {
  return join(pgData, "postmaster.pid");
}

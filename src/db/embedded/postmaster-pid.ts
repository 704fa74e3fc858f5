import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findCommand, isTaken } from "./processes.ts";

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
 * PostgreSQL, which recovers from it. One whose process is a zombie, or whose number now belongs to another
 * program, is removed: PostgreSQL would take that for a running server and refuse to start.
 */
export async function findPostmaster(pgData: string): Promise<PostmasterPid | undefined> {
  const found = await readPostmasterPid(pgData);
  if (!found) return undefined;
  const command = await findCommand(found.pid);
  if (command?.includes("postgres") && command.includes(pgData)) return found;
  // Sessions of that server that still run are found by PostgreSQL through its shared memory.
  if (isTaken(found.pid)) await rm(pidFile(pgData), { force: true });
  return undefined;
}

function pidFile(pgData: string): string {
  return join(pgData, "postmaster.pid");
}

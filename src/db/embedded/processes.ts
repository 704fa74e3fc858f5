import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { systemErrorCode } from "../../start-error.ts";

const run = promisify(execFile);

/** Command line of a running process; undefined when there is none. A zombie has ended: it has none either. */
export async function findCommand(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text === "" ? undefined : text;
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  const isGone = stdout.trim() === "" || stdout.includes("<defunct>");
  return isGone ? undefined : stdout;
}

/** Whether a process number is taken, be it by a zombie: what PostgreSQL asks before it starts. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

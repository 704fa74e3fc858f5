import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A worker of ours in a process of its own, as a drill kills it and a bench times it. */
export interface WorkerProcess {
  readonly pid: number;
  /** As the system does when memory is short: nothing is finished, nothing is told. */
  readonly kill: () => Promise<void>;
  /** As an operator does. */
  readonly stop: () => Promise<void>;
  /** Lines of its log at warn and above. */
  readonly complaints: readonly string[];
}

const program = join(import.meta.dirname, "..", "..", "..", "src", "worker.ts");
const complaint = /"level":"(?:warn|error|fatal)"/;

/** Starts `src/worker.ts` with these variables alone; resolves when it works. */
export async function startWorkerProcess(
  env: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [program], {
    stdio: ["ignore", "pipe", "pipe"],
    // It says at this level that it works.
    env: { PATH: process.env["PATH"], LOG_LEVEL: "info", ...env },
  });
  // Whoever started it may end in the middle of a drill.
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const exited = once(child, "exit").finally(() => process.off("exit", killAtExit));
  const complaints: string[] = [];
  const isWorking = Promise.withResolvers<void>();
  const read = (line: string): void => {
    if (line.includes('"working"')) isWorking.resolve();
    // What is no JSON is what node itself complains about.
    if (complaint.test(line) || !line.startsWith("{")) complaints.push(line);
  };
  createInterface(child.stdout).on("line", read);
  createInterface(child.stderr).on("line", read);
  void exited.then(() => isWorking.reject(new Error(`No worker:\n${complaints.join("\n")}`)));
  await isWorking.promise;
  return {
    pid: child.pid ?? 0,
    complaints,
    kill: () => end(child, "SIGKILL", exited),
    stop: () => end(child, "SIGTERM", exited),
  };
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  exited: Promise<unknown>,
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exited;
}

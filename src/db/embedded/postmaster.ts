import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, stat, truncate } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../../start-error.ts";
import { readPostmasterPid } from "./postmaster-pid.ts";
import { PROGRAM_ENVIRONMENT, type Runner } from "./run-as.ts";

/** What one PostgreSQL server is started with. */
export type PostmasterOptions = {
  runner: Runner;
  pgData: string;
  /** File that PostgreSQL writes its log to; not a pipe, because it may outlive this process. */
  logFile: string;
  port: number;
  /** Settings that override postgresql.conf. */
  settings: Readonly<Record<string, string>>;
};

/** Why a server ended before it was ready, as far as starting again can help. */
export type FailedStart = {
  reason: "port-taken" | "already-running" | "memory-in-use" | "other";
  text: string;
};

const READY_POLL_MS = 15;
/** Recovery after a crash may take long; below this, slow is not failed. */
const READY_LIMIT_MS = 300_000;
const FAST_STOP_LIMIT_MS = 15_000;
const LOG_MAX_BYTES = 10 * 1024 * 1024;

/**
 * Starts the server and waits until it accepts connections (after crash recovery, if any).
 * It gets a session of its own, so that Ctrl-C in the terminal reaches only this process, which drains
 * first and stops the server last.
 */
export async function startPostmaster(
  options: PostmasterOptions,
): Promise<ChildProcess | FailedStart> {
  const logStart = await prepareLog(options.logFile);
  const child = await spawnPostgres(options);
  const deadline = performance.now() + READY_LIMIT_MS;
  while (!hasEnded(child)) {
    const lock = await readPostmasterPid(options.pgData);
    if (lock?.pid === child.pid && lock?.isReady) return child;
    if (performance.now() > deadline) {
      await stopPostmaster(child);
      return { reason: "other", text: `it was not ready after ${READY_LIMIT_MS / 1000} seconds` };
    }
    await sleep(READY_POLL_MS);
  }
  return explainFailure((await readFile(options.logFile, "utf8")).slice(logStart));
}

/**
 * Stops the server as `pg_ctl stop -m fast` does: ends the sessions, writes a checkpoint, exits.
 * After 15 seconds it is stopped at once, which costs a recovery at the next start but no data.
 */
export async function stopPostmaster(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGQUIT"), FAST_STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

/** Whether a child process has ended. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function spawnPostgres({
  runner,
  pgData,
  logFile,
  port,
  settings,
}: PostmasterOptions): Promise<ChildProcess> {
  const all = { ...OWN_SETTINGS, port: String(port), ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [file = "", ...args] = [
    ...runner.runAs.prefix,
    runner.binaries.postgres,
    "-D",
    pgData,
    ...flags,
  ];
  const log = await open(logFile, "a", 0o600);
  try {
    const child = spawn(file, args, {
      ...runner.runAs.ids,
      cwd: "/",
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: PROGRAM_ENVIRONMENT,
    });
    await new Promise((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.on("error", () => undefined);
    return child;
  } finally {
    await log.close();
  }
}

/** Loopback only, no socket file, UTC, and a log without statements or row values (they are personal data). */
const OWN_SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_min_messages: "warning",
  logging_collector: "off",
};

async function prepareLog(logFile: string): Promise<number> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= LOG_MAX_BYTES) return size;
  await truncate(logFile);
  return 0;
}

function explainFailure(text: string): FailedStart {
  if (text.includes("could not create any TCP/IP sockets")) return { reason: "port-taken", text };
  const isStopped = text.includes("received fast shutdown request"); // by another start
  if (isStopped || text.includes('lock file "postmaster.pid" already exists'))
    return { reason: "already-running", text };
  if (text.includes("is still in use")) return { reason: "memory-in-use", text };
  return { reason: "other", text: text.trim() === "" ? "it ended without a word" : text.trim() };
}

/** One message for a start that failed for good. */
export function startFailure(pgData: string, failed: FailedStart): StartError {
  return new StartError(
    `The embedded PostgreSQL with the data in ${pgData} does not start: ${failed.text.trim()} ` +
      "Correct that, choose another DATA_DIR, or set DATABASE_URL to a server you run.",
  );
}

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { choosePort } from "../src/choose-port.ts";

/** The service under test, started the way a user starts it, as a process of its own. */
export interface Service {
  readonly port: number;
  /** Resident memory in MB; undefined where the system does not tell. */
  readonly memoryMb: () => number | undefined;
  readonly stop: () => Promise<void>;
}

export interface ServiceOptions {
  readonly url: string;
  readonly adminUrl: string;
  /** Gets what the service writes to its log. */
  readonly logFile: string;
  /** Variables beside the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
}

const START_MS_MAX = 60_000;
const MAIN = join(import.meta.dirname, "..", "src", "main.ts");

/** Starts API and worker in one process with default settings on a database. Throws when it does not become ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const port = await choosePort("127.0.0.1", 0);
  const log = openSync(options.logFile, "a");
  const child = spawn(process.execPath, [MAIN], {
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env["PATH"],
      PORT: String(port),
      DATABASE_URL: options.url,
      DATABASE_ADMIN_URL: options.adminUrl,
      SECRET_KEYS: `bench:${randomBytes(32).toString("base64")}`,
      STOP_DELAY_SECONDS: "0",
      ...options.env,
    },
  });
  closeSync(log);
  try {
    await becomeReady(port, child);
  } catch (cause) {
    child.kill("SIGKILL");
    throw new Error(readFileSync(options.logFile, "utf8").slice(-2_000), { cause });
  }
  return { port, memoryMb: () => residentMb(child.pid), stop: () => end(child) };
}

async function becomeReady(port: number, child: ChildProcess): Promise<void> {
  const untilMs = performance.now() + START_MS_MAX;
  while (performance.now() < untilMs && child.exitCode === null) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(50);
  }
  throw new Error("The service did not become ready");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await exited;
}

function residentMb(pid: number | undefined): number | undefined {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1_024;
  } catch {
    return undefined;
  }
}

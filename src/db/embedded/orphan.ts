import { setTimeout as sleep } from "node:timers/promises";
import { StartError, systemErrorCode } from "../../start-error.ts";
import type { DatabaseAccess } from "./credentials.ts";
import { findPostmaster } from "./postmaster-pid.ts";
import { claimCluster } from "./queries.ts";

const POLL_MS = 25;
/** A killed process's session ends within milliseconds; a living one keeps its claim. */
const CLAIM_LIMIT_MS = 1_500;
const STOP_LIMIT_MS = 30_000;

/**
 * Stops a PostgreSQL that a killed process left running on this data folder, cleanly, so that the one
 * started next is our child with this release's programs and settings. Returns whether there was one.
 * Throws StartError when a living process owns it, or when it is not ours to stop.
 */
export async function stopOrphan(
  dataDir: string,
  pgData: string,
  access: DatabaseAccess,
): Promise<boolean> {
  const found = await findPostmaster(pgData);
  if (!found) return false;
  await claimOrThrow(dataDir, pgData, { access: { ...access, port: found.port }, pid: found.pid });
  askToStop(found.pid);
  const isGone = await waitUntilGone(pgData, found.pid, STOP_LIMIT_MS);
  if (!isGone) throw notAnswering(dataDir, found.pid);
  return true;
}

/** The message for a data folder that another living process uses. */
export function alreadyRunning(dataDir: string, owner: string): StartError {
  return new StartError(
    `Another Sportello (${owner}) already runs with the data in ${dataDir}. Stop it, or give this one ` +
      "its own folder and port: DATA_DIR=./.data-2 PORT=3001 npm start.",
  );
}

async function claimOrThrow(
  dataDir: string,
  pgData: string,
  { access, pid }: { access: DatabaseAccess; pid: number },
): Promise<void> {
  let deadline = performance.now() + CLAIM_LIMIT_MS;
  for (;;) {
    const attempt = await claimCluster(access).catch((error: unknown) => ({ error }));
    if ("client" in attempt && attempt.heldBy === undefined) return attempt.client.end();
    if ("error" in attempt) {
      if (!(await isStill(pgData, pid))) return;
      // 57P03: starting up, in recovery or shutting down; it will answer or be gone.
      if (systemErrorCode(attempt.error) === "57P03")
        deadline = Math.max(deadline, performance.now() + POLL_MS * 4);
      if (systemErrorCode(attempt.error) === "28P01") throw notAnswering(dataDir, pid);
    }
    if (performance.now() > deadline) {
      throw "heldBy" in attempt
        ? alreadyRunning(dataDir, `process ${attempt.heldBy ?? "unknown"}`)
        : notAnswering(dataDir, pid);
    }
    await sleep(POLL_MS);
  }
}

/** Asks for a fast shutdown: sessions are ended, a checkpoint is written. */
function askToStop(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if (systemErrorCode(error) !== "ESRCH") throw error; // it has ended meanwhile
  }
}

async function waitUntilGone(pgData: string, pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (await isStill(pgData, pid)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

async function isStill(pgData: string, pid: number): Promise<boolean> {
  return (await findPostmaster(pgData))?.pid === pid;
}

function notAnswering(dataDir: string, pid: number): StartError {
  return new StartError(
    `A PostgreSQL (process ${pid}) runs on the data in ${dataDir} but does not answer to this Sportello. ` +
      `Stop it with \`kill -INT ${pid}\` and start again, or choose another DATA_DIR.`,
  );
}

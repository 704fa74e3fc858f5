import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../../start-error.ts";

const POLL_MS = 25;
/** The longest start that is waited for: recovery after a crash may take minutes. */
const WAIT_LIMIT_MS = 300_000;
/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * Does one start of the server of a data folder at a time, whoever starts it. Between a server that is ready and the
 * session that claims it there is a moment in which another start would take it for left over and stop it; with two
 * of them at once both could lose. The lock is one on a file, by SQLite, and ends with its process however that ends.
 * Throws StartError after five minutes.
 */
export async function oneStartAtATime<T>(homeDir: string, start: () => Promise<T>): Promise<T> {
  const lock = await takeLock(join(homeDir, "start.lock"));
  try {
    return await start();
  } finally {
    lock.close();
  }
}

async function takeLock(file: string): Promise<DatabaseSync> {
  const deadline = performance.now() + WAIT_LIMIT_MS;
  for (;;) {
    const lock = new DatabaseSync(file, { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
      return lock;
    } catch (error) {
      lock.close();
      if (!isBusy(error)) throw error;
    }
    if (performance.now() > deadline) {
      throw new StartError(
        `Another start with the data in ${file.replace(/start\.lock$/, "")} has been under way for five minutes. ` +
          "End it, or choose another DATA_DIR.",
      );
    }
    await sleep(POLL_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}

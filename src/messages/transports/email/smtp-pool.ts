import { openLine, type SmtpLine } from "./smtp-line.ts";
import type { SmtpFault } from "./smtp-outcome.ts";
import type { SmtpSettings } from "./smtp-settings.ts";

/** Connections to one mail server. */
export interface SmtpPool {
  /**
   * Takes a connection: an idle one, a new one, or the next that is given back. `isFresh` asks for a new one. Resolves
   * with the fault where none comes before `signal` aborts.
   */
  readonly take: (request: {
    readonly signal: AbortSignal;
    readonly isFresh: boolean;
  }) => Promise<SmtpLine | SmtpFault>;
  /** Gives one back that was taken, whatever its state. */
  readonly giveBack: (line: SmtpLine) => void;
  /** Closes idle connections now and the others when they are given back. */
  readonly close: () => void;
}

/** Longest that a connection waits for another e-mail; below what servers allow (RFC 5321: 5 minutes). */
const idleMs = 60_000;

/** E-mails on one connection at most: some servers allow no more. */
const handedOverMax = 100;

/** Makes a pool that opens connections when they are needed. */
export function createSmtpPool(settings: SmtpSettings): SmtpPool {
  const pool: PoolState = { settings, idle: [], waiting: [], open: 0, isClosed: false };
  return {
    take: (request) => take(pool, request),
    giveBack: (line) => {
      void line.whenFree().then((isFree) => {
        if (pool.isClosed || !isFree || line.handedOver() >= handedOverMax) drop(pool, line);
        else keepIdle(pool, line);
      });
    },
    close: () => {
      pool.isClosed = true;
      while (pool.idle.length > 0) dropOldest(pool);
      for (const wake of pool.waiting.splice(0)) wake();
    },
  };
}

interface PoolState {
  readonly settings: SmtpSettings;
  /** The longest idle first. */
  readonly idle: { readonly line: SmtpLine; readonly timer: NodeJS.Timeout }[];
  /** Wakes whoever waits for a connection, in order. */
  readonly waiting: (() => void)[];
  /** Connections there are or are being opened. */
  open: number;
  isClosed: boolean;
}

async function take(
  pool: PoolState,
  { signal, isFresh }: { readonly signal: AbortSignal; readonly isFresh: boolean },
): Promise<SmtpLine | SmtpFault> {
  const { connections } = pool.settings;
  for (;;) {
    if (pool.isClosed) return closedFault;
    if (signal.aborted) {
      // Whoever was woken and has no time left wakes the next one.
      pool.waiting.shift()?.();
      return busyFault;
    }
    if (isFresh && pool.open >= connections) dropOldest(pool);
    const line = isFresh ? undefined : takeIdle(pool);
    if (line) return line;
    if (pool.open < connections) break;
    if (!(await waitForPlace(pool, signal))) return busyFault;
  }
  pool.open += 1;
  const line = await openLine(pool.settings, signal);
  if (!("handOver" in line)) leave(pool);
  return line;
}

function takeIdle(pool: PoolState): SmtpLine | undefined {
  for (let found = pool.idle.pop(); found; found = pool.idle.pop()) {
    clearTimeout(found.timer);
    if (found.line.isOpen()) return found.line;
    drop(pool, found.line);
  }
  return undefined;
}

function keepIdle(pool: PoolState, line: SmtpLine): void {
  const endIdle = (): void => {
    const index = pool.idle.indexOf(entry);
    if (index !== -1) drop(pool, ...pool.idle.splice(index, 1).map((one) => one.line));
  };
  const entry = { line, timer: setTimeout(endIdle, idleMs).unref() };
  pool.idle.push(entry);
  pool.waiting.shift()?.();
}

function dropOldest(pool: PoolState): void {
  const oldest = pool.idle.shift();
  if (!oldest) return;
  clearTimeout(oldest.timer);
  drop(pool, oldest.line);
}

function drop(pool: PoolState, ...lines: readonly SmtpLine[]): void {
  for (const line of lines) {
    line.quit();
    leave(pool);
  }
}

function leave(pool: PoolState): void {
  pool.open -= 1;
  pool.waiting.shift()?.();
}

/** False where the deadline came first. */
function waitForPlace({ waiting }: PoolState, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const onPlace = (): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    };
    const onAbort = (): void => {
      waiting.splice(waiting.indexOf(onPlace), 1);
      resolve(false);
    };
    waiting.push(onPlace);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

const busyFault: SmtpFault = {
  stage: "connection",
  reply: null,
  cause: "no_free_connection",
  mayHaveTaken: false,
};
const closedFault: SmtpFault = { ...busyFault, cause: "closing" };

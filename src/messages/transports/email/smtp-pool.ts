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
  const idle: { line: SmtpLine; timer: NodeJS.Timeout }[] = [];
  const waiting: (() => void)[] = [];
  let open = 0;
  let isClosed = false;

  const leave = (): void => {
    open -= 1;
    waiting.shift()?.();
  };
  const drop = (line: SmtpLine): void => {
    line.quit();
    leave();
  };
  const takeIdle = (): SmtpLine | undefined => {
    for (let found = idle.pop(); found; found = idle.pop()) {
      clearTimeout(found.timer);
      if (found.line.isOpen()) return found.line;
      drop(found.line);
    }
    return undefined;
  };
  const waitForPlace = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
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

  return {
    take: async ({ signal, isFresh }) => {
      for (;;) {
        if (isClosed) return closedFault;
        if (signal.aborted) {
          // Whoever was woken and has no time left wakes the next one.
          waiting.shift()?.();
          return busyFault;
        }
        if (isFresh && open >= settings.connections) dropOldest(idle, drop);
        const line = isFresh ? undefined : takeIdle();
        if (line) return line;
        if (open < settings.connections) break;
        if (!(await waitForPlace(signal))) return busyFault;
      }
      open += 1;
      const line = await openLine(settings, signal);
      if (!("handOver" in line)) leave();
      return line;
    },
    giveBack: (line) => {
      void line.whenFree().then((isFree) => {
        if (isClosed || !isFree || line.handedOver() >= handedOverMax) return drop(line);
        const entry = { line, timer: setTimeout(() => endIdle(idle, entry, drop), idleMs).unref() };
        idle.push(entry);
        waiting.shift()?.();
      });
    },
    close: () => {
      isClosed = true;
      while (idle.length > 0) dropOldest(idle, drop);
      for (const wake of waiting.splice(0)) wake();
    },
  };
}

interface IdleLine {
  readonly line: SmtpLine;
  readonly timer: NodeJS.Timeout;
}

function dropOldest(idle: IdleLine[], drop: (line: SmtpLine) => void): void {
  const oldest = idle.shift();
  if (!oldest) return;
  clearTimeout(oldest.timer);
  drop(oldest.line);
}

function endIdle(idle: IdleLine[], entry: IdleLine, drop: (line: SmtpLine) => void): void {
  const index = idle.indexOf(entry);
  if (index === -1) return;
  idle.splice(index, 1);
  drop(entry.line);
}

const busyFault: SmtpFault = {
  stage: "connection",
  reply: null,
  cause: "no_free_connection",
  mayHaveTaken: false,
};
const closedFault: SmtpFault = { ...busyFault, cause: "closing" };

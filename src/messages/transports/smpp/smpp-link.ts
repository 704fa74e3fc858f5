import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "../../../time/clock.ts";
import {
  type BindFault,
  openSmppSession,
  type SessionOptions,
  type SmppSession,
} from "./smpp-session.ts";

/** The one connection of this process to its SMSC, opened again whenever it is lost. */
export interface SmppLink {
  /** Resolves with the bound session, or with why there is none when `signal` aborts first. */
  readonly whenBound: (signal: AbortSignal) => Promise<SmppSession | BindFault>;
  /** Ends the connection and opens no other; resolves when it is gone. */
  readonly close: () => Promise<void>;
}

const firstWaitMs = 500;
const waitMsMax = 60_000;
/** A connection that held this long was good: the next one is tried at once. */
const goodMs = 60_000;

/** Begins to connect at once, because receipts come without being asked for. */
export function openSmppLink(
  options: SessionOptions & { readonly random?: () => number },
): SmppLink {
  const closing = new AbortController();
  const state: LinkState = { session: undefined, fault: notYet, listeners: new Set() };
  const running = keepBound(state, options, closing.signal);
  return {
    whenBound: (signal) => whenBound(state, signal),
    close: async () => {
      closing.abort();
      state.session?.unbind();
      await running;
    },
  };
}

interface LinkState {
  session: SmppSession | undefined;
  /** Why there is no session. */
  fault: BindFault;
  /** Told when there is one. */
  readonly listeners: Set<() => void>;
}

const notYet: BindFault = { reason: "not_connected", status: null };

async function keepBound(
  state: LinkState,
  options: SessionOptions & { readonly random?: () => number },
  closing: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!closing.aborted) {
    const session = await openSmppSession(options, closing);
    if ("reason" in session) {
      state.fault = session;
      failures += 1;
    } else if (closing.aborted) {
      session.unbind();
    } else {
      failures = (await holdUntilEnd(state, session)) ? 0 : failures + 1;
    }
    if (!closing.aborted && failures > 0)
      await waitBefore(failures, options.random ?? Math.random, closing);
  }
}

/** Whether it held for long enough to be called good. */
async function holdUntilEnd(state: LinkState, session: SmppSession): Promise<boolean> {
  const startedMs = monotonicMs();
  state.session = session;
  for (const tell of state.listeners) tell();
  await session.ended;
  state.session = undefined;
  state.fault = { reason: "cut", status: null };
  return monotonicMs() - startedMs >= goodMs;
}

/** Twice as long after each failure, up to a minute, and not for all processes at the same moment. */
async function waitBefore(
  failures: number,
  random: () => number,
  closing: AbortSignal,
): Promise<void> {
  const waitMs = Math.min(firstWaitMs * 2 ** (failures - 1), waitMsMax) * (0.75 + random() / 2);
  await delay(waitMs, undefined, { signal: closing }).catch(() => undefined);
}

function whenBound(state: LinkState, signal: AbortSignal): Promise<SmppSession | BindFault> {
  if (state.session) return Promise.resolve(state.session);
  if (signal.aborted) return Promise.resolve(state.fault);
  return new Promise((resolve) => {
    const end = (): void => {
      state.listeners.delete(end);
      signal.removeEventListener("abort", end);
      resolve(state.session ?? state.fault);
    };
    state.listeners.add(end);
    signal.addEventListener("abort", end, { once: true });
  });
}

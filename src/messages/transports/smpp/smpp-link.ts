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
/** An SMSC that is back is found within this time, a quarter more at most. */
const waitMsMax = 30_000;
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
      failures = failuresAfter(failures, session, await holdUntilEnd(state, session));
    }
    if (!closing.aborted && failures > 0)
      await delay(waitMsAfter(failures, (options.random ?? Math.random)()), undefined, {
        signal: closing,
      }).catch(() => undefined);
  }
}

/**
 * An SMSC that takes messages and cuts again and again is gone back to after the first wait, however often it cuts: what
 * it takes meanwhile counts for more. Who cuts without having taken anything is asked less and less.
 */
function failuresAfter(failures: number, session: SmppSession, heldMs: number): number {
  if (heldMs >= goodMs) return 0;
  return session.isUseful() ? 1 : failures + 1;
}

/** Returns for how long it held. */
async function holdUntilEnd(state: LinkState, session: SmppSession): Promise<number> {
  const startedMs = monotonicMs();
  state.session = session;
  for (const tell of state.listeners) tell();
  await session.ended;
  state.session = undefined;
  state.fault = { reason: "cut", status: null };
  return monotonicMs() - startedMs;
}

/** Milliseconds to wait after so many failures in a row: twice as long each, up to a bound, and not for all processes the same. */
export function waitMsAfter(failures: number, random: number): number {
  return Math.min(firstWaitMs * 2 ** (failures - 1), waitMsMax) * (0.75 + random / 2);
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

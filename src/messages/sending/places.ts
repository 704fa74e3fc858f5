import type { Lane } from "../message-state.ts";

/** A place that is held; it is given back once, whatever is called how often. */
export type GiveBack = () => void;

/** Places at a provider that one process has. */
export interface Places {
  /**
   * Waits for some places and returns what gives each back. Notices go before reminders, and a share is only theirs, so
   * that they never wait until a slow provider has answered reminders. `count` is at most what reminders may have.
   * Rejects when `signal` aborts.
   */
  readonly take: (lane: Lane, count: number, signal: AbortSignal) => Promise<readonly GiveBack[]>;
  /** The same for one place and `waitMs` at most; undefined when none came free. */
  readonly takeWithin: (lane: Lane, waitMs: number) => Promise<GiveBack | undefined>;
}

interface Waiting {
  readonly count: number;
  readonly enter: (places: readonly GiveBack[]) => void;
}

/** Share of the places that reminders leave to notices; at least one. */
const reservedShare = 0.25;

/** Makes the places of a process at one provider; `total` is at least two. */
export function createPlaces(total: number): Places {
  const reserved = Math.max(1, Math.floor(total * reservedShare));
  const waiting: Record<Lane, Set<Waiting>> = { notices: new Set(), reminders: new Set() };
  let free = total;
  const admit = (): void => {
    for (const lane of ["notices", "reminders"] as const) {
      for (const one of waiting[lane]) {
        if (free - one.count < (lane === "notices" ? 0 : reserved)) break;
        waiting[lane].delete(one);
        free -= one.count;
        one.enter(Array.from({ length: one.count }, giveBackOnce));
      }
    }
  };
  const giveBackOnce = (): GiveBack => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      free += 1;
      admit();
    };
  };
  return {
    take: (lane, count, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(reasonOf(signal));
        const leave = (): void => {
          waiting[lane].delete(one);
          reject(reasonOf(signal));
        };
        const one: Waiting = {
          count: Math.min(count, total - reserved),
          enter: (places) => {
            signal.removeEventListener("abort", leave);
            resolve(places);
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting[lane].add(one);
        admit();
      }),
    takeWithin: (lane, waitMs) =>
      new Promise((resolve) => {
        // A signal with a time limit costs as much as the message: each one makes an exception when it ends.
        const timer = setTimeout(() => {
          waiting[lane].delete(one);
          resolve(undefined);
        }, waitMs);
        const one: Waiting = {
          count: 1,
          enter: ([place]) => {
            clearTimeout(timer);
            resolve(place);
          },
        };
        waiting[lane].add(one);
        admit();
      }),
  };
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("Aborted");
}

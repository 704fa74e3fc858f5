import type { Lane } from "../message-state.ts";

/** Places at a provider that one process has. */
export interface Places {
  /**
   * Waits for a place and returns what gives it back, once. Notices go before reminders, and some places are only
   * theirs, so that they never wait until a slow provider has answered reminders. Rejects when `signal` aborts.
   */
  readonly take: (lane: Lane, signal: AbortSignal) => Promise<() => void>;
}

interface Waiting {
  readonly enter: () => void;
}

/** Share of the places that reminders leave to notices; at least one. */
const reservedShare = 0.25;

/** Makes the places of a process at one provider; `count` is at least two. */
export function createPlaces(count: number): Places {
  const reserved = Math.max(1, Math.floor(count * reservedShare));
  const waiting: Record<Lane, Set<Waiting>> = { notices: new Set(), reminders: new Set() };
  let free = count;
  const admit = (): void => {
    for (const lane of ["notices", "reminders"] as const) {
      for (const one of waiting[lane]) {
        if (free <= (lane === "notices" ? 0 : reserved)) break;
        waiting[lane].delete(one);
        free -= 1;
        one.enter();
      }
    }
  };
  const giveBackOnce = (): (() => void) => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      free += 1;
      admit();
    };
  };
  return {
    take: (lane, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(reasonOf(signal));
        const leave = (): void => {
          waiting[lane].delete(one);
          reject(reasonOf(signal));
        };
        const one: Waiting = {
          enter: () => {
            signal.removeEventListener("abort", leave);
            resolve(giveBackOnce());
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting[lane].add(one);
        admit();
      }),
  };
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("Aborted");
}

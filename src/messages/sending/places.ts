import type { Lane } from "../message-state.ts";

/** A place that is held; it is given back once, whatever is called how often. */
export type GiveBack = () => void;

/** Places at a provider that one process has. */
export interface Places {
  /**
   * Waits for some places and returns what gives each back. Notices go before reminders, and a share is only theirs, so
   * that they never wait until a slow provider has answered reminders. There may be fewer than `count`, at least one.
   * Rejects when `signal` aborts.
   */
  readonly take: (lane: Lane, count: number, signal: AbortSignal) => Promise<readonly GiveBack[]>;
  /** The same for one place and `waitMs` at most; undefined when none came free. */
  readonly takeWithin: (lane: Lane, waitMs: number) => Promise<GiveBack | undefined>;
  /** From now on there are so many, at least two; those that are held beyond that are not given out again. */
  readonly resize: (total: number) => void;
}

interface Waiting {
  readonly count: number;
  readonly enter: (places: readonly GiveBack[]) => void;
}

/** Those who wait for places, and how they come in and go. */
interface Queue {
  /** Lets somebody in as soon as there are places; returns how to stop waiting. */
  readonly join: (lane: Lane, one: Waiting) => () => void;
  /** How many places somebody may ask for at once. */
  readonly countMax: () => number;
  readonly resize: (total: number) => void;
}

/** Share of the places that reminders leave to notices; at least one. */
const reservedShare = 0.15;

/** Makes the places of a process at one provider; `total` is at least two. */
export function createPlaces(total: number): Places {
  const queue = createQueue(total);
  return {
    take: (lane, count, signal) => joinUntil(queue, { lane, count }, signal),
    takeWithin: (lane, waitMs) => joinWithin(queue, lane, waitMs),
    resize: queue.resize,
  };
}

function createQueue(first: number): Queue {
  const waiting: Record<Lane, Set<Waiting>> = { notices: new Set(), reminders: new Set() };
  let total = first;
  let held = 0;
  const openTo = (lane: Lane): number => (lane === "notices" ? total : total - reservedOf(total));
  const admit = (): void => {
    for (const lane of ["notices", "reminders"] as const) {
      for (const one of waiting[lane]) {
        // Who wished for more than there is by now comes in with what there is.
        const count = Math.min(one.count, openTo(lane));
        if (held + count > openTo(lane)) break;
        waiting[lane].delete(one);
        held += count;
        one.enter(Array.from({ length: count }, giveBackOnce));
      }
    }
  };
  const giveBackOnce = (): GiveBack => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      held -= 1;
      admit();
    };
  };
  return {
    countMax: () => total - reservedOf(total),
    resize: (next) => {
      total = next;
      admit();
    },
    join: (lane, one) => {
      waiting[lane].add(one);
      admit();
      return () => {
        waiting[lane].delete(one);
        // Who waited behind it may need less.
        admit();
      };
    },
  };
}

function reservedOf(total: number): number {
  return Math.max(1, Math.floor(total * reservedShare));
}

function joinUntil(
  { join, countMax }: Queue,
  { lane, count }: { readonly lane: Lane; readonly count: number },
  signal: AbortSignal,
): Promise<readonly GiveBack[]> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    let leave = (): void => undefined;
    const onAbort = (): void => {
      leave();
      reject(reasonOf(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    leave = join(lane, {
      count: Math.min(count, countMax()),
      enter: (places) => {
        signal.removeEventListener("abort", onAbort);
        resolve(places);
      },
    });
  });
}

function joinWithin({ join }: Queue, lane: Lane, waitMs: number): Promise<GiveBack | undefined> {
  return new Promise((resolve) => {
    let leave = (): void => undefined;
    // A signal with a time limit costs as much as the message: each one makes an exception when it ends.
    const timer = setTimeout(() => {
      leave();
      resolve(undefined);
    }, waitMs);
    leave = join(lane, {
      count: 1,
      enter: ([place]) => {
        clearTimeout(timer);
        resolve(place);
      },
    });
  });
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("Aborted");
}

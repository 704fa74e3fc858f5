import { DatabaseError } from "pg";
import { DomainError, tryAgainLater } from "../errors.ts";
import { isUnavailability } from "./faults.ts";

/** How one item of a batch ended. `again` sends it to the next batch, before those that wait. */
export type BatchOutcome<Result> =
  | { readonly kind: "done"; readonly value: Result }
  | { readonly kind: "refused"; readonly error: Error }
  | { readonly kind: "again" };

export interface GathererOptions<Item, Result> {
  /** Does one batch of one group, in the order of arrival, in one transaction; one outcome per item. */
  readonly run: (group: string, items: readonly Item[]) => Promise<readonly BatchOutcome<Result>[]>;
  /** Items of a batch at most. */
  readonly itemsMax: number;
  /** Items that may wait per group; more are told to come back (`try-again-later`). */
  readonly waitingMax: number;
}

/** Gathers what arrives while a batch of the same group is under way into the next one. */
export interface Gatherer<Item, Result> {
  /** Resolves with the item's own result; one item's refusal or fault never reaches another's caller. */
  submit(group: string, item: Item): Promise<Result>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a gatherer. A batch never waits: when nothing of its group is under way, an item goes at once and alone, so
 * that latency at low load is that of one transaction. Items keep the order of their arrival.
 */
export function createGatherer<Item, Result>(
  options: GathererOptions<Item, Result>,
): Gatherer<Item, Result> {
  const waiting = new Map<string, Waiting<Item, Result>[]>();
  const drain = async (group: string, queue: Waiting<Item, Result>[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, options.itemsMax);
      queue.unshift(...(await settle(options, group, batch)));
    }
    waiting.delete(group);
  };
  return {
    submit: (group, item) =>
      new Promise((resolve, reject) => {
        const queue = waiting.get(group);
        if (queue && queue.length >= options.waitingMax) {
          reject(new DomainError(tryAgainLater, "Too many bookings are waiting."));
          return;
        }
        const entry = { item, resolve, reject };
        if (queue) {
          queue.push(entry);
          return;
        }
        const fresh = [entry];
        waiting.set(group, fresh);
        void drain(group, fresh);
      }),
  };
}

/**
 * Does a batch and answers its callers; returns those that go again. When PostgreSQL refuses a whole batch for a fault
 * of one item, its halves are done apart, down to one. A lost or busy database is everybody's answer: nothing is rerun.
 */
async function settle<Item, Result>(
  options: GathererOptions<Item, Result>,
  group: string,
  batch: readonly Waiting<Item, Result>[],
): Promise<Waiting<Item, Result>[]> {
  try {
    const outcomes = await options.run(
      group,
      batch.map((entry) => entry.item),
    );
    return batch.filter((entry, index) => !answer(entry, outcomes[index]));
  } catch (error) {
    const isDivisible =
      batch.length > 1 && error instanceof DatabaseError && !isUnavailability(error);
    if (!isDivisible) {
      for (const entry of batch) entry.reject(error);
      return [];
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await settle(options, group, batch.slice(0, middle));
    return [...first, ...(await settle(options, group, batch.slice(middle)))];
  }
}

function answer<Item, Result>(
  entry: Waiting<Item, Result>,
  outcome: BatchOutcome<Result> | undefined,
): boolean {
  if (outcome?.kind === "again") return false;
  if (outcome?.kind === "done") entry.resolve(outcome.value);
  else entry.reject(outcome?.error ?? new Error("A batch forgot one of its items"));
  return true;
}

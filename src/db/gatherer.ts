import { DatabaseError } from "pg";
import { DomainError, tryAgainLater } from "../errors.ts";
import { isUnavailability } from "./faults.ts";

/** How one item of a batch ended. `again` sends it to the next batch, before those that wait. */
export type BatchOutcome<Result> =
  | { readonly kind: "done"; readonly value: Result }
  | { readonly kind: "refused"; readonly error: Error }
  | { readonly kind: "again" };

export interface GathererOptions<Item, Result> {
  /**
   * Does one batch of one group, in the order of arrival, in one transaction; one outcome per item. Once it holds all
   * its locks it may call `onLocked`: the next batch then begins beside it, and still comes after it wherever they meet.
   */
  readonly run: (
    group: string,
    items: readonly Item[],
    onLocked: () => void,
  ) => Promise<readonly BatchOutcome<Result>[]>;
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

/** What waits of one group, and the batches of it that are under way, two at most. */
interface Line<Item, Result> {
  readonly waiting: Waiting<Item, Result>[];
  underWay: number;
  /** Whether the batch that departed last holds its locks or has ended. */
  isClear: boolean;
}

const underWayMax = 2;

/**
 * Makes a gatherer. A batch never waits: when nothing of its group is under way, an item goes at once and alone, so
 * that latency at low load is that of one transaction. Items keep the order of their arrival.
 */
export function createGatherer<Item, Result>(
  options: GathererOptions<Item, Result>,
): Gatherer<Item, Result> {
  const lines = new Map<string, Line<Item, Result>>();
  const depart = (group: string, line: Line<Item, Result>): void => {
    if (line.waiting.length === 0 || !line.isClear || line.underWay >= underWayMax) return;
    line.isClear = false;
    line.underWay += 1;
    void travel(group, line, line.waiting.splice(0, options.itemsMax));
  };
  const travel = async (
    group: string,
    line: Line<Item, Result>,
    batch: readonly Waiting<Item, Result>[],
  ): Promise<void> => {
    let isLocked = false;
    const onLocked = (): void => {
      if (isLocked) return;
      isLocked = true;
      line.isClear = true;
      depart(group, line);
    };
    line.waiting.unshift(...(await settle(options, { group, batch, onLocked })));
    line.underWay -= 1;
    onLocked();
    depart(group, line);
    if (line.underWay === 0) lines.delete(group);
  };
  return {
    submit: (group, item) =>
      new Promise((resolve, reject) => {
        const line = lines.get(group) ?? { waiting: [], underWay: 0, isClear: true };
        if (line.waiting.length >= options.waitingMax) {
          reject(new DomainError(tryAgainLater, "Too many bookings are waiting."));
          return;
        }
        lines.set(group, line);
        line.waiting.push({ item, resolve, reject });
        depart(group, line);
      }),
  };
}

/**
 * Does a batch and answers its callers; returns those that go again. When PostgreSQL refuses a whole batch for a fault
 * of one item, its halves are done apart, down to one. A lost or busy database is everybody's answer: nothing is rerun.
 */
async function settle<Item, Result>(
  options: GathererOptions<Item, Result>,
  journey: Journey<Item, Result>,
): Promise<Waiting<Item, Result>[]> {
  const { group, batch, onLocked } = journey;
  try {
    const items = batch.map((entry) => entry.item);
    const outcomes = await options.run(group, items, onLocked);
    return batch.filter((entry, index) => !answer(entry, outcomes[index]));
  } catch (error) {
    const isDivisible =
      batch.length > 1 && error instanceof DatabaseError && !isUnavailability(error);
    if (!isDivisible) {
      for (const entry of batch) entry.reject(error);
      return [];
    }
    const middle = Math.ceil(batch.length / 2);
    const first = await settle(options, { ...journey, batch: batch.slice(0, middle) });
    return [...first, ...(await settle(options, { ...journey, batch: batch.slice(middle) }))];
  }
}

interface Journey<Item, Result> {
  readonly group: string;
  readonly batch: readonly Waiting<Item, Result>[];
  readonly onLocked: () => void;
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

import type { Operation } from "./history.ts";

/** The operations that a search has not placed yet. */
export interface Pending {
  take(operation: Operation): void;
  putBack(operation: Operation): void;
  /** Whether all but doubtful operations are placed. */
  isDone(): boolean;
  /** How many are placed. */
  count(): number;
  /** Whether a doubtful operation could no longer come once this one is placed. */
  shutsOut(operation: Operation): boolean;
  /** What may come next: nothing that must come before it is left. Soonest ended first, doubtful ones last. */
  candidates(): readonly Operation[];
  /** The same text for the same set of operations, as far as it says what may come. */
  text(): string;
}

/** Starts with all operations of a history that are given, in any order. */
export function createPending(operations: readonly Operation[]): Pending {
  const ascending = operations.toSorted((a, b) => a.start - b.start);
  const certain = ascending.filter((one) => one.isDoubtful !== true);
  const doubtful = ascending.filter((one) => one.isDoubtful === true);
  const positions = new Map(certain.map((one, index) => [one, index]));
  const taken = new Set<Operation>();
  const takenNames = new Set<string>();
  let certainTaken = 0;
  // All certain operations before this position are taken.
  let low = 0;
  const isOpen = ({ after }: Operation): boolean => after === undefined || takenNames.has(after);
  const takenBeyondLow = (): number[] => {
    const beyond: number[] = [];
    for (let index = low; beyond.length < certainTaken - low; index += 1) {
      const one = certain[index];
      if (one && taken.has(one)) beyond.push(index);
    }
    return beyond;
  };
  // What is doubtful must not come after anything that started after its end.
  const latestStart = (): number =>
    Math.max(
      certain[takenBeyondLow().at(-1) ?? low - 1]?.start ?? Number.NEGATIVE_INFINITY,
      ...doubtful.filter((one) => taken.has(one)).map((one) => one.start),
    );
  return {
    take(operation) {
      taken.add(operation);
      takenNames.add(operation.name);
      if (operation.isDoubtful !== true) certainTaken += 1;
      for (let one = certain[low]; one && taken.has(one); one = certain[low]) low += 1;
    },
    putBack(operation) {
      taken.delete(operation);
      takenNames.delete(operation.name);
      if (operation.isDoubtful !== true) certainTaken -= 1;
      low = Math.min(low, positions.get(operation) ?? low);
    },
    isDone: () => certainTaken === certain.length,
    count: () => taken.size,
    shutsOut: ({ start }) => doubtful.some((one) => one.end < start && !taken.has(one)),
    candidates() {
      const { found, endMin } = frontOf(certain, { from: low, taken });
      const untaken = doubtful.filter((one) => one.start <= endMin && !taken.has(one));
      const latest = untaken.length > 0 ? latestStart() : 0;
      const possible = untaken.filter((one) => one.end >= latest);
      return [...found.toSorted((a, b) => a.end - b.end), ...possible].filter(isOpen);
    },
    text() {
      const beyond = takenBeyondLow().map((index) => index - low);
      // Whether one that cannot come any more did come is told by the state.
      const latest = doubtful.length > 0 ? latestStart() : 0;
      const doubts = doubtful.flatMap((one, index) =>
        taken.has(one) && one.end >= latest ? [index] : [],
      );
      return `${low}:${beyond.join()}/${doubts.join()}`;
    },
  };
}

/** Those not taken that started before any other of them ended, and when the first of them ended. */
function frontOf(
  ascending: readonly Operation[],
  { from, taken }: { from: number; taken: ReadonlySet<Operation> },
): { found: Operation[]; endMin: number } {
  const found: Operation[] = [];
  let endMin = Number.POSITIVE_INFINITY;
  for (let index = from; index < ascending.length; index += 1) {
    const one = ascending[index];
    if (!one || one.start > endMin) break;
    if (taken.has(one)) continue;
    found.push(one);
    endMin = Math.min(endMin, one.end);
  }
  return { found, endMin };
}

/** Runs `work` for 0 to count − 1, at most `atOnce` at a time, and returns the results in order. */
export async function many<T>(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results = new Map<number, T>();
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results.set(index, await work(index));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, runner));
  return [...results.entries()].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

/** How often each value occurs. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const groups = Map.groupBy(values, String);
  return Object.fromEntries([...groups].map(([value, same]) => [value, same.length]));
}

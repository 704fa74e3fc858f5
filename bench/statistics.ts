/** Smallest, middle and greatest of some figures; throws when there is none. */
export function spread(figures: readonly number[]): { min: number; median: number; max: number } {
  const sorted = figures.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new Error("There is nothing to sum up");
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? min;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? max;
  return { min, median: (low + high) / 2, max };
}

/** The value that `share` (0 to 1) of the figures do not exceed; 0 when there is none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** `a / b`, pair by pair. */
export function ratiosOf(pairs: readonly { readonly of: number; readonly to: number }[]): number[] {
  return pairs.map((pair) => pair.of / pair.to);
}

/** A rate for people: three digits are enough. */
export function perSecond(rate: number): string {
  return `${rate >= 100 ? Math.round(rate).toLocaleString("en-US") : rate.toPrecision(3)}/s`;
}

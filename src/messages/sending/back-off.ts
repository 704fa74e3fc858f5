/** Waits before the next attempt, in seconds; the last one goes on. */
interface Ladder {
  readonly later: readonly number[];
  readonly unknown: readonly number[];
}

/**
 * A greylisting server lets a mail in after some minutes, so the first steps are a minute long. After an attempt of
 * unknown outcome the first steps are short: what was cut may have been lost, and somebody waits for it. Of ten thousand
 * e-mails to a server that cuts or ignores three in ten, two fail seven times: those must not wait for half an hour.
 */
const ladder: Ladder = {
  later: [60, 60, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600],
  unknown: [20, 30, 30, 40, 40, 60, 60, 90, 120, 300, 600, 900, 1_800, 3_600],
};

const jitter = 0.15;

/** How a provider asked for patience. */
export interface Patience {
  readonly kind: keyof Ladder;
  /** Counts from 1. */
  readonly attempt: number;
  /** What the provider said, in seconds; never less. */
  readonly afterSeconds: number | null;
  /** 0 to 1. */
  readonly random: number;
}

/** Longest wait that a provider may ask for, in seconds: what says more is not believed. */
export const afterSecondsMax = 6 * 3_600;

/** Returns how many milliseconds to wait before the next attempt. */
export function backOffMs({ kind, attempt, afterSeconds, random }: Patience): number {
  const steps = ladder[kind];
  const step = steps[Math.min(Math.max(attempt, 1), steps.length) - 1] ?? 0;
  const spread = step * (1 + jitter * random);
  const asked = Math.min(afterSeconds ?? 0, afterSecondsMax);
  // Everybody who was told the same time must not come back in the same moment.
  return Math.ceil(Math.max(spread, asked === 0 ? 0 : asked * (1 + 0.05 * random) + 1) * 1_000);
}

/** A provider out of order is left alone for this long after so many faults in a row without a message taken. */
const faultsMax = 5;
const firstBlockSeconds = 5;
const blockSecondsMax = 300;

/** How long a provider is left alone after `faults` in a row, in seconds; 0 while it may be chance. */
export function blockSeconds(faults: number): number {
  if (faults < faultsMax) return 0;
  return Math.min(firstBlockSeconds * 2 ** Math.floor(faults / faultsMax - 1), blockSecondsMax);
}

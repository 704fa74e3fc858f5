/**
 * Settles as `work` does, or rejects with `onLimit()` after `limitMs`. The work itself goes on: callers must stand its
 * late effect. Repeating is as safe as the work is.
 */
export async function withTimeLimit<T>(
  work: Promise<T>,
  limitMs: number,
  onLimit: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onLimit()), limitMs);
  });
  // A loser of the race must not become an unhandled rejection.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** True when `work` settles well within `limitMs`; it goes on otherwise. */
export async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  try {
    await withTimeLimit(work, limitMs, () => new Error("late"));
    return true;
  } catch {
    return false;
  }
}

/** Waits `ms`, or less when `signal` aborts; never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}

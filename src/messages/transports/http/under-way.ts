/** Work that a close waits for. */
export interface UnderWay {
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when everything that was begun has ended. */
  readonly ended: () => Promise<void>;
}

/** Keeps count of work under way. */
export function createUnderWay(): UnderWay {
  const all = new Set<Promise<unknown>>();
  return {
    run: async (work) => {
      const promise = work();
      all.add(promise);
      try {
        return await promise;
      } finally {
        all.delete(promise);
      }
    },
    ended: async () => {
      await Promise.allSettled(all);
    },
  };
}

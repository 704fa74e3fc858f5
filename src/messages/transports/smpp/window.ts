/** A number of places that messages under way take up. */
export interface Window {
  /** Resolves with what gives the place back, or undefined where none came free before `signal` aborted. */
  readonly enter: (signal: AbortSignal) => Promise<(() => void) | undefined>;
}

/** Makes a window of so many places; whoever comes first enters first. */
export function createWindow(places: number): Window {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const leaveOnce = (): (() => void) => {
    let hasLeft = false;
    return () => {
      if (!hasLeft) leave();
      hasLeft = true;
    };
  };
  return {
    enter: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined);
        if (free > 0) {
          free -= 1;
          return resolve(leaveOnce());
        }
        const onPlace = (): void => {
          signal.removeEventListener("abort", onAbort);
          resolve(leaveOnce());
        };
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(onPlace), 1);
          resolve(undefined);
        };
        waiting.push(onPlace);
        signal.addEventListener("abort", onAbort, { once: true });
      }),
  };
}

import { setImmediate } from "node:timers/promises";
import { monotonicMs } from "../../time/clock.ts";

/** How long (ms) one search may keep all others waiting. */
const breathlessMsMax = 8;

/** Makes what a long computation awaits between its steps: it lets others have their turn when it has taken too long. */
export function takeBreaths(): () => Promise<void> | undefined {
  let sinceMs = monotonicMs();
  return () => {
    if (monotonicMs() - sinceMs < breathlessMsMax) return undefined;
    return setImmediate().then(() => {
      sinceMs = monotonicMs();
    });
  };
}

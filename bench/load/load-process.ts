import { fork } from "node:child_process";
import { join } from "node:path";
import type { LoadAnswer, LoadPlan, LoadReport } from "./plan.ts";

/** A load generator in a process of its own. One plan at a time. */
export interface LoadProcess {
  readonly run: (plan: LoadPlan) => Promise<LoadReport>;
  readonly stop: () => void;
}

/** Forks a generator; it stays warm from one plan to the next. A plan of which nothing was granted is an error. */
export function startLoadProcess(): LoadProcess {
  const child = fork(join(import.meta.dirname, "generator.ts"));
  return {
    run: (plan) =>
      new Promise((resolve, reject) => {
        const lose = (code: number | null): void => {
          reject(new Error(`The load generator ended with code ${code}`));
        };
        child.once("exit", lose);
        child.once("message", (message) => {
          child.off("exit", lose);
          const { report, lastRefusal } = asAnswer(message);
          if (report.granted > 0) resolve(report);
          else reject(new Error(`Nothing was granted; the last refusal was ${lastRefusal}`));
        });
        child.send(plan);
      }),
    stop: () => child.disconnect(),
  };
}

/** Only generator.ts runs in the child, and it sends answers. */
function asAnswer(message: unknown): LoadAnswer {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- both ends are this folder's
  return message as LoadAnswer;
}

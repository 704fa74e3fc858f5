import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "./start-error.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";
import { monotonicMs } from "./time/clock.ts";

/** How a process is being stopped; `hurried` after a fault: nobody waits, connections are cut. */
export type StopManner = {
  /** Whether somebody sits at the terminal and waits (Ctrl-C), so that waiting for load balancers is pointless. */
  readonly isInteractive: boolean;
  readonly isHurried: boolean;
};

/** What the parts of a process need to know of its life. */
export type ProcessLife = {
  /** Logs from now on as configured; until then faults are logged at the default level. */
  useLog: (log: ProcessLog) => void;
  /** Registers what undoes a step of the start; run in reverse order at the stop, also when the start fails. */
  onStop: (stop: (manner: StopManner) => Promise<void>) => void;
  /** Stops the process because a part of it failed for good; it exits with code 1. */
  fail: (error: unknown) => void;
  /** Ends the start when a stop was asked for meanwhile; call between its steps. */
  throwIfStopping: () => void;
};

type ProcessLog = Pick<Logger, "info" | "fatal">;

/** Whole time for a stop; orchestrators kill after 30 s. */
const STOP_LIMIT_MS = 29_000;
/** npm passes Ctrl-C on to us although the terminal already did, so one key press arrives twice. */
const SAME_KEY_PRESS_MS = 1_000;

/**
 * Runs a process from start to stop: `start` starts its parts and registers how to stop them.
 * SIGTERM, SIGINT and SIGHUP stop it with code 0, a second signal ends it at once; a StartError is printed as
 * one message, any other fault is logged, and both exit with code 1 after the registered stops.
 */
export async function runProcess(start: (life: ProcessLife) => Promise<void>): Promise<void> {
  const ending = new ProcessEnding();
  try {
    await start(ending.life);
    ending.startIsOver();
  } catch (error) {
    ending.startIsOver();
    ending.failStart(error);
  }
}

class StopRequested extends Error {}

class ProcessEnding {
  #log: ProcessLog = createLogger({ level: "info" });
  readonly #stops: ((manner: StopManner) => Promise<void>)[] = [];
  readonly #started = Promise.withResolvers<void>();
  #askedAtMs: number | undefined;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => this.#handleSignal(signal));
    }
    process.on("uncaughtException", (error) => this.#fail(error));
    process.on("unhandledRejection", (error) => this.#fail(error));
  }

  readonly life: ProcessLife = {
    useLog: (log) => {
      this.#log = log;
    },
    onStop: (stop) => this.#stops.push(stop),
    fail: (error) => this.#fail(error),
    throwIfStopping: () => {
      if (this.#askedAtMs !== undefined) throw new StopRequested();
    },
  };

  startIsOver(): void {
    this.#started.resolve();
  }

  failStart(error: unknown): void {
    if (error instanceof StopRequested) return; // the stop under way does the rest
    if (!(error instanceof StartError)) return this.#fail(error);
    process.stderr.write(`\nSportello cannot start. ${error.message}\n`);
    void this.#end(1, { isInteractive: true, isHurried: true });
  }

  #handleSignal(signal: NodeJS.Signals): void {
    const nowMs = monotonicMs();
    if (this.#askedAtMs !== undefined) {
      if (nowMs - this.#askedAtMs > SAME_KEY_PRESS_MS) process.exit(1);
      return;
    }
    this.#askedAtMs = nowMs;
    this.#log.info({ signal }, "stopping");
    void this.#end(0, { isInteractive: signal !== "SIGTERM", isHurried: false });
  }

  #fail(error: unknown): void {
    this.#log.fatal({ err: error }, "stopping because of a fault");
    if (this.#askedAtMs !== undefined) return;
    this.#askedAtMs = monotonicMs();
    void this.#end(1, { isInteractive: true, isHurried: true });
  }

  async #end(exitCode: number, manner: StopManner): Promise<void> {
    const limit = sleep(STOP_LIMIT_MS, "late" as const);
    const outcome = await Promise.race([this.#stopAll(manner), limit]);
    if (outcome === "late") this.#log.fatal({}, "could not stop in time");
    process.exit(outcome === "stopped" ? exitCode : 1);
  }

  async #stopAll(manner: StopManner): Promise<"stopped" | "failed"> {
    await this.#started.promise;
    let outcome: "stopped" | "failed" = "stopped";
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop(manner);
      } catch (error) {
        // The others must still be stopped: the database above all.
        this.#log.fatal({ err: error }, "a part of the process failed to stop");
        outcome = "failed";
      }
    }
    return outcome;
  }
}

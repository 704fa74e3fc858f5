import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { DatabaseLog } from "../database-log.ts";
import { errorMessage } from "../../start-error.ts";
import { type DatabaseAccess, findFreePort, saveAccess } from "./credentials.ts";
import { alreadyRunning } from "./orphan.ts";
import {
  type FailedStart,
  type PostmasterOptions,
  hasEnded,
  startFailure,
  startPostmaster,
  stopPostmaster,
} from "./postmaster.ts";
import { findPostmaster } from "./postmaster-pid.ts";
import { claimCluster } from "./queries.ts";
import { oneStartAtATime } from "./start-lock.ts";

/** What is needed to start the server of one data folder, again if it dies. */
export type SupervisedCluster = {
  dataDir: string;
  /** Folder of the data and of the lock that starts take. */
  homeDir: string;
  /** Its port may be changed to a free one at the first start, never later: addresses carry it. */
  access: DatabaseAccess;
  postmaster: Omit<PostmasterOptions, "port">;
  log: DatabaseLog;
};

const RESTARTS_MAX = 5;
const RESTART_WINDOW_MS = 60_000;
const START_TRIES_MAX = 40;
const RETRY_MS = 250;
const AT_ONCE = "started at the same time";

/** Keeps the server of one data folder running and claimed by this process until it is told to stop. */
export class Supervisor {
  readonly #cluster: SupervisedCluster;
  readonly #exitListeners: ((error: Error) => void)[] = [];
  #access: DatabaseAccess;
  #child: ChildProcess | undefined;
  #claim: pg.Client | undefined;
  #isStopping = false;
  #deathTimesMs: number[] = [];

  constructor(cluster: SupervisedCluster) {
    this.#cluster = cluster;
    this.#access = cluster.access;
    // An exit without stop() still ends the server: sending the signal needs no time.
    process.once("exit", this.#signalAtExit);
  }

  /** The access data with the port in use. */
  get access(): DatabaseAccess {
    return this.#access;
  }

  /**
   * Starts and claims the server; the caller holds the folder's start lock. A taken port is exchanged for a free one
   * and remembered.
   */
  async start(): Promise<void> {
    await this.#launch(true);
  }

  /** Calls back once when the server is gone and could not be started again. */
  onExit(listener: (error: Error) => void): void {
    this.#exitListeners.push(listener);
  }

  /** Stops the server cleanly. May be repeated. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    process.off("exit", this.#signalAtExit);
    await this.#claim?.end().catch(() => undefined);
    if (this.#child) await stopPostmaster(this.#child);
  }

  readonly #signalAtExit = (): void => {
    this.#child?.kill("SIGINT");
  };

  async #launch(mayMove: boolean): Promise<void> {
    const child = await this.#startWithRetries(mayMove);
    this.#child = child;
    child.once("exit", () => this.#handleDeath());
    if (hasEnded(child)) return this.#handleDeath();
    await this.#takeClaim(child);
  }

  async #startWithRetries(mayMove: boolean): Promise<ChildProcess> {
    const { postmaster, dataDir } = this.#cluster;
    for (let tries = 1; ; tries += 1) {
      const started = await startPostmaster({ ...postmaster, port: this.#access.port });
      if (!("reason" in started)) return started;
      await this.#prepareRetry(started, { mayMove, isLast: tries >= START_TRIES_MAX });
      if (this.#isStopping) throw startFailure(dataDir, started);
    }
  }

  async #prepareRetry(
    failed: FailedStart,
    { mayMove, isLast }: { mayMove: boolean; isLast: boolean },
  ): Promise<void> {
    const { dataDir } = this.#cluster;
    const other =
      failed.reason === "already-running"
        ? await findPostmaster(this.#cluster.postmaster.pgData)
        : undefined;
    if (other) throw alreadyRunning(dataDir, AT_ONCE);
    if (failed.reason === "other" || isLast) throw startFailure(dataDir, failed);
    if (failed.reason === "port-taken" && mayMove) {
      this.#access = { ...this.#access, port: await findFreePort() };
      await saveAccess(dataDir, this.#access);
      return;
    }
    // Sessions of a killed server are still leaving, or the port is not free yet.
    await sleep(RETRY_MS);
  }

  async #takeClaim(child: ChildProcess): Promise<void> {
    const { client, heldBy } = await claimCluster(this.#access);
    if (heldBy !== undefined) {
      child.removeAllListeners("exit");
      this.#child = undefined;
      throw alreadyRunning(this.#cluster.dataDir, `process ${heldBy}`);
    }
    this.#claim = client;
    client.once("end", () => void this.#renewClaim(child));
  }

  /** The session ends when the server recovers from the crash of another session. */
  async #renewClaim(child: ChildProcess): Promise<void> {
    while (!this.#isStopping && this.#child === child && !hasEnded(child)) {
      const taken = await this.#takeClaim(child).then(
        () => true,
        () => false,
      );
      if (taken) return;
      await sleep(RETRY_MS);
    }
  }

  #handleDeath(): void {
    if (this.#isStopping) return;
    const now = performance.now();
    this.#deathTimesMs = [...this.#deathTimesMs.filter((at) => now - at < RESTART_WINDOW_MS), now];
    this.#cluster.log.error(
      { count: this.#deathTimesMs.length },
      "the embedded database died; starting it again",
    );
    if (this.#deathTimesMs.length > RESTARTS_MAX) {
      return this.#giveUp(
        new Error(`the embedded database died ${this.#deathTimesMs.length} times within a minute`),
      );
    }
    oneStartAtATime(this.#cluster.homeDir, () => this.#launch(false)).then(
      () => this.#cluster.log.info({}, "the embedded database runs again"),
      (error: unknown) => this.#giveUp(new Error(errorMessage(error), { cause: error })),
    );
  }

  #giveUp(error: Error): void {
    if (this.#isStopping) return;
    for (const listener of this.#exitListeners.splice(0)) listener(error);
  }
}

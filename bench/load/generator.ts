/** The load generator: a process of its own that is forked, told plans, and answers with reports. */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../statistics.ts";
import { Connection } from "./connection.ts";
import type { LoadAnswer, LoadPlan } from "./plan.ts";
import { type Ending, idIn, performerOf } from "./tasks.ts";

const TICK_MS = 2;

interface Took {
  readonly sinceDueMs: number;
  readonly sinceSentMs: number;
}

class Tally {
  readonly latenciesMs: number[] = [];
  readonly refusedMs: number[] = [];
  /** The same from when they were sent. */
  readonly sentMs: number[] = [];
  readonly refusedSentMs: number[] = [];
  readonly statuses: Record<string, number> = {};
  readonly ids: string[] = [];
  bytes = 0;
  lastRefusal: string | undefined;

  note(ending: Ending, took: Took, isBooking: boolean): void {
    this.statuses[ending.status] = (this.statuses[ending.status] ?? 0) + 1;
    if (!ending.isGranted) {
      this.refusedMs.push(took.sinceDueMs);
      this.refusedSentMs.push(took.sinceSentMs);
      this.lastRefusal = `${ending.status} ${ending.body.toString().slice(0, 500)}`;
      return;
    }
    this.latenciesMs.push(took.sinceDueMs);
    this.sentMs.push(took.sinceSentMs);
    this.bytes += ending.body.length;
    if (isBooking) this.ids.push(idIn(ending.body));
  }
}

async function run(plan: LoadPlan): Promise<LoadAnswer> {
  const connections = Array.from({ length: plan.connections }, () => new Connection(plan.port));
  const tally = new Tally();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await (plan.perSecond === undefined ? flood : pace)(plan, connections, tally);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  if (plan.acknowledgedFile !== undefined && tally.ids.length > 0)
    appendFileSync(plan.acknowledgedFile, `${tally.ids.join("\n")}\n`);
  const report = {
    granted: tally.latenciesMs.length,
    seconds,
    statuses: tally.statuses,
    p50Ms: percentile(tally.latenciesMs, 0.5),
    p99Ms: percentile(tally.latenciesMs, 0.99),
    refusedP99Ms: percentile(tally.refusedMs, 0.99),
    sentP99Ms: percentile(tally.sentMs, 0.99),
    refusedSentP99Ms: percentile(tally.refusedSentMs, 0.99),
    bytes: tally.bytes,
    cpuShare: (user + system) / 1e6 / seconds,
  };
  return { report, lastRefusal: tally.lastRefusal };
}

/** Closed loop: every connection has one task under way all the time. */
async function flood(plan: LoadPlan, connections: Connection[], tally: Tally): Promise<void> {
  const perform = timed(plan, tally);
  const untilMs = performance.now() + (plan.seconds ?? Infinity) * 1_000;
  let left = plan.count ?? Infinity;
  const work = async (connection: Connection): Promise<void> => {
    while (left > 0 && performance.now() < untilMs) {
      left -= 1;
      await perform(connection, performance.now());
    }
  };
  await Promise.all(connections.map(work));
}

/** Open loop: tasks begin when they are due, and wait for a connection when all are busy. */
async function pace(plan: LoadPlan, connections: Connection[], tally: Tally): Promise<void> {
  const perform = timed(plan, tally);
  const everyMs = 1_000 / (plan.perSecond ?? 1);
  const countMax = Math.floor((plan.seconds ?? Infinity) * (plan.perSecond ?? 1));
  const count = Math.min(plan.count ?? Infinity, countMax);
  const startedMs = performance.now();
  const free = [...connections];
  const under = new Set<Promise<void>>();
  for (let begun = 0; begun < count; ) {
    const dueMs = startedMs + begun * everyMs;
    const connection = performance.now() >= dueMs ? free.pop() : undefined;
    if (!connection) {
      await sleep(TICK_MS);
      continue;
    }
    begun += 1;
    const task = perform(connection, dueMs).then(() => {
      free.push(connection);
      under.delete(task);
    });
    under.add(task);
  }
  await Promise.all(under);
}

function timed(plan: LoadPlan, tally: Tally) {
  const perform = performerOf(plan);
  const isBooking = plan.task.kind === "book";
  return async (connection: Connection, dueMs: number): Promise<void> => {
    const sentMs = performance.now();
    const ending = await perform(connection).catch((error: unknown) => broken(error));
    const endedMs = performance.now();
    const took = { sinceDueMs: endedMs - dueMs, sinceSentMs: endedMs - sentMs };
    tally.note(ending, took, isBooking);
  };
}

function broken(error: unknown): Ending {
  return { status: 0, isGranted: false, body: Buffer.from(String(error)) };
}

/** Only bench/load/run-load.ts talks to this process, and it sends plans. */
function asPlan(message: unknown): LoadPlan {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- both ends are this folder's
  return message as LoadPlan;
}

process.on("message", (message) => {
  void run(asPlan(message)).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit(0));

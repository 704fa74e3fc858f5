import { once } from "node:events";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createTicker } from "../../src/jobs/ticker.ts";
import type { PeriodicTask, Ticker } from "../../src/jobs/ticker.ts";
import { createTestDatabase } from "../support/test-database.ts";
import type { TestDatabase } from "../support/test-database.ts";
import { silentLog } from "./silent-log.ts";

const WAIT = { timeout: 20_000, interval: 20 };
let database: TestDatabase;
let tickers: Ticker[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(tickers.map((ticker) => ticker.stop(2_000)));
  tickers = [];
});

afterAll(() => database.drop());

/** A ticker as one process has it, with what it reported. */
interface Process {
  readonly ticker: Ticker;
  readonly ticks: string[];
  readonly leading: Map<string, boolean>;
}

function startProcess(...tasks: PeriodicTask[]): Process {
  const ticks: string[] = [];
  const leading = new Map<string, boolean>();
  const figures = {
    jobFinished: () => undefined,
    jobsEnqueued: () => undefined,
    tickFinished: ({ outcome }: { outcome: string }) => void ticks.push(outcome),
    tickLeading: (task: string, isLeading: boolean) => void leading.set(task, isLeading),
  };
  const ticker = createTicker({ databaseUrl: database.serviceUrl, tasks, log: silentLog, figures });
  tickers.push(ticker);
  ticker.start();
  return { ticker, ticks, leading };
}

/** Ends every session of tickers, as a restart of the server does. */
async function endSessions(): Promise<void> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid)
       FROM pg_stat_activity
      WHERE application_name = 'sportello-ticker' AND datname = current_database()`,
  );
  await admin.end();
}

describe("a periodic task", () => {
  test("has one runner among two processes, and never two at a time", async () => {
    let active = 0;
    let activeMost = 0;
    const run = async (): Promise<void> => {
      active += 1;
      activeMost = Math.max(activeMost, active);
      // house-disable-next-line tests-do-not-sleep -- the work itself takes a while
      await new Promise((resolve) => setTimeout(resolve, 20));
      active -= 1;
    };
    const one = startProcess({ name: "alone", everyMs: 10, run });
    const other = startProcess({ name: "alone", everyMs: 10, run });
    await vi.waitFor(() => expect(one.ticks.length + other.ticks.length).toBeGreaterThan(20), WAIT);
    expect(activeMost).toBe(1);
    expect([...one.leading.values(), ...other.leading.values()].filter(Boolean)).toHaveLength(1);
    expect(Math.min(one.ticks.length, other.ticks.length)).toBe(0);
  });

  test("is taken over when its process stops", async () => {
    const task = { name: "handed-on", everyMs: 10, run: () => Promise.resolve() };
    const one = startProcess(task);
    await vi.waitFor(() => expect(one.ticks.length).toBeGreaterThan(0), WAIT);
    const other = startProcess(task);
    await one.ticker.stop(1_000);
    await vi.waitFor(() => expect(other.ticks.length).toBeGreaterThan(0), WAIT);
    expect(one.leading.get("handed-on")).toBe(false);
  });

  test("that is slow to come round runs at once when its process begins", async () => {
    const daily = startProcess({
      name: "daily",
      everyMs: 86_400_000,
      run: () => Promise.resolve(),
    });
    await vi.waitFor(() => expect(daily.ticks).toEqual(["ok"]), WAIT);
  });

  test("that fails is reported and runs again", async () => {
    let runs = 0;
    const run = (): Promise<void> => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error("broken")) : Promise.resolve();
    };
    const { ticks } = startProcess({ name: "failing", everyMs: 10, run });
    await vi.waitFor(() => expect(ticks.slice(0, 2)).toEqual(["failed", "ok"]), WAIT);
  });

  test("that runs over its time limit is aborted and counts as failed", async () => {
    const { ticks } = startProcess({
      name: "endless",
      everyMs: 10,
      timeLimitMs: 50,
      run: untilAborted,
    });
    await vi.waitFor(() => expect(ticks.slice(0, 2)).toEqual(["failed", "failed"]), WAIT);
  });

  test("is aborted when the session with its lock is lost, and goes on with a new one", async () => {
    const aborted = Promise.withResolvers<void>();
    let runs = 0;
    const run = async (signal: AbortSignal): Promise<void> => {
      runs += 1;
      if (runs > 1) return;
      await untilAborted(signal).finally(aborted.resolve);
    };
    const { ticks } = startProcess({ name: "cut-off", everyMs: 10, run });
    await vi.waitFor(() => expect(runs).toBe(1), WAIT);
    await endSessions();
    await aborted.promise;
    await vi.waitFor(() => expect(ticks.slice(0, 2)).toEqual(["failed", "ok"]), WAIT);
  });

  test("does not hold up another task of the same process", async () => {
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    startProcess(
      { name: "held-up", everyMs: 10, run: () => gate.promise },
      { name: "quick", everyMs: 10, run: () => Promise.resolve(void (runs += 1)) },
    );
    await vi.waitFor(() => expect(runs).toBeGreaterThan(3), WAIT);
    gate.resolve();
  });

  test("ends its run before stop returns", async () => {
    const gate = Promise.withResolvers<void>();
    let isDone = false;
    const run = async (): Promise<void> => {
      await gate.promise;
      isDone = true;
    };
    const { ticker, leading } = startProcess({ name: "last", everyMs: 10, run });
    await vi.waitFor(() => expect(leading.get("last")).toBe(true), WAIT);
    const stopped = ticker.stop(5_000);
    gate.resolve();
    await stopped;
    expect(isDone).toBe(true);
  });
});

test("two tasks of one name are refused", () => {
  const task = { name: "same", everyMs: 10, run: () => Promise.resolve() };
  expect(() => startProcess(task, task)).toThrow(RangeError);
});

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  signal.throwIfAborted();
}

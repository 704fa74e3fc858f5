import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/time/clock.ts";
import { checkHistory } from "../linearizability/check-history.ts";
import { actOnce, book, type Crowd } from "../linearizability/citizens.ts";
import type { ObservedClock, Shift } from "../linearizability/clock-window.ts";
import { buildContestedTown, cellName } from "../linearizability/contested-town.ts";
import type { History } from "../linearizability/history.ts";
import { createRandom } from "../linearizability/random.ts";
import { Recorder } from "../linearizability/recorder.ts";
import {
  withLateConfirmation,
  withLostBooking,
  withOversale,
  withStaleRefusal,
} from "../linearizability/seeded-defects.ts";
import { tally } from "../support/many.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";

// The short form for every run; a longer one: LINEARIZABILITY_SECONDS=60.
const seconds = Number(process.env["LINEARIZABILITY_SECONDS"] ?? 5);
const seed = Number(process.env["LINEARIZABILITY_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const requestsMin = 2_000;
const citizens = 64;
// Holds last half a minute by the database's clock.
const tickMs = 700;
const leapMs = 16_000;

let app: TestApp;
let history: History;
let requestCount: number;

beforeAll(
  async () => {
    app = await createTestApp(patient);
    ({ history, requestCount } = await recordHistory());
  },
  60_000 + seconds * 3_000,
);
afterAll(async () => {
  await app.close();
});

/** Lets 64 citizens act at once while the database's clock leaps through the holds' half minutes. */
async function recordHistory(): Promise<{ history: History; requestCount: number }> {
  const { url } = await app.serve();
  const town = await buildContestedTown(app, 3);
  const recorder = new Recorder(`${url}/v1/${app.tenant.slug}`);
  const random = createRandom(seed);
  const crowd: Crowd = { town, recorder, random, holds: [], appointments: [] };
  const shifts: Shift[] = [{ start: -Infinity, end: -Infinity, shift: 0 }];
  const before = await observeOffset();
  const begin = monotonicMs();
  const isOver = (): boolean =>
    monotonicMs() - begin > seconds * 1_000 && recorder.requestCount() >= requestsMin;
  const crossing = createCrossing();
  const citizen = async (): Promise<void> => {
    while (!isOver()) await crossing.pass(() => actOnce(crowd));
  };
  const clockmaker = async (): Promise<void> => {
    while (!isOver()) {
      if (monotonicMs() - begin > shifts.length * tickMs) {
        const leap = (): Promise<Shift> => shiftTo((shifts.at(-1)?.shift ?? 0) + leapMs);
        // Every other leap comes when nothing is under way, so that all that follows must see its moment exactly.
        const isSharp = shifts.length % 2 === 0;
        const quietLeap = async (): Promise<Shift> => {
          recorder.recordQuiet(await becomeQuiet());
          return leap();
        };
        shifts.push(isSharp ? await crossing.stopAll(quietLeap) : await leap());
      }
      await actOnce(crowd);
    }
  };
  await Promise.all([clockmaker(), ...Array.from({ length: citizens - 1 }, citizen)]);
  shifts.push(await shiftTo((shifts.at(-1)?.shift ?? 0) + 3_600_000));
  await fillLastCells(crowd);
  const after = await observeOffset();
  recorder.recordQuiet(await becomeQuiet());
  await countPlaces(crowd);
  const offset = { min: Math.min(before.min, after.min), max: Math.max(before.max, after.max) };
  return {
    history: { operations: recorder.finish({ offset, shifts }), capacities: town.capacities },
    requestCount: recorder.requestCount(),
  };
}

/** Lets many pass at once, or nobody while something is done. */
function createCrossing() {
  let closed: Promise<void> | undefined;
  const passing = new Set<Promise<void>>();
  return {
    async pass(work: () => Promise<void>): Promise<void> {
      while (closed) await closed;
      const passage = work().finally(() => passing.delete(passage));
      passing.add(passage);
      await passage;
    },
    async stopAll<T>(work: () => Promise<T>): Promise<T> {
      const { promise, resolve } = Promise.withResolvers<void>();
      closed = promise;
      try {
        await Promise.allSettled(passing);
        return await work();
      } finally {
        closed = undefined;
        resolve();
      }
    },
  };
}

async function shiftTo(shift: number): Promise<Shift> {
  const start = monotonicMs();
  await app.shiftClock(`${shift} milliseconds`);
  return { start, end: monotonicMs(), shift };
}

/** Real database time minus monotonic time, as narrow as ten questions make it; instants are cut to milliseconds. */
async function observeOffset(): Promise<ObservedClock["offset"]> {
  let [min, max] = [-Infinity, Infinity];
  for (let round = 0; round < 10; round += 1) {
    const asked = monotonicMs();
    const { rows } = await app.sql(
      "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
    );
    const now = Number(rows[0]?.["now"]);
    min = Math.max(min, now - monotonicMs());
    max = Math.min(max, now - asked);
  }
  return { min: min - 2, max: max + 2 };
}

/**
 * Waits until nothing of what was given up is under way: whatever works or waits in the service keeps a session busy,
 * and it shares its thread with whoever asks here, so that it would have gone on between many questions. Returns when
 * that was (monotonic).
 */
async function becomeQuiet(): Promise<number> {
  let quiet = 0;
  while (quiet < 25) {
    const { rows } = await app.sql(
      `SELECT count(*)::int AS busy FROM pg_stat_activity
       WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
    );
    quiet = rows[0]?.["busy"] === 0 ? quiet + 1 : 0;
  }
  return monotonicMs();
}

/** Books the last cell of each site until it is full, so that some cells end full whatever came before. */
async function fillLastCells(crowd: Crowd): Promise<void> {
  for (const cell of crowd.town.sites.flatMap((site) => site.slice(-1))) {
    let tries = 0;
    while (tries < 4 && (await book(crowd, cell))) tries += 1;
  }
}

/** What the database has in the end, as one more operation per cell. */
async function countPlaces({ town, recorder }: Crowd): Promise<void> {
  const known = recorder.knownOwners();
  const start = monotonicMs();
  const { rows } = await app.sql(
    "SELECT id, site_id, starts_at FROM appointments WHERE status = 'booked'",
  );
  const times = { start, end: monotonicMs() };
  const byCell = Map.groupBy(rows, ({ site_id: siteId, starts_at: startsAt }) =>
    cellName(String(siteId), startsAt instanceof Date ? startsAt.toISOString() : ""),
  );
  for (const cell of town.capacities.keys()) {
    const ids = (byCell.get(cell) ?? []).map((row) => String(row["id"]));
    const owners = ids.filter((id) => known.has(id));
    const strangers = ids.length - owners.length;
    recorder.recordLook({ kind: "counted", cell, owners, strangers }, times);
  }
}

describe(`64 citizens who book, hold, confirm, extend, release, move, cancel and let expire (seed ${seed})`, () => {
  it("get answers that some order of all that happened explains", async () => {
    expect(requestCount).toBeGreaterThanOrEqual(requestsMin);
    expect(checkHistory(history)).toEqual({ kind: "explained" });
    await checkCounters(app);
  });

  it("meet refusals, expired holds, moves and answers that never came, so that there is something to explain", () => {
    const kinds = history.operations.map(({ action, isDoubtful }) =>
      isDoubtful === true ? "doubtful" : action.kind,
    );
    const counts = tally(kinds);
    const rare = Object.entries(counts).filter(([, count]) => count < 10);
    expect(rare).toEqual([]);
    expect(Object.keys(counts).toSorted()).toEqual(
      ["cancelled", "claimed", "confirmed", "counted", "doubtful", "expired", "extended", "full"]
        .concat("gone", "moved", "released", "seen")
        .toSorted(),
    );
  });

  it.each([
    ["a place were sold twice", withOversale],
    ["an acknowledged booking were missing in the end", withLostBooking],
    ["somebody were refused where a place was free all the time", withStaleRefusal],
    ["a hold were confirmed after it expired", withLateConfirmation],
  ])("would be told apart if %s", (_defect, seeded) => {
    expect(checkHistory(seeded(history)).kind).toBe("unexplained");
  });
});

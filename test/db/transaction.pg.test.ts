import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createDatabase, type Database, type Trx } from "../../src/db/database.ts";
import {
  CommitOutcomeUnknown,
  isUnavailability,
  RolledBackAtCommit,
  violatedConstraint,
} from "../../src/db/faults.ts";
import { createPool } from "../../src/db/pool.ts";
import { initTenant } from "../../src/identity/init-tenant.ts";
import { openProxy } from "../support/pausable-proxy.ts";
import { createTestDatabase } from "../support/test-database.ts";

const database = await createTestDatabase();
const admin = new pg.Client({ connectionString: database.adminUrl });
await admin.connect();

let pool: pg.Pool;
let db: Database;
let lostClients: Error[];
let tenantId: string;

beforeAll(async () => {
  const setUpPool = createPool(database.serviceUrl, { max: 1, onError: () => undefined });
  const setUp = createDatabase(setUpPool);
  const { tenant } = await initTenant(
    { db: setUp },
    {
      slug: "comune",
      name: { it: "Comune" },
      languages: ["it"],
      timeZone: "Europe/Rome",
      holidayCountry: "IT",
    },
  );
  tenantId = tenant.id;
  await setUp.close();
  // Deadlocks are noticed after a second unless told otherwise, and a lock is waited for less than that here.
  const name = new URL(database.adminUrl).pathname.slice(1);
  await admin.query(`ALTER DATABASE ${name} SET deadlock_timeout = '50ms'`);
  await admin.query(`
    CREATE TABLE checked_late (id integer CONSTRAINT is_checked_late UNIQUE DEFERRABLE INITIALLY DEFERRED);
    GRANT SELECT, INSERT ON checked_late TO sportello_service`);
});
beforeEach(() => open(database.serviceUrl));
afterEach(() => db.close());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

function open(url: string): void {
  lostClients = [];
  const onError = (error: Error): void => void lostClients.push(error);
  pool = createPool(url, {
    max: 2,
    connectionTimeoutMs: 500,
    statementTimeoutMs: 1_000,
    lockTimeoutMs: 800,
    onError,
  });
  db = createDatabase(pool);
}

async function insertHoliday(trx: Trx, day: number): Promise<void> {
  await sql`
    INSERT INTO local_holidays (tenant_id, id, month, day, name)
    VALUES (${tenantId}, gen_random_uuid(), 1, ${day}, '{}')`.execute(trx);
}

async function storedDays(): Promise<number[]> {
  const { rows } = await admin.query<{ day: number }>(
    "SELECT day FROM local_holidays ORDER BY day",
  );
  return rows.map(({ day }) => day);
}

async function expectUsable(): Promise<void> {
  const results = await Promise.all(
    [1, 2, 3].map(() => db.inTenant(tenantId, (trx) => sql`SELECT 1 AS one`.execute(trx))),
  );
  expect(results.map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
  expect(pool.waitingCount).toBe(0);
  expect(pool.totalCount).toBeLessThanOrEqual(2);
}

beforeEach(() => admin.query("DELETE FROM local_holidays"));

test("work that resolves is stored", async () => {
  await db.inTenant(tenantId, (trx) => insertHoliday(trx, 1));
  expect(await storedDays()).toEqual([1]);
});

test("work that throws is rolled back, its error reaches the caller, and the connection is kept", async () => {
  const fault = new Error("no");
  const work = async (trx: Trx): Promise<void> => {
    await insertHoliday(trx, 2);
    throw fault;
  };
  await expect(db.inTenant(tenantId, work)).rejects.toBe(fault);
  expect(await storedDays()).toEqual([]);
  expect(pool.idleCount).toBe(1);
  await expectUsable();
});

test("a swallowed SQL error is not taken for success", async () => {
  const work = async (trx: Trx): Promise<string> => {
    await insertHoliday(trx, 3);
    await insertHoliday(trx, 3).catch(() => undefined);
    return "fine";
  };
  await expect(db.inTenant(tenantId, work)).rejects.toBeInstanceOf(RolledBackAtCommit);
  expect(await storedDays()).toEqual([]);
  await expectUsable();
});

test("a violated constraint is named", async () => {
  const work = async (trx: Trx): Promise<void> => {
    await insertHoliday(trx, 4);
    await insertHoliday(trx, 4);
  };
  const error: unknown = await db.inTenant(tenantId, work).catch((fault: unknown) => fault);
  expect(violatedConstraint(error)).toBe("local_holidays_are_stated_once");
});

test("a constraint that is checked at COMMIT is named too, because nothing is in doubt", async () => {
  const work = (trx: Trx) => sql`INSERT INTO checked_late VALUES (1), (1)`.execute(trx);
  const error: unknown = await db.inTenant(tenantId, work).catch((fault: unknown) => fault);
  expect(violatedConstraint(error)).toBe("is_checked_late");
  await expectUsable();
});

test("a serialization failure is tried again and done once", async () => {
  let attempts = 0;
  await db.inTenant(tenantId, async (trx) => {
    attempts += 1;
    await insertHoliday(trx, 5);
    if (attempts < 3) await sql`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`.execute(trx);
  });
  expect(attempts).toBe(3);
  expect(await storedDays()).toEqual([5]);
});

test("a failure that repeats five times is given up as unavailability", async () => {
  let attempts = 0;
  const work = async (trx: Trx): Promise<void> => {
    attempts += 1;
    await sql`DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$`.execute(trx);
  };
  const error: unknown = await db.inTenant(tenantId, work).catch((fault: unknown) => fault);
  expect(attempts).toBe(5);
  expect(isUnavailability(error)).toBe(true);
});

test("two transactions in a deadlock both succeed in the end", async () => {
  await db.inTenant(tenantId, (trx) => insertHoliday(trx, 6));
  await db.inTenant(tenantId, (trx) => insertHoliday(trx, 7));
  const lock = (trx: Trx, day: number) =>
    sql`UPDATE local_holidays SET name = name || '{"it":"x"}' WHERE day = ${day}`.execute(trx);
  const arrived = Promise.withResolvers<void>();
  let waiting = 0;
  const both = (first: number, second: number) =>
    db.inTenant(tenantId, async (trx) => {
      await lock(trx, first);
      waiting += 1;
      if (waiting >= 2) arrived.resolve();
      await arrived.promise;
      await lock(trx, second);
    });
  await expect(Promise.all([both(6, 7), both(7, 6)])).resolves.toBeDefined();
});

test("a signal that aborts during the work rolls back", async () => {
  const controller = new AbortController();
  const gone = new Error("gone");
  const work = async (trx: Trx): Promise<void> => {
    await insertHoliday(trx, 8);
    controller.abort(gone);
  };
  await expect(db.inTenant(tenantId, work, { signal: controller.signal })).rejects.toBe(gone);
  expect(await storedDays()).toEqual([]);
  await expectUsable();
});

test("a signal that has aborted before is never started", async () => {
  let isStarted = false;
  const work = async (): Promise<void> => {
    isStarted = true;
  };
  await expect(db.inTenant(tenantId, work, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(isStarted).toBe(false);
});

test("a read-only transaction cannot write", async () => {
  const work = (trx: Trx) => insertHoliday(trx, 9);
  await expect(db.inTenant(tenantId, work, { isReadOnly: true })).rejects.toThrow(/read-only/);
});

test("a tenant id that is no UUID is refused before it reaches SQL", () => {
  const bad = "'; SET LOCAL sportello.scope = 'system";
  expect(() => db.inTenant(bad, async () => undefined)).toThrow(TypeError);
});

test.each([["before"], ["after"]])(
  "a connection cut %s the server saw COMMIT has an unknown outcome",
  async (when) => {
    await db.close();
    const proxy = await openProxy(database.serviceUrl);
    open(proxy.url);
    // The whole statement with its end: BEGIN speaks of READ COMMITTED.
    proxy.cutAt("COMMIT\u0000", when === "before" ? "ask" : "answer");
    const error: unknown = await db
      .inTenant(tenantId, (trx) => insertHoliday(trx, 10))
      .catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(CommitOutcomeUnknown);
    expect(isUnavailability(error)).toBe(true);
    await expect.poll(storedDays).toEqual(when === "before" ? [] : [10]);
    proxy.cutAt("never said", "ask");
    await expectUsable();
    await db.close();
    await proxy.close();
    open(database.serviceUrl);
  },
);

test("a frozen connection fails in bounded time and the pool heals", async () => {
  await db.close();
  const proxy = await openProxy(database.serviceUrl);
  open(proxy.url);
  await expectUsable();
  proxy.freeze();
  const error: unknown = await db
    .inTenant(tenantId, (trx) => insertHoliday(trx, 11))
    .catch((fault: unknown) => fault);
  expect(isUnavailability(error)).toBe(true);
  proxy.thaw();
  await expectUsable();
  await db.close();
  await proxy.close();
  open(database.serviceUrl);
});

test("a full pool refuses in bounded time instead of waiting for ever", async () => {
  const free = Promise.withResolvers<void>();
  const holders = [1, 2].map(() => db.inTenant(tenantId, () => free.promise));
  const error: unknown = await db
    .inTenant(tenantId, (trx) => insertHoliday(trx, 12))
    .catch((fault: unknown) => fault);
  expect(isUnavailability(error)).toBe(true);
  free.resolve();
  await Promise.all(holders);
  await expectUsable();
});

test("a statement that takes too long is unavailability, and the pool heals", async () => {
  const error: unknown = await db
    .inTenant(tenantId, (trx) => sql`SELECT pg_sleep(30)`.execute(trx))
    .catch((fault: unknown) => fault);
  expect(isUnavailability(error)).toBe(true);
  await expectUsable();
});

test("a lock that is held too long is unavailability", async () => {
  await db.inTenant(tenantId, (trx) => insertHoliday(trx, 13));
  await admin.query("BEGIN; SELECT FROM local_holidays FOR UPDATE");
  const error: unknown = await db
    .inTenant(tenantId, (trx) => sql`SELECT id FROM local_holidays FOR UPDATE`.execute(trx))
    .catch((fault: unknown) => fault);
  await admin.query("ROLLBACK");
  expect(isUnavailability(error)).toBe(true);
});

const terminateOthers = `
  SELECT count(pg_terminate_backend(pid, 2000))::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'sportello'`;

test("a backend that is terminated while idle ends neither the process nor the service", async () => {
  await expectUsable();
  await admin.query(terminateOthers);
  await expect.poll(() => lostClients.length).toBeGreaterThan(0);
  await expectUsable();
});

test("a backend that is terminated between two statements fails that transaction only", async () => {
  const error: unknown = await db
    .inTenant(tenantId, async (trx) => {
      await insertHoliday(trx, 14);
      await admin.query(terminateOthers);
      await expect.poll(() => lostClients.length).toBeGreaterThan(0);
      await insertHoliday(trx, 15);
    })
    .catch((fault: unknown) => fault);
  expect(isUnavailability(error)).toBe(true);
  expect(await storedDays()).toEqual([]);
  await expectUsable();
});

test("a backend that is terminated just before COMMIT stores nothing and is not reported as stored", async () => {
  const work = async (trx: Trx): Promise<void> => {
    await insertHoliday(trx, 16);
    await admin.query(terminateOthers);
  };
  const error: unknown = await db.inTenant(tenantId, work).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(CommitOutcomeUnknown);
  expect(await storedDays()).toEqual([]);
  await expectUsable();
});

test("listeners do not pile up on a connection that is used again and again", async () => {
  for (let round = 0; round < 20; round += 1)
    await db.inTenant(tenantId, (trx) => sql`SELECT 1`.execute(trx));
  const client = await pool.connect();
  expect(client.listenerCount("error")).toBeLessThanOrEqual(2);
  client.release();
});

test("dates and times come back as text and instants as Date", async () => {
  const { rows } = await db.inTenant(tenantId, (trx) =>
    sql`SELECT '2026-03-29'::date AS on_date, '24:00'::time AS at_time, 9007199254740991::bigint AS big,
      '2026-03-29T01:00Z'::timestamptz AS instant`.execute(trx),
  );
  expect(rows).toEqual([
    {
      on_date: "2026-03-29",
      at_time: "24:00:00",
      big: 9_007_199_254_740_991,
      instant: new Date("2026-03-29T01:00Z"),
    },
  ]);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { SERVICE_ROLE } from "../../src/db/embedded/credentials.ts";
import { findPostmaster } from "../../src/db/embedded/postmaster-pid.ts";
import { startEmbeddedPostgres } from "../../src/db/embedded-postgres.ts";
import { JobQueueUnavailableError } from "../../src/jobs/errors.ts";
import { createJobQueue, jobRequest } from "../../src/jobs/job-queue.ts";
import { createJobWorker } from "../../src/jobs/job-worker.ts";
import { openJobStore } from "../../src/jobs/open-job-store.ts";
import { prepareJobsSchema } from "../../src/jobs/prepare-jobs-schema.ts";
import { StartError } from "../../src/start-error.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { createRecording, defineRecordingJob, idsOf } from "./recording-job.ts";
import type { Recording, RecordingJob } from "./recording-job.ts";
import { silentLog } from "./silent-log.ts";
import { findFreePort, hasRedisServer, startRedisServer } from "./store-under-test.ts";
import type { StoreAddress } from "./store-under-test.ts";

const NO_DATABASE = "postgres://nobody@127.0.0.1:1/none";
const log = { ...silentLog, info: () => undefined };
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A store's server that can crash. */
interface Crashable {
  readonly address: StoreAddress;
  readonly crash: () => Promise<void>;
}

/** A durable cluster of its own, restarted by its supervisor after a crash. */
async function startPostgres(): Promise<Crashable> {
  const dataDir = await mkdtemp(join(tmpdir(), "sportello-jobs-"));
  cleanUps.push(() => rm(dataDir, { recursive: true, force: true }));
  const cluster = await startEmbeddedPostgres({ dataDir, log });
  cleanUps.push(() => cluster.stop());
  await prepareJobsSchema(cluster.adminUrl, SERVICE_ROLE);
  return {
    address: { databaseUrl: cluster.serviceUrl() },
    crash: async () => {
      const server = await findPostmaster(join(dataDir, "postgres", "data"));
      if (server === undefined) throw new Error("no server to crash");
      process.kill(server.pid, "SIGQUIT");
    },
  };
}

async function startRedis(): Promise<Crashable> {
  const server = await startRedisServer();
  cleanUps.push(server.stop);
  const address = { databaseUrl: NO_DATABASE, redisUrl: server.url };
  return { address, crash: () => server.crash().then(server.restart) };
}

const hasRedis = await hasRedisServer();
const redisName = hasRedis ? "Redis" : "Redis (SKIPPED: no redis-server on the PATH)";

describe.each([
  { name: "PostgreSQL", start: startPostgres, isSkipped: false },
  { name: redisName, start: startRedis, isSkipped: !hasRedis },
])("when $name crashes under running jobs", ({ start, isSkipped }) => {
  test.skipIf(isSkipped)(
    "the process lives, every job is run, and new jobs are taken again",
    async () => {
      const place = await start();
      const store = await openJobStore({ ...place.address, log });
      cleanUps.push(() => store.close());
      const queue = createJobQueue({ store, log });
      cleanUps.push(() => queue.close());
      const job = defineRecordingJob({ concurrency: 5 });
      // house-disable-next-line tests-do-not-sleep -- the work itself takes a while
      const recording = createRecording(() => new Promise((resolve) => setTimeout(resolve, 10)));
      const timings = { lockMs: 2_000, stalledCheckMs: 500 };
      const worker = createJobWorker({ store, definitions: [job], deps: recording, timings, log });
      cleanUps.push(() => worker.stop(5_000));
      const ids = Array.from({ length: 300 }, (_, index) => `id-${index}`);
      await queue.enqueueMany(ids.map((id) => jobRequest(job, { id }, { id })));
      worker.run();
      await vi.waitFor(() => expect(recording.runs.length).toBeGreaterThan(30), {
        timeout: 10_000,
      });
      await place.crash();
      await vi.waitFor(() => queue.enqueue(job, { id: "after" }, { id: "after" }), {
        timeout: 20_000,
        interval: 100,
      });
      await vi.waitFor(
        () =>
          expect([...new Set(idsOf(recording))].toSorted()).toEqual([...ids, "after"].toSorted()),
        { timeout: 30_000, interval: 50 },
      );
      expect(await store.check()).toEqual({ status: "ok" });
    },
    90_000,
  );
});

describe("a store that cannot be used", () => {
  test("PostgreSQL without the jobs' schema refuses and says to migrate", async () => {
    const databaseUrl = await emptyDatabase();
    await expect(openJobStore({ databaseUrl, log })).rejects.toThrow(/migrations/u);
    await expect(openJobStore({ databaseUrl, log })).rejects.toBeInstanceOf(StartError);
  });

  test("PostgreSQL that is down refuses at once", async () => {
    const databaseUrl = `postgres://nobody@127.0.0.1:${await findFreePort()}/none`;
    await expect(openJobStore({ databaseUrl, log })).rejects.toBeInstanceOf(StartError);
  });

  test.skipIf(!hasRedis)("Redis that may evict jobs refuses and names the setting", async () => {
    const server = await startRedisServer("allkeys-lru");
    cleanUps.push(server.stop);
    const opening = openJobStore({ databaseUrl: NO_DATABASE, redisUrl: server.url, log });
    await expect(opening).rejects.toThrow(/maxmemory-policy noeviction/u);
  });

  test("Redis that is down opens degraded, and a job is refused within the limit instead of waiting for ever", async () => {
    const redisUrl = `redis://127.0.0.1:${await findFreePort()}`;
    const store = await openJobStore({ databaseUrl: NO_DATABASE, redisUrl, log });
    cleanUps.push(() => store.close());
    const queue = createJobQueue({ store, log, limitMs: 300 });
    const job = defineRecordingJob();
    await expect(queue.enqueue(job, { id: "a" })).rejects.toBeInstanceOf(JobQueueUnavailableError);
    expect(await store.check()).toEqual({ status: "unreachable", reason: "Redis does not answer" });
  });
});

describe.skipIf(!hasRedis)("Redis that comes and goes", () => {
  test("gets its jobs run when it comes up after the worker", async () => {
    const server = await startRedisServer();
    cleanUps.push(server.stop);
    await server.crash();
    const { queue, work } = await openWithoutDatabase(server.url);
    const job = defineRecordingJob();
    const recording = createRecording();
    work(job, recording);
    await expect(queue.enqueue(job, { id: "early" })).rejects.toBeInstanceOf(
      JobQueueUnavailableError,
    );
    await server.restart();
    await vi.waitFor(() => queue.enqueue(job, { id: "a" }, { id: "a" }), {
      timeout: 15_000,
      interval: 100,
    });
    await vi.waitFor(() => expect(idsOf(recording)).toContain("a"), { timeout: 15_000 });
  });

  test("refuses within the limit while it is frozen, and goes on when it thaws", async () => {
    const server = await startRedisServer();
    cleanUps.push(server.stop);
    const { queue, work } = await openWithoutDatabase(server.url);
    const job = defineRecordingJob();
    const recording = createRecording();
    work(job, recording);
    server.freeze();
    await expect(queue.enqueue(job, { id: "a" }, { id: "a" })).rejects.toBeInstanceOf(
      JobQueueUnavailableError,
    );
    server.thaw();
    await vi.waitFor(() => queue.enqueue(job, { id: "b" }, { id: "b" }), {
      timeout: 15_000,
      interval: 100,
    });
    await vi.waitFor(() => expect(idsOf(recording)).toContain("b"), { timeout: 15_000 });
  });
});

/** A queue that gives up after half a second, and a way to run jobs; closed after the test. */
async function openWithoutDatabase(redisUrl: string) {
  const store = await openJobStore({ databaseUrl: NO_DATABASE, redisUrl, log });
  cleanUps.push(() => store.close());
  const queue = createJobQueue({ store, log, limitMs: 500 });
  cleanUps.push(() => queue.close());
  const work = (job: RecordingJob, recording: Recording): void => {
    const worker = createJobWorker({ store, definitions: [job], deps: recording, log });
    cleanUps.push(() => worker.stop(2_000));
    worker.run();
  };
  return { queue, work };
}

describe("the jobs' schema", () => {
  test("is prepared by several processes at once, and again, without harm", async () => {
    const database = await createTestDatabase();
    cleanUps.push(() => database.drop());
    await Promise.all([1, 2, 3].map(() => prepareJobsSchema(database.adminUrl, SERVICE_ROLE)));
    await prepareJobsSchema(database.adminUrl, SERVICE_ROLE);
    const store = await openJobStore({ databaseUrl: database.serviceUrl, log });
    cleanUps.push(() => store.close());
    expect(await store.check()).toEqual({ status: "ok" });
  });

  test("does not let the service's role create schemas or take over tables", async () => {
    const database = await createTestDatabase();
    cleanUps.push(() => database.drop());
    await prepareJobsSchema(database.adminUrl, SERVICE_ROLE);
    const service = new pg.Client({ connectionString: database.serviceUrl });
    await service.connect();
    cleanUps.push(() => service.end());
    await expect(service.query("CREATE SCHEMA elsewhere")).rejects.toMatchObject({ code: "42501" });
    await expect(service.query("DROP TABLE bullmq.job")).rejects.toMatchObject({ code: "42501" });
  });
});

test("a failed attempt leaves nothing of its error's text in the store", async () => {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  await prepareJobsSchema(database.adminUrl, SERVICE_ROLE);
  const store = await openJobStore({ databaseUrl: database.serviceUrl, log });
  cleanUps.push(() => store.close());
  const queue = createJobQueue({ store, log });
  const job = defineRecordingJob({ backoff: { type: "fixed", delayMs: 3_600_000 } });
  const recording = createRecording(() => Promise.reject(new Error("nadia@example.org is full")));
  const worker = createJobWorker({ store, definitions: [job], deps: recording, log });
  worker.run();
  await queue.enqueue(job, { id: "a" });
  await vi.waitFor(() => expect(recording.runs).toHaveLength(1), { timeout: 10_000 });
  await worker.stop(5_000);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  cleanUps.push(() => admin.end());
  const { rows } = await admin.query(
    "SELECT state::text, attempts_made, j::text AS everything FROM bullmq.job AS j",
  );
  expect(rows).toMatchObject([{ state: "delayed", attempts_made: 1 }]);
  expect(JSON.stringify(rows)).not.toMatch(/nadia|full/u);
});

/** A database of the test cluster whose jobs' schema was not prepared. */
async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query("DROP SCHEMA IF EXISTS bullmq CASCADE");
  await admin.end();
  return database.serviceUrl;
}

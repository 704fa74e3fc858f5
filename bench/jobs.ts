import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { SERVICE_ROLE } from "../src/db/embedded/credentials.ts";
import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { defineJob } from "../src/jobs/define-job.ts";
import { createJobQueue, jobRequest } from "../src/jobs/job-queue.ts";
import type { JobStoreOptions } from "../src/jobs/job-store.ts";
import { createJobWorker } from "../src/jobs/job-worker.ts";
import { openJobStore } from "../src/jobs/open-job-store.ts";
import { prepareJobsSchema } from "../src/jobs/prepare-jobs-schema.ts";
import { startRedisServer } from "../test/jobs/store-under-test.ts";

// How many jobs per second one process hands over and runs, on both backends: `node bench/jobs.ts [jobs] [concurrency]`.
// PostgreSQL is the embedded one, flushing as in production; Redis is started here with an append-only file.

const [jobsCount = 10_000, concurrency = 50] = process.argv.slice(2).map(Number);
const log = { debug: () => undefined, info: () => undefined, warn: report, error: report };

function report(fields: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
}

/** Hands over and runs `jobsCount` empty jobs and returns both rates in jobs per second. */
async function measure(
  address: Pick<JobStoreOptions, "databaseUrl" | "redisUrl">,
): Promise<string> {
  const store = await openJobStore({ ...address, log });
  let left = jobsCount;
  const done = Promise.withResolvers<void>();
  const job = defineJob({
    name: "bench",
    schema: z.strictObject({ id: z.string() }),
    concurrency,
    handle: () => {
      left -= 1;
      if (left === 0) done.resolve();
      return Promise.resolve();
    },
  });
  const queue = createJobQueue({ store, log, limitMs: 60_000 });
  const single = await rate(500, async () => {
    for (let n = 0; n < 500; n += 1)
      await queue.enqueue(job, { id: `single-${n}` }, { delayMs: 3_600_000 });
  });
  const requests = Array.from({ length: jobsCount }, (_, n) => jobRequest(job, { id: `${n}` }));
  const added = await rate(jobsCount, () => queue.enqueueMany(requests));
  const worker = createJobWorker({ store, definitions: [job], deps: null, log });
  const ran = await rate(jobsCount, async () => {
    worker.run();
    await done.promise;
  });
  await worker.stop(10_000);
  await queue.close();
  await store.close();
  return `${single} handed over one by one, ${added} in batches, ${ran} run`;
}

async function rate(count: number, work: () => Promise<void>): Promise<string> {
  const started = performance.now();
  await work();
  return `${Math.round((count * 1000) / (performance.now() - started))}/s`;
}

async function measurePostgres(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "sportello-bench-"));
  const cluster = await startEmbeddedPostgres({ dataDir, log });
  try {
    await prepareJobsSchema(cluster.adminUrl, SERVICE_ROLE);
    return await measure({ databaseUrl: cluster.serviceUrl() });
  } finally {
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureRedis(): Promise<string> {
  const server = await startRedisServer();
  try {
    return await measure({
      databaseUrl: "postgres://nobody@127.0.0.1:1/none",
      redisUrl: server.url,
    });
  } finally {
    await server.stop();
  }
}

process.stdout.write(`${jobsCount} jobs, concurrency ${concurrency}, per second:\n`);
process.stdout.write(`PostgreSQL: ${await measurePostgres()}\n`);
process.stdout.write(`Redis:      ${await measureRedis()}\n`);

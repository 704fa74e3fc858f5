import { z } from "zod";
import { defineJob } from "../src/jobs/define-job.ts";
import { createJobQueue, jobRequest } from "../src/jobs/job-queue.ts";
import type { JobStoreOptions } from "../src/jobs/job-store.ts";
import { createJobWorker } from "../src/jobs/job-worker.ts";
import { openJobStore } from "../src/jobs/open-job-store.ts";
import { startRedisServer } from "../test/jobs/store-under-test.ts";
import type { Bench } from "./bench.ts";
import type { Databases } from "./databases.ts";
import { perSecond } from "./statistics.ts";

const DATABASE = "bench_jobs";
const JOBS = 10_000;
const JOBS_QUICK = 1_000;
const CONCURRENCY = 50;
const SINGLE_JOBS = 500;

const log = { debug: () => undefined, info: () => undefined, warn: report, error: report };

function report(fields: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
}

/** Jobs per second. */
interface Rates {
  readonly single: number;
  readonly added: number;
  readonly ran: number;
}

/** Hands over and runs so many empty jobs. */
async function measure(
  address: Pick<JobStoreOptions, "databaseUrl" | "redisUrl">,
  jobsCount: number,
): Promise<Rates> {
  const store = await openJobStore({ ...address, log });
  let left = jobsCount;
  const done = Promise.withResolvers<void>();
  const job = defineJob({
    name: "bench",
    schema: z.strictObject({ id: z.string() }),
    concurrency: CONCURRENCY,
    handle: () => {
      left -= 1;
      if (left === 0) done.resolve();
      return Promise.resolve();
    },
  });
  const queue = createJobQueue({ store, log, limitMs: 60_000 });
  const single = await rate(SINGLE_JOBS, async () => {
    for (let n = 0; n < SINGLE_JOBS; n += 1)
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
  return { single, added, ran };
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - started);
}

async function measurePostgres(databases: Databases, jobsCount: number): Promise<Rates> {
  await databases.clone(DATABASE);
  return measure({ databaseUrl: databases.serviceUrl(DATABASE) }, jobsCount);
}

async function measureRedis(jobsCount: number): Promise<Rates> {
  const server = await startRedisServer();
  try {
    const nowhere = "postgres://nobody@127.0.0.1:1/none";
    return await measure({ databaseUrl: nowhere, redisUrl: server.url }, jobsCount);
  } finally {
    await server.stop();
  }
}

function describeRates(name: string, { single, added, ran }: Rates): string {
  return `${name}: ${perSecond(single)} handed over one by one, ${perSecond(added)} in batches, ${perSecond(ran)} run`;
}

/** Redis is started here with an append-only file; redis-server must be installed. */
export const jobs: Bench = {
  name: "jobs",
  question: "empty background jobs run per second with PostgreSQL as their queue ÷ with Redis",
  target: null,
  run: async ({ scale, databases }) => {
    const count = scale.isQuick ? JOBS_QUICK : JOBS;
    const postgres = await measurePostgres(await databases(), count);
    const redis = await measureRedis(count);
    return {
      ratios: [postgres.ran / redis.ran],
      notes: [
        `${count} jobs, concurrency ${CONCURRENCY}, one process`,
        describeRates("PostgreSQL", postgres),
        describeRates("Redis", redis),
      ],
    };
  },
};

import { z } from "zod";
import { defineJob } from "../../src/jobs/define-job.ts";
import { createJobWorker } from "../../src/jobs/job-worker.ts";
import { openJobStore } from "../../src/jobs/open-job-store.ts";
import { silentLog } from "./silent-log.ts";

/** What the parent process tells this one. */
const addressSchema = z.object({
  databaseUrl: z.string(),
  redisUrl: z.string().optional(),
  redisPrefix: z.string().optional(),
  jobName: z.string(),
});

// Takes a job, says so, and never ends it: the parent kills this process.
const { jobName, ...address } = addressSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
const job = defineJob({
  name: jobName,
  schema: z.strictObject({ id: z.string() }),
  attemptsMax: 1,
  handle: async (_deps: null) => {
    process.stdout.write("has the job\n");
    await new Promise(() => undefined);
  },
});
const store = await openJobStore({ ...address, log: silentLog });
const timings = { lockMs: 1_000, stalledCheckMs: 250 };
createJobWorker({ store, definitions: [job], deps: null, timings, log: silentLog }).run();

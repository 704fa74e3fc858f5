import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { PermanentJobError } from "../../src/jobs/errors.ts";
import { createJobQueue, jobRequest } from "../../src/jobs/job-queue.ts";
import type { JobQueue } from "../../src/jobs/job-queue.ts";
import type { JobStore } from "../../src/jobs/job-store.ts";
import { createJobWorker } from "../../src/jobs/job-worker.ts";
import type { JobWorker, WorkerTimings } from "../../src/jobs/job-worker.ts";
import { openJobStore } from "../../src/jobs/open-job-store.ts";
import { createRecording, defineRecordingJob, idsOf, recordFigures } from "./recording-job.ts";
import type { Recording, RecordingJob } from "./recording-job.ts";
import { silentLog } from "./silent-log.ts";
import { listBackends } from "./store-under-test.ts";
import type { StoreUnderTest } from "./store-under-test.ts";

const WAIT = { timeout: 20_000, interval: 20 };
/** Notices soon that a worker is gone; `hanging-worker.ts` has the same. */
const QUICK: WorkerTimings = { lockMs: 1_000, stalledCheckMs: 250 };
const backends = await listBackends();

for (const backend of backends) {
  describe.skipIf(backend.isSkipped)(`jobs on ${backend.name}`, () => {
    let place: StoreUnderTest;
    let store: JobStore;
    let queue: JobQueue;
    let workers: JobWorker[] = [];

    beforeAll(async () => {
      place = await backend.start();
      store = await openJobStore({ ...place.address, log: silentLog });
      queue = createJobQueue({ store, log: silentLog });
    });

    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop(5_000)));
      workers = [];
    });

    afterAll(async () => {
      await queue.close();
      await store.close();
      await place.close();
    });

    /** Runs jobs of one kind in this process. */
    function work(job: RecordingJob, recording: Recording, timings?: WorkerTimings): JobWorker {
      const worker = createJobWorker({
        store,
        definitions: [job],
        deps: recording,
        ...(timings !== undefined && { timings }),
        log: silentLog,
        figures: recordFigures(recording),
      });
      workers.push(worker);
      worker.run();
      return worker;
    }

    test("a job handed over is run once, those of one kind in the order they came", async () => {
      const job = defineRecordingJob({ concurrency: 1 });
      const recording = createRecording();
      work(job, recording);
      await queue.enqueue(job, { id: "a" });
      await queue.enqueue(job, { id: "b" });
      await vi.waitFor(() => expect(recording.outcomes).toEqual(["ok", "ok"]), WAIT);
      expect(idsOf(recording)).toEqual(["a", "b"]);
    });

    test("many jobs of two kinds handed over together are each run once", async () => {
      const jobs = [
        defineRecordingJob({ concurrency: 50 }),
        defineRecordingJob({ concurrency: 50 }),
      ];
      const recordings = jobs.map((job) => {
        const recording = createRecording();
        work(job, recording);
        return recording;
      });
      const ids = Array.from({ length: 1_200 }, (_, index) => `id-${index}`);
      await queue.enqueueMany(
        jobs.flatMap((job) => ids.map((id) => jobRequest(job, { id }, { id }))),
      );
      await vi.waitFor(() => {
        for (const recording of recordings) expect(recording.outcomes).toHaveLength(ids.length);
      }, WAIT);
      for (const recording of recordings)
        expect(idsOf(recording).toSorted()).toEqual(ids.toSorted());
    });

    test("a job that fails is tried again after its wait", async () => {
      const job = defineRecordingJob({ backoff: { type: "fixed", delayMs: 400 }, attemptsMax: 5 });
      const recording = createRecording(failUntil(3));
      work(job, recording);
      await queue.enqueue(job, { id: "a" });
      await vi.waitFor(
        () => expect(recording.outcomes).toEqual(["retried", "retried", "ok"]),
        WAIT,
      );
      const [first, second, third] = recording.runs.map((run) => run.atMs);
      // Half of the wait is random.
      expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(195);
      expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(195);
    });

    test("a job out of attempts fails for good and does not block its id", async () => {
      const job = defineRecordingJob({ attemptsMax: 2, backoff: { type: "fixed", delayMs: 1 } });
      const recording = createRecording(failUntil(3));
      work(job, recording);
      await queue.enqueue(job, { id: "a" }, { id: "outbox-1" });
      await vi.waitFor(() => expect(recording.outcomes).toEqual(["retried", "failed"]), WAIT);
      await vi.waitFor(async () => {
        await queue.enqueue(job, { id: "a" }, { id: "outbox-1" });
        expect(recording.outcomes).toEqual(["retried", "failed", "ok"]);
      }, WAIT);
    });

    test("a permanent error is not tried again", async () => {
      const job = defineRecordingJob({ attemptsMax: 5, backoff: { type: "fixed", delayMs: 1 } });
      const recording = createRecording(() => Promise.reject(new PermanentJobError("no use")));
      work(job, recording);
      await queue.enqueue(job, { id: "a" });
      recording.act = () => Promise.resolve();
      await vi.waitFor(() => expect(recording.outcomes).toHaveLength(1), WAIT);
      await queue.enqueue(job, { id: "b" });
      await vi.waitFor(() => expect(idsOf(recording)).toContain("b"), WAIT);
      expect(idsOf(recording).filter((id) => id === "a")).toHaveLength(1);
    });

    test("a job that runs over its time limit is aborted and tried again", async () => {
      const job = defineRecordingJob({ timeLimitMs: 100, backoff: { type: "fixed", delayMs: 1 } });
      const recording = createRecording(async (run, signal) => {
        if (run === 1) await untilAborted(signal);
      });
      work(job, recording);
      await queue.enqueue(job, { id: "a" });
      await vi.waitFor(() => expect(recording.outcomes).toEqual(["retried", "ok"]), WAIT);
    });

    test("an id that is known is ignored while its job waits and after it was done", async () => {
      const job = defineRecordingJob({ concurrency: 1 });
      const recording = createRecording();
      await queue.enqueue(job, { id: "first" }, { id: "outbox-1" });
      await queue.enqueue(job, { id: "again" }, { id: "outbox-1" });
      await queue.enqueueMany([
        jobRequest(job, { id: "again" }, { id: "outbox-1" }),
        jobRequest(job, { id: "second" }, { id: "outbox-2" }),
        jobRequest(job, { id: "again" }, { id: "outbox-2" }),
      ]);
      work(job, recording);
      await vi.waitFor(() => expect(recording.outcomes).toEqual(["ok", "ok"]), WAIT);
      await queue.enqueue(job, { id: "again" }, { id: "outbox-1" });
      await queue.enqueue(job, { id: "last" }, { id: "outbox-3" });
      await vi.waitFor(() => expect(idsOf(recording)).toContain("last"), WAIT);
      expect(idsOf(recording)).toEqual(["first", "second", "last"]);
    });

    test("a delayed job is not run before its time, and a worker that sleeps wakes up for it", async () => {
      const job = defineRecordingJob();
      const recording = createRecording();
      work(job, recording);
      await queue.enqueue(job, { id: "now" });
      await vi.waitFor(() => expect(idsOf(recording)).toEqual(["now"]), WAIT);
      const handedOverAt = performance.now();
      await queue.enqueue(job, { id: "later" }, { delayMs: 600 });
      await vi.waitFor(() => expect(idsOf(recording)).toEqual(["now", "later"]), {
        timeout: 5_000,
      });
      expect(Number(recording.runs[1]?.atMs) - handedOverAt).toBeGreaterThanOrEqual(595);
    });

    test("stop waits for the jobs under way and fetches no more", async () => {
      const job = defineRecordingJob({ concurrency: 1 });
      const gate = Promise.withResolvers<void>();
      const recording = createRecording(() => gate.promise);
      const worker = work(job, recording);
      await queue.enqueue(job, { id: "under-way" });
      await queue.enqueue(job, { id: "waiting" });
      await vi.waitFor(() => expect(idsOf(recording)).toEqual(["under-way"]), WAIT);
      const stopped = worker.stop(10_000);
      gate.resolve();
      await stopped;
      expect(recording.outcomes).toEqual(["ok"]);
      expect(idsOf(recording)).toEqual(["under-way"]);
    });

    test("a job that outlasts the stop is interrupted and goes to another worker without losing an attempt", async () => {
      const job = defineRecordingJob({ attemptsMax: 1 });
      const recording = createRecording(async (run, signal) => {
        if (run === 1) await untilAborted(signal);
      });
      const worker = work(job, recording);
      await queue.enqueue(job, { id: "a" });
      await vi.waitFor(() => expect(recording.runs).toHaveLength(1), WAIT);
      await worker.stop(50);
      work(job, recording);
      await vi.waitFor(() => expect(recording.outcomes).toEqual(["retried", "ok"]), WAIT);
    });

    test("a job whose worker is killed again and again is run by the next and not given up", async () => {
      const job = defineRecordingJob({ attemptsMax: 1 });
      await queue.enqueue(job, { id: "a" });
      for (let death = 1; death <= 3; death += 1) await runAndKillWorker(place, job.name);
      const recording = createRecording();
      work(job, recording, QUICK);
      await vi.waitFor(() => expect(recording.outcomes).toContain("ok"), WAIT);
      expect(idsOf(recording)).toEqual(["a"]);
      expect(recording.outcomes).not.toContain("failed");
    }, 60_000);

    test("the store says that it is usable", async () => {
      expect(await store.check()).toEqual({ status: "ok" });
    });
  });
}

/** A worker process that takes the job and never ends it; killed as the kernel kills, without a goodbye. */
async function runAndKillWorker(place: StoreUnderTest, jobName: string): Promise<void> {
  const script = join(import.meta.dirname, "hanging-worker.ts");
  const child = spawn(process.execPath, [script, JSON.stringify({ ...place.address, jobName })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of child.stdout) {
    if (String(chunk).includes("has the job")) break;
  }
  child.kill("SIGKILL");
  if (child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
}

function failUntil(goodRun: number): Recording["act"] {
  return (run) => (run < goodRun ? Promise.reject(new Error("not yet")) : Promise.resolve());
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  signal.throwIfAborted();
}

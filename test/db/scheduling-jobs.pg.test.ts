import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { JobQueue, JobRequest } from "../../src/jobs/job-queue.ts";
import { extendHorizons } from "../../src/scheduling/extend-horizons.ts";
import { followScheduleJob, generateSlotsJob } from "../../src/scheduling/jobs.ts";
import { createScheduleWorld, type ScheduleWorld } from "../support/schedule-world.ts";

// Not on the turn of any hour that matters below.
const now = "2026-06-01T06:30:00Z";
let world: ScheduleWorld;
let handedOver: JobRequest[] = [];
beforeAll(async () => {
  world = await createScheduleWorld(now);
});
beforeEach(() => {
  handedOver = [];
});
afterAll(() => world.app.close());

const signal = new AbortController().signal;

/** Keeps what is handed over, so that a test can run it when it likes. */
const queue: JobQueue = {
  enqueue: () => Promise.reject(new Error("Nothing enqueues one job at a time here")),
  enqueueMany: async (requests) => void handedOver.push(...requests),
  close: async () => undefined,
};

async function tick(): Promise<unknown[]> {
  handedOver = [];
  await extendHorizons({ ...world.app.deps, queue }, signal);
  return handedOver.map(({ stored }) => stored.data["resource_id"]);
}

async function runAll(): Promise<void> {
  const deps = { ...world.app.deps, queue };
  for (const { stored } of handedOver) await generateSlotsJob.run(deps, stored.data, signal);
}

/** A resource whose turn of the day is not the hour of this test's clock. */
async function addQuietOffice() {
  for (;;) {
    const office = await world.addOffice();
    const turn = Number.parseInt(office.resourceId.slice(-2), 16) % 24;
    if (turn > 8) return office;
  }
}

test("a tick starts a job for a resource without slots, and none once they are made", async () => {
  const { resourceId } = await addQuietOffice();
  expect(await tick()).toContain(resourceId);
  await runAll();
  expect(await tick()).not.toContain(resourceId);
});

test("after midnight at the site a tick extends the slots by a day", async () => {
  const { resourceId } = await addQuietOffice();
  await world.addOpening(resourceId, { rrule: "FREQ=DAILY" });
  await tick();
  await runAll();
  const last = (await world.slotsOf(resourceId)).at(-1)?.local_date;
  // 00:30 in Rome, the evening before in UTC.
  await world.setClock("2026-06-01T22:30:00Z");
  expect(await tick()).toContain(resourceId);
  await runAll();
  await world.setClock(now);
  expect(last).toBe("2026-08-01");
  expect((await world.slotsOf(resourceId)).at(-1)?.local_date).toBe("2026-08-02");
});

test("a resource whose opening changed after its slots were made is found by its state", async () => {
  const { resourceId } = await addQuietOffice();
  await tick();
  await runAll();
  await world.addOpening(resourceId);
  expect(await tick()).toContain(resourceId);
  await runAll();
  expect(await tick()).not.toContain(resourceId);
});

test("a change of a site starts a job for each of its resources and for no others", async () => {
  const { resourceId, siteId } = await world.addOffice();
  const second = await world.addResource(siteId);
  await world.addOffice();
  const payload = { tenant_id: world.app.tenant.id, site_id: siteId, cause: "e1" };
  await followScheduleJob.run({ ...world.app.deps, queue }, payload, signal);
  const started = new Set(handedOver.map(({ stored }) => stored.data["resource_id"]));
  expect(started).toEqual(new Set([resourceId, second]));
});

test("the same event relayed twice hands over jobs of the same ids", async () => {
  const { siteId } = await world.addOffice();
  const payload = { tenant_id: world.app.tenant.id, site_id: siteId, cause: "e2" };
  for (let i = 0; i < 2; i += 1) {
    await followScheduleJob.run({ ...world.app.deps, queue }, payload, signal);
  }
  const [first, second] = handedOver.map(({ stored }) => stored.opts.jobId);
  expect(first).toBe(second);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { JobQueue, JobRequest } from "../../src/jobs/job-queue.ts";
import { generateSlots } from "../../src/scheduling/generate-slots.ts";
import { applyProposalJob } from "../../src/scheduling/jobs.ts";
import { resumeProposals } from "../../src/scheduling/proposals/resume-proposals.ts";
import { tidyProposals } from "../../src/scheduling/proposals/tidy-proposals.ts";
import { newCode, problemOf } from "../support/schedule-world.ts";
import { createProposalWorld, type ProposalAnswer, type ProposalWorld } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
const wholeDay = { rrule: "FREQ=DAILY", start_time: "00:00", end_time: "24:00" };
let world: ProposalWorld;
let handedOver: JobRequest[] = [];
beforeAll(async () => {
  world = await createProposalWorld(now);
});
beforeEach(() => {
  handedOver = [];
});
afterAll(() => world.app.close());

const queue: JobQueue = {
  enqueue: () => Promise.reject(new Error("Nothing enqueues one job at a time here")),
  enqueueMany: async (requests) => void handedOver.push(...requests),
  close: async () => undefined,
};
const signal = new AbortController().signal;

/** A pool that is open day and night for six weeks: some 12,000 slots of five minutes, and somebody in one of them. */
async function addPool() {
  const office = await world.addOffice({
    service: { horizon_days: 42, duration_minutes: 5 },
    resource: { cell_minutes: 5 },
  });
  const opening = { ...wholeDay, runs_on_holidays: true, starts_on: "2026-06-01", capacity: 2 };
  await world.addOpening(office.resourceId, opening);
  await generate(office.resourceId);
  const people = [
    await office.book("2026-06-03T06:00:00Z"),
    await office.book("2026-07-10T06:00:00Z"),
  ];
  return { ...office, people };
}

async function generate(resourceId: string) {
  const { deps, tenant } = world.app;
  const context = { tenant, actor: { kind: "system" }, requestId: "test" } as const;
  return generateSlots(deps, context, { resourceId });
}

const closing = (siteId: string) => ({
  kind: "create_closure",
  closure: { code: newCode(), site_id: siteId, starts_on: "2026-06-01", ends_on: "2026-08-31" },
});

/** Starts the job as the reconciler does, and runs it. */
async function runJob(): Promise<void> {
  await resumeProposals({ ...world.app.deps, queue }, world.app.tenant.id, signal);
  const deps = { ...world.app.deps, queue };
  for (const { stored } of handedOver.splice(0)) {
    if (stored.data["proposal_id"] !== undefined)
      await applyProposalJob.run(deps, stored.data, signal);
  }
}

async function read(id: string) {
  const answer = await world.call("GET", `/schedule-proposals/${id}`);
  return answer.as(
    z.looseObject({ status: z.string(), parts: z.number(), parts_done: z.number() }),
  );
}

describe("a proposal that is too large for one transaction", () => {
  test("is computed part by part, applied by the job, and does what was shown", async () => {
    const { siteId, resourceId, people } = await addPool();
    const proposal = await world.propose(closing(siteId));
    expect(proposal.totals).toMatchObject({ conflicts: 2, stays: 0 });
    expect(proposal.totals.slots_lost).toBeGreaterThan(10_000);
    const applying = await world.apply(proposal);
    expect(applying.body).toMatchObject({ status: "applying", parts_done: 0 });
    expect(await generate(resourceId)).toMatchObject({ parts: 0 });
    await runJob();
    const done = await read(proposal.id);
    expect(done).toMatchObject({ status: "applied", parts_done: done.parts });
    expect(done.parts).toBeGreaterThan(2);
    for (const id of people) expect((await world.stateOf(id)).support).toBe("conflict");
    const open = (await world.slotsOf(resourceId)).filter(({ capacity }) => capacity > 0);
    expect(open).toEqual([]);
    expect(await generate(resourceId)).toMatchObject({ slots_created: 0, slots_removed: 0 });
  });

  test("is taken up after the last part that was committed, wherever it was interrupted", async () => {
    const { siteId, people } = await addPool();
    const proposal = await world.propose(closing(siteId));
    await world.apply(proposal);
    await world.app.sql(failingAfter(2));
    await expect(runJob()).rejects.toThrow("interrupted");
    const halfway = await read(proposal.id);
    expect(halfway).toMatchObject({ status: "applying", parts_done: 2 });
    await world.app.sql("DROP TRIGGER interrupt ON schedule_proposals");
    await Promise.all([runJob(), runJob()]);
    expect(await read(proposal.id)).toMatchObject({ status: "applied", parts_done: halfway.parts });
    const { rows } = await world.app.sql(
      "SELECT count(*)::int AS count FROM audit_events WHERE kind = 'appointment.lost_support' AND subject_id = ANY ($1)",
      [people],
    );
    expect(rows).toEqual([{ count: people.length }]);
  });

  test("is refused with the new numbers when somebody booked who would lose his place", async () => {
    const { siteId, book } = await addPool();
    const proposal = await world.propose(closing(siteId));
    await book("2026-06-20T06:00:00Z");
    const refused = await world.apply(proposal);
    expect(problemOf(refused)).toBe("proposal-stale");
    const shown = refused.as(z.looseObject({ proposal: z.custom<ProposalAnswer>() })).proposal;
    expect(shown.totals).toMatchObject({ conflicts: 3 });
    expect((await world.apply(shown)).body).toMatchObject({ status: "applying" });
    await runJob();
  });
});

/** Makes the database refuse to note that a further part is done. */
function failingAfter(parts: number): string {
  return `
    CREATE OR REPLACE FUNCTION interrupt() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'interrupted'; END $$;
    CREATE TRIGGER interrupt BEFORE UPDATE ON schedule_proposals
      FOR EACH ROW WHEN (NEW.parts_done > ${parts}) EXECUTE FUNCTION interrupt()`;
}

test("tidying ends what is too old and forgets what ended long ago, with its outcomes", async () => {
  const { siteId, book } = await world.addCounter([{ capacity: 1 }]);
  await book("2026-06-03T06:00:00Z");
  const { id } = await world.propose(closing(siteId));
  await world.setClock("2026-06-03T07:00:00Z");
  await tidyProposals(world.app.deps, world.app.tenant.id);
  expect(await read(id)).toMatchObject({ status: "expired" });
  await world.setClock("2026-09-10T07:00:00Z");
  await tidyProposals(world.app.deps, world.app.tenant.id);
  await world.setClock(now);
  expect((await world.call("GET", `/schedule-proposals/${id}`)).status).toBe(404);
  const { rows } = await world.app.sql("SELECT FROM proposal_outcomes WHERE proposal_id = $1", [
    id,
  ]);
  expect(rows).toEqual([]);
});

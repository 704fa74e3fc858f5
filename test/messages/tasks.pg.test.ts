import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { messagingTasks } from "../../src/messaging-tasks.ts";
import { createDispatcher } from "../../src/messages/dispatch/dispatch-messages.ts";
import { planForgotten } from "../../src/reminders/planning/plan-forgotten.ts";
import type { JobRequest } from "../../src/jobs/job-queue.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { createMessageWorld } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app } = world;
afterAll(() => world.close());
beforeEach(() => world.goTo("2027-05-20T08:00:00Z"));

const never = new AbortController().signal;
const complaints: string[] = [];
const log = createLogger({
  level: "warn",
  destination: { write: (line) => complaints.push(line) },
});
const metrics = createMetrics({ version: "test", role: "worker" });
const enqueued: JobRequest[] = [];
const queue = {
  enqueueMany: async (jobs: readonly JobRequest[]) => void enqueued.push(...jobs),
};
const dispatcher = createDispatcher({ db: app.deps.db, queue, channels: ["email", "sms"] });
const tasks = messagingTasks(
  { ...app.deps, log, metrics, queue },
  { dispatcher, folder: null, bounces: undefined },
);

/** As the relay does, whose jobs the store then loses. */
async function relayAll(): Promise<void> {
  await app.sql(
    "UPDATE outbox_events SET status = 'leased', leased_until = clock_now() WHERE status = 'pending'",
  );
  await app.sql(
    "UPDATE outbox_events SET status = 'relayed', leased_until = NULL, relayed_at = clock_now() WHERE status = 'leased'",
  );
}

async function runAll(): Promise<void> {
  for (const task of tasks) await task.run(never);
}

describe("periodic tasks", () => {
  test("run as the service's role, and forget recipients a month after and events a week after", async () => {
    const { appointment } = await world.book({ email: "ada@example.org" });
    await world.plan();
    await world.send();
    await runAll();
    const count = async (text: string) => (await app.sql(text)).rows[0]?.["count"];
    const recipients = `SELECT count(*)::int FROM messages WHERE recipient_encrypted IS NOT NULL AND subject_id = '${appointment.id}'`;
    expect(await count(recipients)).toBe(2);
    expect(await count("SELECT count(*)::int FROM planned_events")).toBeGreaterThan(0);
    await world.goTo("2027-05-29T08:00:00Z");
    await runAll();
    expect(await count(recipients)).toBe(2);
    expect(await count("SELECT count(*)::int FROM planned_events")).toBe(0);
    await world.goTo("2027-07-15T08:00:00Z");
    await world.send();
    await runAll();
    expect(await count(recipients)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("state how late messages are, how many wait, and whether sending is paused", async () => {
    await world.book({ email: "ada@example.org" });
    await world.plan();
    await app.sql("UPDATE clock_shift SET shift = shift + interval '90 seconds'");
    await tasks.find(({ name }) => name === "count-messages")?.run(never);
    const { body: text } = await metrics.render();
    const figure = (name: string): number =>
      Number(
        new RegExp(`^sportello_${name}\\{[^}]*(?:email|installation)[^}]*\\} (\\S+)`, "m").exec(
          text,
        )?.[1],
      );
    expect(figure("messages_oldest_due_seconds")).toBeGreaterThanOrEqual(90);
    expect(figure("messages_waiting")).toBe(1);
    expect(figure("sending_is_paused")).toBe(0);
  });
});

describe("a planning job that the store lost", () => {
  test("is made again once its event is old enough, and not when it is planned", async () => {
    await world.book({ email: "ada@example.org" }, 15);
    await world.book({ email: "berta@example.org" }, 15);
    await relayAll();
    enqueued.length = 0;
    expect(await planForgotten({ ...app.deps, queue }, "recent", never)).toBe(0);
    await app.sql("UPDATE clock_shift SET shift = shift + interval '20 seconds'");
    expect(await planForgotten({ ...app.deps, queue }, "recent", never)).toBe(2);
    expect(enqueued.map((job) => job.queue)).toEqual(["plan-messages"]);
    await world.plan();
    expect(await planForgotten({ ...app.deps, queue }, "recent", never)).toBe(0);
  });

  test("is made again days later by the far look", async () => {
    await world.book({ email: "ada@example.org" }, 30);
    await relayAll();
    await app.sql("UPDATE clock_shift SET shift = shift + interval '2 days'");
    expect(await planForgotten({ ...app.deps, queue }, "recent", never)).toBe(0);
    expect(await planForgotten({ ...app.deps, queue }, "all", never)).toBe(1);
  });
});

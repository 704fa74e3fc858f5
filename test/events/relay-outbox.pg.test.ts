import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RequestContext } from "../../src/context.ts";
import { recordEvents } from "../../src/events/record-events.ts";
import type { OutboxEvent, Subscription } from "../../src/events/outbox-event.ts";
import { forgetRelayed, relayOutbox, type RelayOptions } from "../../src/events/relay-outbox.ts";
import { createEventDatabase } from "./event-database.ts";

type Job = { readonly id: string; readonly subjectId: string };

const database = await createEventDatabase();
const { db, admin } = database;
let mine: RequestContext;
let theirs: RequestContext;

beforeAll(async () => {
  mine = await database.addTenant("mio-comune");
  theirs = await database.addTenant("altro-comune");
});
afterEach(async () => {
  await database.shiftClock("0");
  await admin.query("DELETE FROM outbox_events");
});
afterAll(() => database.close());

const oneJobEach: Subscription<Job> = {
  kinds: ["thing.happened"],
  jobsOf: ({ subjectId }, newJobId) => [{ id: newJobId(), subjectId }],
};

/** A relay with a job store of its own; `jobs` are those handed over. */
function relayWith(options: Partial<RelayOptions<Job>> = {}) {
  const jobs: Job[] = [];
  const ages: number[] = [];
  const bad: string[] = [];
  const run = () =>
    relayOutbox<Job>({
      db,
      subscriptions: [oneJobEach],
      enqueueMany: async (handed) => void jobs.push(...handed),
      onBadEvent: ({ subjectId }) => bad.push(subjectId),
      onOldestAge: (seconds) => ages.push(seconds),
      ...options,
    });
  return { run, jobs, ages, bad };
}

async function statuses(): Promise<Record<string, number>> {
  const { rows } = await admin.query<{ status: string; count: number }>(
    "SELECT status, count(*)::int AS count FROM outbox_events GROUP BY status",
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

describe("the relay", () => {
  test("hands over the events of all tenants once and marks them", async () => {
    const subjects = [...(await database.record(mine, 3)), ...(await database.record(theirs, 2))];
    const relay = relayWith();
    expect(await relay.run()).toBe(5);
    expect(relay.jobs.map(({ subjectId }) => subjectId).toSorted()).toEqual(subjects.toSorted());
    expect(await statuses()).toEqual({ relayed: 5 });
    expect(await relay.run()).toBe(0);
    expect(relay.jobs).toHaveLength(5);
  });

  test("gives each job of an event an id of its own, over all subscriptions", async () => {
    await database.record(mine, 1);
    const twice: Subscription<Job> = {
      kinds: ["other.happened", "thing.happened"],
      jobsOf: ({ subjectId }, newJobId) => [
        { id: newJobId(), subjectId },
        { id: newJobId(), subjectId },
      ],
    };
    const relay = relayWith({ subscriptions: [oneJobEach, twice] });
    await relay.run();
    const { rows } = await admin.query<{ id: string }>("SELECT id FROM outbox_events");
    const eventId = rows[0]?.id;
    expect(relay.jobs.map(({ id }) => id)).toEqual([0, 1, 2].map((n) => `outbox-${eventId}-${n}`));
  });

  test("passes on tenant, subject, version and body", async () => {
    const seen: OutboxEvent[] = [];
    const subscription: Subscription<Job> = {
      kinds: ["thing.happened"],
      jobsOf: (event) => {
        seen.push(event);
        return [];
      },
    };
    const [subjectId] = await database.record(mine, 1, { subjectVersion: 7, body: { legs: 2 } });
    await relayWith({ subscriptions: [subscription] }).run();
    expect(seen).toMatchObject([
      {
        tenantId: mine.tenant.id,
        kind: "thing.happened",
        subjectKind: "thing",
        subjectId,
        subjectVersion: 7,
        body: { legs: 2 },
      },
    ]);
  });

  test("is done with an event that nobody subscribes to", async () => {
    await database.record(mine, 2, { kind: "thing.ignored" });
    const relay = relayWith();
    expect(await relay.run()).toBe(2);
    expect(relay.jobs).toEqual([]);
    expect(await statuses()).toEqual({ relayed: 2 });
  });

  test("finds an event that commits after newer ones were relayed", async () => {
    const committing = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const late = db.inTenant(mine.tenant.id, async (trx) => {
      const subjectId = mine.tenant.id;
      const event = { kind: "thing.happened", subjectKind: "thing", subjectId } as const;
      await recordEvents(trx, mine, [{ ...event, isRelayed: true }]);
      written.resolve();
      await committing.promise;
    });
    await written.promise;
    await database.record(mine, 1);
    const relay = relayWith();
    expect(await relay.run()).toBe(1);
    committing.resolve();
    await late;
    expect(await relay.run()).toBe(1);
    expect(relay.jobs.at(-1)?.subjectId).toBe(mine.tenant.id);
  });

  test("that dies after handing over is made up for by another one, under the same job ids", async () => {
    await database.record(mine, 3);
    const dying = database.connect();
    const first = relayWith({
      db: dying,
      enqueueMany: async (handed) => {
        first.jobs.push(...handed);
        await dying.close();
      },
    });
    await expect(first.run()).rejects.toThrow();
    expect(await statuses()).toEqual({ leased: 3 });
    const second = relayWith();
    expect(await second.run()).toBe(0);
    await database.shiftClock("31 seconds");
    expect(await second.run()).toBe(3);
    expect(second.jobs.map(({ id }) => id).toSorted()).toEqual(
      first.jobs.map(({ id }) => id).toSorted(),
    );
    expect(await statuses()).toEqual({ relayed: 3 });
  });

  test("gives events back at once when the job store does not take them", async () => {
    await database.record(mine, 2);
    const refused = relayWith({ enqueueMany: () => Promise.reject(new Error("store is away")) });
    await expect(refused.run()).rejects.toThrow("store is away");
    expect(await statuses()).toEqual({ pending: 2 });
    expect(await relayWith().run()).toBe(2);
  });

  test("goes on past an event whose jobs cannot be made, and tries it again after its lease", async () => {
    const [poison, good] = await database.record(mine, 2);
    const choosy: Subscription<Job> = {
      kinds: ["thing.happened"],
      jobsOf: (event, newJobId) => {
        if (event.subjectId === poison) throw new Error("cannot be made");
        return oneJobEach.jobsOf(event, newJobId);
      },
    };
    const relay = relayWith({ subscriptions: [choosy] });
    await relay.run();
    await relay.run();
    expect(relay.jobs.map(({ subjectId }) => subjectId)).toEqual([good]);
    expect(relay.bad).toEqual([poison]);
    expect(await statuses()).toEqual({ leased: 1, relayed: 1 });
    await database.shiftClock("31 seconds");
    await relay.run();
    expect(relay.bad).toEqual([poison, poison]);
  });

  test("hands over each of many events once while another relay works too", async () => {
    for (const context of [mine, theirs]) await database.record(context, 1_500);
    const one = relayWith({ batchMax: 200 });
    const other = relayWith({ batchMax: 200 });
    const counts = await Promise.all([one.run(), other.run()]);
    expect(counts[0] + counts[1]).toBe(3_000);
    const ids = [...one.jobs, ...other.jobs].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3_000);
    expect(await statuses()).toEqual({ relayed: 3_000 });
  });

  test("states the age of the oldest event that waits, and 0 when none does", async () => {
    await database.record(mine, 1);
    await database.shiftClock("90 seconds");
    const relay = relayWith();
    await relay.run();
    await relay.run();
    expect(relay.ages[0]).toBeGreaterThanOrEqual(90);
    expect(relay.ages[0]).toBeLessThan(150);
    expect(relay.ages.at(-1)).toBe(0);
  });
});

test("relayed events are forgotten after seven days, waiting ones never", async () => {
  await database.record(mine, 2);
  await relayWith().run();
  await database.record(mine, 1);
  await database.shiftClock("6 days 23 hours");
  expect(await forgetRelayed({ db })).toBe(0);
  await database.shiftClock("7 days 1 minute");
  expect(await forgetRelayed({ db })).toBe(2);
  expect(await statuses()).toEqual({ pending: 1 });
});

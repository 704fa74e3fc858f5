import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVICE_ROLE } from "../../src/db/embedded/credentials.ts";
import { createDeps } from "../../src/deps.ts";
import { prepareJobsSchema } from "../../src/jobs/prepare-jobs-schema.ts";
import { createMessaging } from "../../src/messaging.ts";
import type { ProcessLife, StopManner } from "../../src/run-process.ts";
import { startWorker } from "../../src/worker.ts";
import { checkCounters } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const WAIT = { timeout: 40_000, interval: 200 };
const world = await createWaitlistWorld();
const { app } = world;
const stops: (() => Promise<void>)[] = [];

/** A worker as a process of its own has it, in this process; without the key of the wishes it has people called. */
async function startOne(): Promise<void> {
  const { serviceUrl: databaseUrl } = app.database;
  const deps = await createDeps(
    { redisUrl: undefined, logLevel: "silent", databasePoolMax: 4, jobsPoolMax: 4 },
    {
      databaseUrl,
      secretKeys: [{ kid: "t1", key: randomBytes(32) }],
      role: "worker",
      version: "test",
    },
  );
  const own: ((manner: StopManner) => Promise<void>)[] = [() => deps.close()];
  const messaging = createMessaging(deps, {
    publicUrl: "http://localhost:3000",
    providers: {},
    senders: { emailFrom: "", messageIdDomain: "localhost", smsSender: "" },
    rates: { channels: {} },
    folder: null,
  });
  const life = {
    useLog: () => undefined,
    onStop: (stop: (manner: StopManner) => Promise<void>) => void own.push(stop),
    fail: (error: unknown) => {
      throw error;
    },
    throwIfStopping: () => undefined,
  } satisfies ProcessLife;
  startWorker(deps, { databaseUrl, messaging }, life);
  stops.push(async () => {
    for (const stop of own.toReversed()) await stop({ isInteractive: false, isHurried: false });
  });
}

beforeAll(async () => {
  await prepareJobsSchema(app.database.adminUrl, SERVICE_ROLE);
  await startOne();
  await startOne();
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await world.close();
});

test("two workers offer a cancelled place to the first who waits, and after his time to the next", async () => {
  const names = ["Uno Pieno", "Due Pieno", "Tre Pieno", "Quattro Pieno"];
  const booked = [];
  for (const [at, name] of names.entries()) booked.push(await world.book(name, at * 15));
  // The workers make the rest of the day's slots; only the hour that is full is wanted.
  const hour = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Rome",
    hour: "2-digit",
    minute: "2-digit",
  });
  const day = firstSlot.toISOString().slice(0, 10);
  const wish = {
    from: day,
    to: day,
    from_time: hour.format(firstSlot),
    to_time: hour.format(firstSlot.getTime() + 3_600_000),
  };
  const first = await world.join("Ada Prima", wish);
  const second = await world.join("Bea Seconda", wish);
  await world.cancel(booked[0]?.appointment.id ?? "");
  const statusOf = async (joined: typeof first) => (await world.entry(joined)).status;
  await expect.poll(() => statusOf(first), WAIT).toBe("offered");
  expect(await statusOf(second)).toBe("waiting");
  const answerBy = (await world.entry(first)).offer?.answer_by ?? "";
  await world.goTo(new Date(Date.parse(answerBy) + 1_000));
  await expect.poll(() => statusOf(second), WAIT).toBe("offered");
  expect(await statusOf(first)).toBe("waiting");
  expect((await world.accept(second)).status).toBe(200);
  await checkCounters(app);
}, 120_000);

import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { hasRedisServer, startRedisServer } from "../jobs/store-under-test.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { runMailDrill } from "./drill/mail-drill.ts";
import { startMailServer } from "./drill/mail-server.ts";
import { runSmppDrill, runSmsDrill } from "./drill/sms-drill.ts";
import { openSendingStage, type SendingStage } from "./drill/sending-stage.ts";

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

const hasRedis = await hasRedisServer();

/** Where jobs wait: variables for workers, and how everything in there is lost. */
const backends = [
  {
    name: "PostgreSQL",
    isSkipped: false,
    start: async (stage: SendingStage) => ({ env: {}, wipe: stage.wipeJobs }),
  },
  {
    name: hasRedis ? "Redis" : "Redis (SKIPPED: no redis-server on the PATH)",
    isSkipped: !hasRedis,
    start: async () => {
      const server = await startRedisServer();
      closers.push(server.stop);
      const client = new Redis(server.url);
      closers.push(async () => client.disconnect());
      return { env: { REDIS_URL: server.url }, wipe: async () => void (await client.flushall()) };
    },
  },
];
if (!hasRedis)
  console.warn("The drills of sending do not cover Redis: no redis-server on the PATH");

async function openStage(): Promise<SendingStage> {
  const database = await createTestDatabase();
  const stage = await openSendingStage(database);
  closers.push(() => database.drop(), stage.close);
  return stage;
}

/** Cuts every connection to the stage's database but our own; its server belongs to the whole suite. */
async function cutDatabase(stage: SendingStage): Promise<void> {
  await stage.sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
}

for (const { name, isSkipped, start } of backends) {
  describe.skipIf(isSkipped)(`with jobs in ${name}`, () => {
    test("every mail arrives, though the server defers all, cuts and falls silent, workers are killed and jobs lost", async () => {
      const stage = await openStage();
      const { env, wipe } = await start(stage);
      const server = await startMailServer();
      closers.push(server.close);
      const report = await runMailDrill(stage, server, {
        bookings: 16,
        reminders: 60,
        behaviour: {
          greylistMs: 0,
          cutShare: 0.2,
          latencyMs: 30,
          scripted: [{ moment: "content", reply: "SILENT", to: "citizen-50@", times: 1 }],
        },
        kills: 3,
        disasters: new Map([
          [1, wipe],
          [2, async () => (await cutDatabase(stage), wipe())],
          [3, wipe],
        ]),
        env,
        limitMs: 120_000,
      });
      expect(report).toMatchObject({ missing: [], unexplained: [], untrue: [], unplanned: 0 });
      expect(report.kills).toBe(3);
      expect(Object.keys(report.ends).filter((how) => !/^(?:sent|discarded)/.test(how))).toEqual(
        [],
      );
      expect(report.longestMs).toBeLessThan(30_000);
    }, 200_000);

    test("an SMS provider that limits, is away and takes without an answer is left alone when it asks for it, and the ceiling holds", async () => {
      const stage = await openStage();
      const { env } = await start(stage);
      const report = await runSmsDrill(stage, {
        messages: 150,
        paidParts: 120,
        workers: 2,
        behaviour: {
          latencyMs: 20,
          perSecondMax: 25,
          windowSeconds: 2,
          unavailableShare: 0.02,
          cutShare: 0.1,
        },
        env,
        limitMs: 120_000,
      });
      expect(report).toMatchObject({ repeated: 0, renamed: [], impatient: 0 });
      expect(report.refusals).toBeGreaterThan(0);
      // What a killed worker had leased may have been taken: it stays reckoned, and nobody else is sent in its place.
      expect(report.reached).toBeGreaterThanOrEqual(60 - report.interrupted - 15);
      expect(report.spentParts).toBeLessThanOrEqual(120);
      expect(report.askedParts).toBeLessThanOrEqual(120);
    }, 200_000);
  });
}

test("an SMSC that throttles, cuts and falls silent gets every SMS under one reference, none more than twice", async () => {
  const stage = await openStage();
  const report = await runSmppDrill(stage, {
    messages: 80,
    paidParts: 400,
    workers: 1,
    behaviour: { latencyMs: 10, perSecondMax: 40, cutShare: 0.02 },
    env: {},
    limitMs: 120_000,
  });
  expect(report).toMatchObject({ reached: 80, renamed: [] });
  expect(report.refusals).toBeGreaterThan(0);
  expect(report.mostPerPart).toBeLessThanOrEqual(2);
  expect(Object.keys(report.ends).filter((how) => !/^(?:sent|unknown)/.test(how))).toEqual([]);
}, 200_000);

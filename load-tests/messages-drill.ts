/**
 * `npm run load -- messages-drill`: sends messages with real workers through hostile providers while workers are killed,
 * jobs lost and PostgreSQL restarted, and judges what arrived. Needs nothing but this repository; redis-server for Redis.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { findPostmaster } from "../src/db/embedded/postmaster-pid.ts";
import { startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { migrate } from "../src/db/migrate.ts";
import { startRedisServer } from "../test/jobs/store-under-test.ts";
import { type MailDrillPlan, runMailDrill } from "../test/messages/drill/mail-drill.ts";
import { startMailServer } from "../test/messages/drill/mail-server.ts";
import { runSmppDrill, runSmsDrill } from "../test/messages/drill/sms-drill.ts";
import { openSendingStage, type SendingStage } from "../test/messages/drill/sending-stage.ts";

const usage = `npm run load -- messages-drill [options]
  --only NAME       hostile-mail, kills, hostile-sms or smpp; may be repeated. Default: all
  --backend NAME    postgres or redis; may be repeated. Default: both
  --mails COUNT     e-mails of hostile-mail. Default: 10000
  --kills COUNT     workers that are killed. Default: 50
`;

const silent = { info: () => undefined, warn: () => undefined, error: console.error };

function say(text: string): void {
  process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

/** A stage in a cluster of its own, and how its server is restarted and its jobs are lost. */
interface Place {
  readonly stage: SendingStage;
  readonly env: Readonly<Record<string, string>>;
  readonly wipe: () => Promise<void>;
  /** Ends PostgreSQL as a crash does; it is started again by who supervises it. */
  readonly crash: () => Promise<void>;
}

async function inPlace<T>(backend: string, work: (place: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "sportello-drill-"));
  const cluster = await startEmbeddedPostgres({ dataDir: folder, log: silent });
  const closers = [() => rm(folder, { recursive: true, force: true }), cluster.stop];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  // Ctrl-C must not leave a database server and its folder behind.
  const onInterrupt = (): void => void close().finally(() => process.exit(130));
  process.once("SIGINT", onInterrupt);
  try {
    await migrate({ adminUrl: cluster.adminUrl, log: silent });
    const stage = await openSendingStage({
      adminUrl: cluster.adminUrl,
      serviceUrl: cluster.serviceUrl(),
    });
    closers.push(stage.close);
    const crash = () => crashPostgres(join(folder, "postgres", "data"), stage);
    if (backend === "postgres") return await work({ stage, env: {}, wipe: stage.wipeJobs, crash });
    const redis = await startRedisServer();
    const client = new Redis(redis.url);
    closers.push(redis.stop, async () => client.disconnect());
    const wipe = async () => void (await client.flushall());
    return await work({ stage, env: { REDIS_URL: redis.url }, wipe, crash });
  } finally {
    process.off("SIGINT", onInterrupt);
    await close();
  }
}

async function crashPostgres(pgData: string, stage: SendingStage): Promise<void> {
  const server = await findPostmaster(pgData);
  if (!server) throw new Error("PostgreSQL is not running");
  process.kill(server.pid, "SIGQUIT");
  let next = server;
  while (next.pid === server.pid || !next.isReady) {
    await wait(200);
    next = (await findPostmaster(pgData)) ?? server;
  }
  say("PostgreSQL was ended and is there again");
  // Each of the stage's connections finds out for itself.
  for (let n = 0; n < 5; n += 1) await stage.sql("SELECT").catch(() => wait(200));
}

interface Outcome {
  readonly isClean: boolean;
  readonly report: object;
}

type Drill = (place: Place, size: { mails: number; kills: number }) => Promise<Outcome>;

const drills: Readonly<Record<string, Drill>> = {
  "hostile-mail": async ({ stage, env }, { mails }) =>
    drillMail(stage, {
      connections: 100,
      bookings: 0,
      reminders: mails,
      behaviour: { greylistMs: 60_000, cutShare: 0.2, silentShare: 0.1, latencyMs: 300 },
      kills: 0,
      disasters: new Map(),
      env,
    }),
  kills: async ({ stage, env, wipe, crash }, { kills }) =>
    drillMail(stage, {
      connections: 10,
      bookings: 400,
      reminders: 60 * kills,
      behaviour: { greylistMs: 0, cutShare: 0.05, latencyMs: 40 },
      kills,
      disasters: new Map([
        [Math.ceil(kills * 0.2), wipe],
        [Math.ceil(kills * 0.4), wipe],
        [Math.ceil(kills * 0.6), crash],
        [Math.ceil(kills * 0.8), wipe],
      ]),
      env,
    }),
  "hostile-sms": async ({ stage, env }) => {
    const report = await runSmsDrill(stage, {
      messages: 400,
      paidParts: 600,
      workers: 2,
      behaviour: {
        latencyMs: 50,
        perSecondMax: 60,
        windowSeconds: 3,
        unavailableShare: 0.2,
        silentShare: 0.1,
      },
      env,
      limitMs,
    });
    const { repeated, renamed, impatient, spentParts, askedParts } = report;
    const isKept = Math.max(spentParts, askedParts) <= 600;
    return { isClean: repeated + renamed.length + impatient === 0 && isKept, report };
  },
  smpp: async ({ stage, env }) => {
    const report = await runSmppDrill(stage, {
      messages: 600,
      paidParts: 10_000,
      workers: 1,
      behaviour: { latencyMs: 20, perSecondMax: 60, cutShare: 0.002, silentShare: 0.005 },
      env,
      limitMs,
    });
    const { reached, renamed, mostPerPart } = report;
    return { isClean: reached === 600 && renamed.length === 0 && mostPerPart <= 2, report };
  },
};

const limitMs = 3_600_000;

async function drillMail(
  stage: SendingStage,
  { connections, ...plan }: Omit<MailDrillPlan, "limitMs" | "say"> & { connections: number },
): Promise<Outcome> {
  const server = await startMailServer(connections);
  try {
    const report = await runMailDrill(stage, server, { ...plan, limitMs, say });
    const { missing, unexplained, untrue, unplanned, longestMs } = report;
    const faults = missing.length + unexplained.length + untrue.length + unplanned;
    return { isClean: faults === 0 && longestMs <= 30_000, report };
  } finally {
    await server.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: Object.keys(drills) },
      backend: { type: "string", multiple: true, default: ["postgres", "redis"] },
      mails: { type: "string", default: "10000" },
      kills: { type: "string", default: "50" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const size = { mails: Number(values.mails), kills: Number(values.kills) };
  let hasFailed = false;
  for (const backend of values.backend) {
    for (const name of values.only) {
      const drill = drills[name];
      if (!drill) throw new Error(`There is no drill named ${name}.\n${usage}`);
      process.stderr.write(`${name}, jobs in ${backend}\n`);
      const { isClean, report } = await inPlace(backend, (place) => drill(place, size));
      hasFailed ||= !isClean;
      const told = { drill: name, backend, is_clean: isClean, ...report };
      process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    }
  }
  process.exitCode = hasFailed ? 1 : 0;
}

await main();

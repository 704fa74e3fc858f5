import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { hasRedisServer, startRedisServer } from "../test/jobs/store-under-test.ts";
import { openSendingStage, type SendingStage } from "../test/messages/drill/sending-stage.ts";
import type { Bench, Outcome } from "./bench.ts";
import { openMailWay, openSmsWay, type Way } from "./messages/ways.ts";
import { interleave } from "./pairs.ts";
import { perSecond, ratiosOf, spread } from "./statistics.ts";
import type { World } from "./world.ts";

const MESSAGES = 2_000;
const MESSAGES_QUICK = 300;
const POLL_MS = 50;

/** Due reminders through a worker ÷ the same messages through a bare loop; the slowest way and backend counts. */
export const messages: Bench = {
  name: "messages",
  question:
    "due reminders sent per second through SMTP, and as SMS over HTTP, on both job queues ÷ a bare loop of nodemailer, of fetch, that sends the same messages to the same sink",
  target: 0.7,
  run: async (world) => {
    const outcomes: Outcome[] = [];
    for (const backend of await listBackends()) {
      for (const openWay of [openMailWay, openSmsWay])
        outcomes.push(await measure(world, backend, await openWay()));
    }
    const slowest = outcomes.toSorted(
      (a, b) => spread(a.ratios).median - spread(b.ratios).median,
    )[0];
    return {
      ratios: slowest?.ratios ?? [],
      notes: outcomes.flatMap(({ notes }) => notes),
    };
  },
};

interface Backend {
  readonly name: string;
  readonly start: () => Promise<{
    readonly env: Readonly<Record<string, string>>;
    readonly stop: () => Promise<void>;
  }>;
}

async function listBackends(): Promise<readonly Backend[]> {
  const postgres: Backend = {
    name: "PostgreSQL",
    start: async () => ({ env: {}, stop: async () => undefined }),
  };
  const redis: Backend = {
    name: "Redis",
    start: async () => {
      const server = await startRedisServer();
      return { env: { REDIS_URL: server.url }, stop: server.stop };
    },
  };
  if (await hasRedisServer()) return [postgres, redis];
  process.stderr.write("  Redis is SKIPPED: no redis-server on the PATH\n");
  return [postgres];
}

async function measure(world: World, backend: Backend, way: Way): Promise<Outcome> {
  const databases = await world.databases();
  const name = `bench_${way.channel}_${backend.name.toLowerCase()}`;
  const count = world.scale.isQuick ? MESSAGES_QUICK : MESSAGES;
  await databases.clone(name);
  const stage = await openSendingStage({
    adminUrl: databases.adminUrl(name),
    serviceUrl: databases.serviceUrl(name),
  });
  const store = await backend.start();
  try {
    await stage.startWorker({ ...store.env, ...way.env });
    // The first run warms the worker up and gives the bare loop its messages.
    await sendReminders(stage, way, count);
    const pairs = await interleave(
      world,
      () => sendReminders(stage, way, count),
      () => sendBare(way, { count, folder: databases.folder }),
    );
    const ratios = ratiosOf(pairs.map(({ first, second }) => ({ of: first, to: second })));
    const { min, median, max } = spread(ratios);
    const rates = (of: "first" | "second") => pairs.map((pair) => perSecond(pair[of])).join(" ");
    return {
      ratios,
      notes: [
        `${way.channel}, jobs in ${backend.name}: ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)}); ours ${rates("first")}; bare ${rates("second")}`,
      ],
    };
  } finally {
    await stage.close();
    await way.close();
    await store.stop();
  }
}

/** Makes reminders due while sending is paused, releases them, and returns how many a second were sent and settled. */
async function sendReminders(stage: SendingStage, way: Way, count: number): Promise<number> {
  await stage.sql(
    "UPDATE message_settings SET paused_at = clock_now(), paused_reason = 'bench', sms_daily_ceiling_micros = NULL",
  );
  await stage.addDue(count, way.channel);
  await stage.sql("CHECKPOINT");
  const before = await way.taken();
  const startedAt = Date.now();
  await stage.sql("UPDATE message_settings SET paused_at = NULL, paused_reason = NULL");
  await untilTaken(way, before + count);
  await untilSettled(stage);
  const { rows } = await stage.sql(
    "SELECT extract(epoch FROM max(ended_at))::float8 * 1000 AS at FROM messages WHERE status = 'sent'",
  );
  const endedAt = Math.max(await way.lastAt(before), Number(rows[0]?.["at"]));
  return (count * 1_000) / (endedAt - startedAt);
}

async function sendBare(
  way: Way,
  { count, folder }: { readonly count: number; readonly folder: string },
): Promise<number> {
  const child = await way.startBare(count, folder);
  const exited = once(child, "exit");
  const before = await way.taken();
  const startedAt = Date.now();
  child.send("start");
  await untilTaken(way, before + count);
  const endedAt = await way.lastAt(before);
  await exited;
  return (count * 1_000) / (endedAt - startedAt);
}

async function untilTaken({ taken }: Way, count: number): Promise<void> {
  while ((await taken()) < count) await pause(POLL_MS);
}

async function untilSettled(stage: SendingStage): Promise<void> {
  for (;;) {
    const { planned, leased } = await stage.standing();
    if (planned + leased === 0) return;
    await pause(POLL_MS);
  }
}

import type { SmtpBehaviour } from "../../support/sinks/smtp-sink.ts";
import { beginDrill, bookMany, type Drill, listIds, until, untilAllEnded } from "./drill.ts";
import { judgeSending, type Verdict } from "./judge-sending.ts";
import type { MailServer } from "./mail-server.ts";
import type { SendingStage } from "./sending-stage.ts";

/** How much of everything happens. */
export interface MailDrillPlan {
  /** Visits that citizens book; a quarter is cancelled and a quarter moved while their reminders go out. */
  readonly bookings: number;
  readonly reminders: number;
  readonly behaviour: SmtpBehaviour;
  /** How often the worker is killed while it sends. */
  readonly kills: number;
  /** Done while no worker is alive, after these kills (counted from 1). */
  readonly disasters: ReadonlyMap<number, () => Promise<void>>;
  /** Variables beside the mail server's. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly say?: (text: string) => void;
}

/** How many messages ended how: status and reason. */
export type Ends = Readonly<Record<string, number>>;

export interface MailDrillReport extends Verdict {
  readonly kills: number;
  /** Visits whose confirmation, notice of the change or of the cancellation was never planned. */
  readonly unplanned: number;
  /** Messages by how they ended. */
  readonly ends: Ends;
  /** Longest attempt, in milliseconds. */
  readonly longestMs: number;
  readonly seconds: number;
}

/** What a killed worker had leased is due again after this long; the clock is moved instead of waiting. */
const leaseSeconds = 50;

/** Runs a drill on an empty stage: citizens book, reminders fall due, everything goes wrong, and the oracle judges. */
export async function runMailDrill(
  stage: SendingStage,
  server: MailServer,
  plan: MailDrillPlan,
): Promise<MailDrillReport> {
  const { say = () => undefined } = plan;
  const startedMs = performance.now();
  const drill = beginDrill(stage);
  const env = { ...plan.env, ...server.env };
  await server.behave(plan.behaviour);
  let worker = await stage.startWorker(env);
  const appointments = await bookMany(stage, plan.bookings);
  await until(async () => (await countConfirmed(stage)) === appointments.length, 60_000);
  await stage.addDue(plan.reminders, "email");
  // Two days before the first of the visits.
  if (plan.bookings > 0) await stage.skip(25 * 3_600);
  say(`${plan.bookings} booked, ${plan.reminders} reminders are due`);
  const quarter = Math.floor(appointments.length / 4);
  await drill.cancel(appointments.slice(0, quarter));
  await drill.move(appointments.slice(quarter, 2 * quarter));
  let kills = 0;
  while (kills < plan.kills && (await untilBusy(stage, server))) {
    await drill.kill(worker);
    kills += 1;
    await plan.disasters.get(kills)?.();
    await stage.skip(leaseSeconds);
    worker = await stage.startWorker(env);
    if (kills % 10 === 0) say(`${kills} workers killed`);
  }
  await untilAllEnded(stage, plan.limitMs);
  await worker.stop();
  const changed = { cancelled: quarter, moved: quarter };
  return {
    ...(await judge(stage, drill, server)),
    kills,
    unplanned: await countUnplanned(stage, { booked: appointments.length, ...changed }),
    ends: await countEnds(stage),
    longestMs: await readLongest(stage),
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

async function judge(
  stage: SendingStage,
  { interrupted, untrueSince }: Drill,
  server: MailServer,
): Promise<Verdict> {
  const wanted = await listIds(stage, "SELECT id FROM messages WHERE status <> 'discarded'");
  return judgeSending({ wanted, received: await server.received(), interrupted, untrueSince });
}

/** Waits until messages are under way and some came through; false when everything has ended. */
async function untilBusy(stage: SendingStage, server: MailServer): Promise<boolean> {
  const { receipts } = await server.figures();
  let isBusy = false;
  await untilAllEnded(stage, 120_000, async ({ leased }) => {
    isBusy = leased > 0 && (await server.figures()).receipts > receipts + 2;
    return isBusy;
  });
  return isBusy;
}

async function countConfirmed(stage: SendingStage): Promise<number> {
  return countOf(stage, "SELECT count(*)::int FROM messages WHERE kind = 'confirmation'");
}

async function countUnplanned(
  stage: SendingStage,
  wanted: { readonly booked: number; readonly cancelled: number; readonly moved: number },
): Promise<number> {
  const of = (kind: string): Promise<number> =>
    countOf(stage, `SELECT count(DISTINCT subject_id)::int FROM messages WHERE kind = '${kind}'`);
  return (
    wanted.booked -
    (await of("confirmation")) +
    (wanted.cancelled - (await of("cancellation"))) +
    (wanted.moved - (await of("change")))
  );
}

/** Counts the stage's messages by status and reason. */
export async function countEnds(stage: SendingStage): Promise<Ends> {
  const { rows } = await stage.sql(
    `SELECT coalesce(status || ' ' || end_reason, status) AS how, count(*)::int FROM messages GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [String(row["how"]), Number(row["count"])]));
}

async function readLongest(stage: SendingStage): Promise<number> {
  return countOf(stage, "SELECT coalesce(max(duration_ms), 0)::int AS count FROM message_attempts");
}

async function countOf(stage: SendingStage, text: string): Promise<number> {
  const { rows } = await stage.sql(text);
  return Number(rows[0]?.["count"]);
}

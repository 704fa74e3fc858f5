import { startSinkProcess } from "../../support/sinks/sink-process.ts";
import type { SmsBehaviour, SmsReceipt } from "../../support/sinks/sms-sink.ts";
import type { SmscBehaviour, SmscReceipt } from "../../support/sinks/smsc.ts";
import { plainProvider } from "../sample-sms.ts";
import { beginDrill, untilAllEnded } from "./drill.ts";
import { countEnds, type Ends } from "./mail-drill.ts";
import type { SendingStage } from "./sending-stage.ts";

/** How many SMS are due, and what they may cost. */
export interface SmsDrillPlan<B> {
  readonly messages: number;
  /** Parts that the day's ceiling pays for; the drill's reminders have two. */
  readonly paidParts: number;
  readonly workers: number;
  readonly behaviour: B;
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

export interface SmsDrillReport {
  /** Recipients whose SMS was taken, of those that were paid for. */
  readonly reached: number;
  /** Most parts that were ever reckoned on the day. */
  readonly spentParts: number;
  /** Requests that the provider took, or may have, beyond the first of each message. */
  readonly repeated: number;
  /** Parts in requests that were answered with success or never: what the provider may charge. */
  readonly askedParts: number;
  /** How often one part of one message was taken, at most. */
  readonly mostPerPart: number;
  /** Messages that were named differently on a retry, or share a name. */
  readonly renamed: readonly string[];
  /** Requests that began after everybody could know that the provider asks for patience. */
  readonly impatient: number;
  /** Requests inside a window in all: those under way when it began. */
  readonly insideWindow: number;
  readonly refusals: number;
  /** Messages that were leased by the worker that was killed. */
  readonly interrupted: number;
  readonly ends: Ends;
  readonly seconds: number;
}

const priceMicros = 50_000;

/** Sends SMS through an HTTP provider that limits, is away, and takes without an answer; one worker is killed. */
export async function runSmsDrill(
  stage: SendingStage,
  plan: SmsDrillPlan<SmsBehaviour>,
): Promise<SmsDrillReport> {
  const startedMs = performance.now();
  const sink = await startSinkProcess("sms", plan.behaviour);
  try {
    const provider = plainProvider(`http://127.0.0.1:${sink.port}/v1/messages`, {
      may_use_plain_http: true,
    });
    const drilled = await sendAll(stage, plan, { SMS_HTTP_PROVIDER: JSON.stringify(provider) });
    const receipts = await sink.receipts();
    const taken = receipts.filter(({ answer }) => takenAnswers.has(answer));
    const asked = receipts.filter(
      ({ answer }) => answer === "repeated" || takenAnswers.has(answer),
    );
    const inside = receipts.filter(({ windowOpenMs }) => windowOpenMs > 0);
    return {
      ...drilled,
      ...(await readFigures(stage)),
      ...countReached(taken, asked),
      renamed: listRenamed(receipts),
      impatient: inside.filter(({ windowOpenMs }) => windowOpenMs > patienceKnownMs).length,
      insideWindow: inside.length,
      refusals: receipts.filter(({ answer }) => answer === "limited" || answer === "unavailable")
        .length,
      seconds: (performance.now() - startedMs) / 1_000,
    };
  } finally {
    await sink.close();
  }
}

const takenAnswers: ReadonlySet<SmsReceipt["answer"]> = new Set(["taken", "silent", "cut"]);
/** By then every worker has read that it must wait. */
const patienceKnownMs = 1_000;

/** The same through an SMSC that throttles, cuts and falls silent. */
export async function runSmppDrill(
  stage: SendingStage,
  plan: SmsDrillPlan<SmscBehaviour>,
): Promise<SmsDrillReport> {
  const startedMs = performance.now();
  const smsc = await startSinkProcess("smsc", plan.behaviour);
  try {
    const drilled = await sendAll(stage, plan, {
      SMS_SMPP_URL: `smpp://id:secret@127.0.0.1:${smsc.port}`,
    });
    const receipts = await smsc.receipts();
    const taken = receipts.filter(isTaken).map(({ to, part }) => ({ to, part: part?.index ?? 0 }));
    return {
      ...drilled,
      ...(await readFigures(stage)),
      ...countReached(taken, taken),
      renamed: listRenamed(
        receipts.map(({ to, reference }) => ({ to, reference: `${to}/${reference}` })),
      ),
      impatient: 0,
      insideWindow: 0,
      refusals: receipts.length - taken.length,
      seconds: (performance.now() - startedMs) / 1_000,
    };
  } finally {
    await smsc.close();
  }
}

function isTaken({ answer }: SmscReceipt): boolean {
  return answer === "taken" || answer === "silent" || answer === "cut";
}

interface Request {
  readonly to: string;
  /** Which part it is about, where each goes by itself. */
  readonly part?: number;
}

function countReached(
  taken: readonly Request[],
  asked: readonly Request[],
): Pick<SmsDrillReport, "reached" | "repeated" | "askedParts" | "mostPerPart"> {
  const counts = [...Map.groupBy(asked, ({ to, part }) => `${to}/${part}`).values()].map(
    (all) => all.length,
  );
  const distinct = new Set(taken.map(({ to, part }) => `${to}/${part}`)).size;
  const isWhole = asked.every(({ part }) => part === undefined);
  return {
    reached: new Set(taken.map(({ to }) => to)).size,
    repeated: taken.length - distinct,
    askedParts: asked.length * (isWhole ? partsPerReminder : 1),
    mostPerPart: Math.max(0, ...counts),
  };
}

const partsPerReminder = 2;

async function sendAll(
  stage: SendingStage,
  { messages, paidParts, workers, env, limitMs }: SmsDrillPlan<unknown>,
  provider: Readonly<Record<string, string>>,
): Promise<{ interrupted: number }> {
  await stage.sql(
    "UPDATE message_settings SET sms_price_micros = $1, sms_daily_ceiling_micros = $2",
    [priceMicros, priceMicros * paidParts],
  );
  await stage.addDue(messages, "sms");
  const started = await Promise.all(
    Array.from({ length: workers }, () => stage.startWorker({ ...env, ...provider })),
  );
  const [victim] = started;
  const drill = beginDrill(stage);
  // What the ceiling does not pay for waits for the next day.
  await untilAllEnded(stage, limitMs, async ({ leased, planned, waitingLong }) => {
    if (
      leased > 0 &&
      planned < messages / 2 &&
      victim &&
      workers > 1 &&
      drill.interrupted.size === 0
    )
      await drill.kill(victim);
    return leased === 0 && planned === waitingLong;
  });
  for (const worker of started.slice(1)) await worker.stop();
  await victim?.stop();
  return { interrupted: drill.interrupted.size };
}

async function readFigures(
  stage: SendingStage,
): Promise<Pick<SmsDrillReport, "spentParts" | "ends">> {
  const { rows } = await stage.sql("SELECT coalesce(max(parts), 0) AS parts FROM message_spend");
  return { spentParts: Number(rows[0]?.["parts"]), ends: await countEnds(stage) };
}

interface Named {
  readonly to: string;
  readonly reference: string;
}

function listRenamed(requests: readonly Named[]): string[] {
  const differing = (by: keyof Named, of: keyof Named): string[] =>
    [...Map.groupBy(requests, (one) => one[by])]
      .filter(([, all]) => new Set(all.map((one) => one[of])).size > 1)
      .map(([name]) => name);
  return [...differing("to", "reference"), ...differing("reference", "to")];
}

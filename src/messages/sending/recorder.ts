import { setTimeout as wait } from "node:timers/promises";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { isUnavailability } from "../../db/faults.ts";
import { monotonicMs } from "../../time/clock.ts";
import type { MessageChannel } from "../message-state.ts";
import { afterSecondsMax, blockSeconds } from "./back-off.ts";
import { addFault, blockGate, clearFaults } from "../rates/queries.ts";
import type { SendOutcome } from "../transports/transport.ts";
import type { ReadyMessage } from "./lease-messages.ts";
import type { Providers } from "./provider.ts";
import type { SettlementRow } from "./queries.ts";
import { settleIn } from "./settle-messages.ts";
import { settleAttempt, settleUnsent } from "./settlement.ts";
import type { SendingFigures } from "./sending-figures.ts";
import { refundSpend } from "./spend-queries.ts";
import { noteEndpointsIn } from "../webhooks/note-endpoints.ts";

/** What came of a leased message; without an outcome it was not tried. */
export interface Ended {
  readonly ready: ReadyMessage;
  readonly outcome: SendOutcome | undefined;
  readonly durationMs: number;
}

/** Writes what came of messages, many at once. */
export interface Recorder {
  /** Resolves when it is written; waits for a database that is away as long as it takes, up to five minutes. */
  readonly record: (
    where: { readonly tenantId: string; readonly channel: MessageChannel },
    ended: Ended,
  ) => Promise<void>;
  /** Whether a provider asked this process for patience a moment ago, also before the others can read of it. */
  readonly isBlocked: (channel: MessageChannel) => boolean;
}

const clearedForMs = 1_000;

export interface RecorderOptions extends Pick<Deps, "db"> {
  readonly providers: Providers;
  readonly figures?: SendingFigures | undefined;
}

/** What came of messages is written together when so many are there, or after so long. */
const recordedAtOnceMax = 100;
const gatheredMs = 25;
const patienceMs = 300_000;
const retryMs = 250;
/** How long this process remembers by itself that it was asked for patience; by then the database says so. */
const rememberedMs = 2_000;
/** A message that was not tried waits this long. */
const untriedWaitMs = 500;

/** Where messages belong that are written together. */
interface Where {
  readonly tenantId: string;
  readonly channel: MessageChannel;
}

/** What came of a message, and who waits for it to be written. */
interface Waiting {
  readonly ended: Ended;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Makes the recorder of a process. */
export function createRecorder(given: RecorderOptions): Recorder {
  const options: WriterOptions = { ...given, clearedMs: new Map() };
  const blockedUntilMs = new Map<MessageChannel, number>();
  const gathered = new Map<string, Waiting[]>();
  const flush = (where: Where): void => {
    const name = `${where.tenantId}/${where.channel}`;
    const batch = gathered.get(name) ?? [];
    gathered.delete(name);
    if (batch.length > 0) void writeAll(options, where, batch);
  };
  const gather = (where: Where, waiting: Waiting): void => {
    const name = `${where.tenantId}/${where.channel}`;
    const batch = gathered.get(name) ?? [];
    batch.push(waiting);
    gathered.set(name, batch);
    if (batch.length === 1) setTimeout(() => flush(where), gatheredMs);
    if (batch.length >= recordedAtOnceMax) flush(where);
  };
  const isBlocked: Recorder["isBlocked"] = (channel) =>
    (blockedUntilMs.get(channel) ?? 0) > monotonicMs();
  return {
    isBlocked,
    record: async ({ tenantId, channel }, ended) => {
      const seconds = askedSeconds(ended.outcome);
      if (seconds !== null && channel !== "webhook") {
        if (!isBlocked(channel)) void tellOthers(options, channel, seconds);
        blockedUntilMs.set(channel, monotonicMs() + Math.min(seconds * 1_000, rememberedMs));
      }
      count(options, channel, ended);
      await new Promise<void>((resolve, reject) =>
        gather({ tenantId, channel }, { ended, resolve, reject }),
      );
    },
  };
}

/**
 * Writes a batch and answers who waits. What was sent must be known to be sent, so a restart of the database is waited
 * for. When PostgreSQL refuses the batch for a fault of one message, its halves are written apart, down to one.
 */
async function writeAll(
  options: WriterOptions,
  where: Where,
  batch: readonly Waiting[],
): Promise<void> {
  const items = batch.map(({ ended }) => ended);
  const untilMs = monotonicMs() + patienceMs;
  for (;;) {
    try {
      await options.db.inTenant(where.tenantId, (trx) =>
        recordIn(trx, options, { ...where, items }),
      );
      for (const { resolve } of batch) resolve();
      return;
    } catch (error) {
      const isAway = isUnavailability(error);
      if (!isAway && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await writeAll(options, where, batch.slice(0, middle));
        return writeAll(options, where, batch.slice(middle));
      }
      if (!isAway || monotonicMs() > untilMs) {
        for (const { reject } of batch) reject(error);
        return;
      }
    }
    await wait(retryMs);
  }
}

/**
 * Other workers go on until they read that the provider asks for patience, so that it is written at once and by itself:
 * what came of the message waits for others, and then for the row of the day's money. It is written again with that.
 */
async function tellOthers(
  { db }: WriterOptions,
  channel: MessageChannel,
  asked: number,
): Promise<void> {
  await db
    .inSystem(async (trx) => {
      const faults = await addFault(trx, channel);
      await blockGate(trx, channel, Math.max(asked, blockSeconds(faults)));
    })
    .catch(() => undefined);
}

function askedSeconds(outcome: SendOutcome | undefined): number | null {
  if (outcome?.kind !== "later" || !outcome.isProviderWide || outcome.afterSeconds === null)
    return null;
  return Math.min(Math.max(outcome.afterSeconds, 0), afterSecondsMax);
}

interface Batch extends Where {
  readonly items: readonly Ended[];
}

/** With when each provider was last said to be in order. */
type WriterOptions = RecorderOptions & { readonly clearedMs: Map<MessageChannel, number> };

async function recordIn(trx: Trx, options: WriterOptions, batch: Batch): Promise<void> {
  const { tenantId, items } = batch;
  const settlements = items.map((item) => settlementOf(item, options.providers, batch.channel));
  const settled = new Set(await settleIn(trx, tenantId, settlements));
  const own = items.filter(({ ready }) => settled.has(ready.message.id));
  await refund(trx, tenantId, own);
  const attempts = items.map(({ ready, outcome }) => ({ endpoint: ready.endpoint, outcome }));
  if (batch.channel === "webhook") await noteEndpointsIn(trx, tenantId, attempts);
  else await reportProvider(trx, options, batch);
}

function settlementOf(
  { ready, outcome, durationMs }: Ended,
  providers: Providers,
  channel: MessageChannel,
): SettlementRow {
  const { message, attempt } = ready;
  const now = databaseNow(ready);
  const leased = { id: message.id, attempt };
  if (!outcome) return settleUnsent(leased, { status: "planned", nextAt: now + untriedWaitMs });
  const provider = providers[channel];
  return settleAttempt(
    {
      ...leased,
      notAfter: message.notAfter,
      provider: provider?.name ?? "none",
      isRepeatable: provider?.isRepeatable ?? false,
      parts: ready.content.verdict === "sms" ? ready.content.sms.parts : null,
      costMicros: ready.costMicros,
    },
    { outcome, now, durationMs, random: Math.random() },
  );
}

/** The database's clock, epoch milliseconds, reckoned from what it was when the message was leased. */
function databaseNow({ leasedAt, leasedMs }: ReadyMessage): number {
  return leasedAt + Math.round(monotonicMs() - leasedMs);
}

/**
 * What the provider did not take costs nothing; what it may have taken stays reckoned. Only for attempts that this
 * transaction settles, so that nothing is given back twice.
 */
async function refund(trx: Trx, tenantId: string, items: readonly Ended[]): Promise<void> {
  const byDate = new Map<string, { micros: number; parts: number }>();
  for (const { ready, outcome } of items) {
    const isTaken = outcome?.kind === "accepted" || outcome?.kind === "unknown";
    if (isTaken || ready.content.verdict !== "sms") continue;
    const sum = byDate.get(ready.chargedOn) ?? { micros: 0, parts: 0 };
    byDate.set(ready.chargedOn, {
      micros: sum.micros + ready.costMicros,
      parts: sum.parts + ready.content.sms.parts,
    });
  }
  for (const [date, spending] of byDate) await refundSpend(trx, { tenantId, date }, spending);
}

async function reportProvider(
  trx: Trx,
  { clearedMs }: WriterOptions,
  { channel, items }: Batch,
): Promise<void> {
  const outcomes = items.flatMap(({ outcome }) => outcome ?? []);
  const wide = outcomes.filter((one) => one.kind === "later" && one.isProviderWide);
  const isTaking = outcomes.some((one) => one.kind === "accepted");
  const asked = Math.max(0, ...outcomes.flatMap((one) => askedSeconds(one) ?? []));
  if (wide.length === 0 && !isTaking) return;
  // Once a second is often enough to say that nothing is wrong.
  const isCleared = monotonicMs() - (clearedMs.get(channel) ?? -Infinity) < clearedForMs;
  if (isTaking && (wide.length > 0 || !isCleared)) {
    await clearFaults(trx, channel);
    clearedMs.set(channel, monotonicMs());
  }
  const faults = isTaking ? 0 : await addFault(trx, channel);
  const seconds = Math.max(asked, blockSeconds(faults));
  if (seconds > 0) await blockGate(trx, channel, seconds);
}

function count(options: RecorderOptions, channel: MessageChannel, ended: Ended): void {
  const { ready, outcome, durationMs } = ended;
  if (!outcome) return;
  const lagMs = databaseNow(ready) - ready.message.dueAt;
  options.figures?.messageAttempted({
    channel,
    provider: options.providers[channel]?.name ?? "none",
    kind: ready.message.kind,
    outcome: outcome.kind,
    seconds: durationMs / 1_000,
    lagSeconds: outcome.kind === "accepted" ? Math.max(lagMs / 1_000, 0) : undefined,
  });
}

import type { Deps, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { Lane, MessageChannel } from "../message-state.ts";
import { isRequired } from "../message-state.ts";
import type { TurnTaker } from "../rates/take-turns.ts";
import { openEndpoint } from "../webhooks/open-endpoint.ts";
import type { OpenEndpoint } from "../webhooks/endpoint.ts";
import { listEndpointsById } from "../webhooks/queries.ts";
import { monotonicMs } from "../../time/clock.ts";
import { defaultSettings, type MessageSettings } from "../settings/message-settings.ts";
import { findSettings } from "../settings/queries.ts";
import { openRecipient } from "../store/recipient.ts";
import type { Compose, Composition, MessageToSend } from "./composition.ts";
import { type LeasedRow, leaseRows, type SettlementRow } from "./queries.ts";
import { settleIn } from "./settle-messages.ts";
import { settleUnsent } from "./settlement.ts";
import { type Charge, payFor } from "./spend.ts";
import { addSpend, lockSpend, spendIfAffordable } from "./spend-queries.ts";

/** A written message with a lease; whoever has it hands it over at once and settles it. */
export interface ReadyMessage {
  readonly message: MessageToSend;
  readonly attempt: number;
  /** When it was leased: by the database's clock (epoch ms) and by this process's. */
  readonly leasedAt: number;
  readonly leasedMs: number;
  /** Where a webhook goes; null for everything else. */
  readonly endpoint: OpenEndpoint | null;
  readonly content: Exclude<Composition, { verdict: "discard" | "fail" | "postpone" }>;
  readonly costMicros: number;
  /** Day of the administration on which an SMS was charged. */
  readonly chargedOn: string;
}

export interface LeaseRequest {
  readonly tenant: Tenant;
  readonly channel: MessageChannel;
  readonly lane: Lane;
  readonly ids: readonly string[];
}

export interface LeaseDeps extends Pick<Deps, "vault"> {
  readonly compose: Compose;
  readonly turnTaker: TurnTaker;
}

/** Time for handing over and settling; after that another worker may send the message once more. */
const leaseSeconds = 45;

/** SMS that the day's money did not pay for ask again after this long, or on the next day. */
const unpaidWaitMs = 3_600_000;

/**
 * Leases messages, writes them from what is true now, lets them take their turn and pays for them, in the caller's
 * transaction. What is no longer true, wanted or in time ends here. Returns those to be handed over; ids that are not
 * among them are somebody else's, paused, or settled.
 */
export async function leaseMessagesIn(
  trx: Trx,
  deps: LeaseDeps,
  request: LeaseRequest,
): Promise<ReadyMessage[]> {
  const { tenant, channel, ids } = request;
  const rows = await leaseRows(trx, tenant.id, { ids, channel, leaseSeconds });
  const [first] = rows;
  if (!first) return [];
  const now = first.now.getTime();
  const written = await write(trx, deps, { request, rows, now });
  const settled = written.flatMap((one) => settledNow(one, now));
  // Only SMS cost something.
  const settings = channel === "sms" ? await findSettings(trx, tenant.id) : defaultSettings;
  const ready = written.flatMap((one) => readyOf(one, { tenant, settings, now }));
  const { going, waiting } = await takeTurns(trx, deps, { request, rows, ready, now });
  await settleIn(trx, tenant.id, [...settled, ...waiting]);
  // Others of the same day wait from here on.
  const { paid, unpaid } = await pay(trx, { tenant, settings, now }, going);
  await settleIn(trx, tenant.id, unpaid);
  return paid;
}

interface Written {
  readonly row: LeasedRow;
  readonly message: MessageToSend;
  readonly endpoint: OpenEndpoint | null;
  readonly composition: Composition;
}

async function write(
  trx: Trx,
  { compose, vault }: LeaseDeps,
  given: {
    readonly request: LeaseRequest;
    readonly rows: readonly LeasedRow[];
    readonly now: number;
  },
): Promise<Written[]> {
  const { request, rows, now } = given;
  const { tenant, channel } = request;
  const messages = rows.map((row) => toSend(row, channel, recipientOf(vault, tenant.id, row)));
  const inTime = messages.filter((message) => message.notAfter >= now && !message.isTraining);
  const compositions = await compose(trx, { tenant, now, messages: inTime });
  const endpoints = await openEndpoints(trx, vault, given);
  return rows.flatMap((row, index) => {
    const message = messages[index];
    if (!message) return [];
    const endpoint = endpoints.get(row.endpoint_id ?? "") ?? null;
    const isSwitchedOff = channel === "webhook" && !endpoint;
    const composition: Composition = isSwitchedOff
      ? { verdict: "fail", reason: "endpoint_disabled" }
      : judge(message, compositions.get(row.id), now);
    return [{ row, message, endpoint, composition }];
  });
}

/** Those that are switched on. */
async function openEndpoints(
  trx: Trx,
  vault: Deps["vault"],
  { request, rows, now }: { request: LeaseRequest; rows: readonly LeasedRow[]; now: number },
): Promise<Map<string, OpenEndpoint>> {
  const tenantId = request.tenant.id;
  const ids = [...new Set(rows.flatMap((row) => row.endpoint_id ?? []))];
  const found = await listEndpointsById(trx, tenantId, ids);
  return new Map(
    found
      .filter(({ status }) => status === "active")
      .map((row) => [row.id, openEndpoint(vault, tenantId, { row, now })]),
  );
}

function judge(
  message: MessageToSend,
  composition: Composition | undefined,
  now: number,
): Composition {
  if (message.isTraining) return { verdict: "discard", reason: "training" };
  if (message.notAfter < now) return tooLate(message);
  if (!composition) return { verdict: "fail", reason: "not_composed" };
  if (composition.verdict === "postpone" && composition.until > message.notAfter)
    return tooLate(message);
  return composition;
}

/** A reminder that is too late is left out; what must reach somebody has failed, and is told by telephone. */
function tooLate({ kind }: MessageToSend): Composition {
  return isRequired(kind)
    ? { verdict: "fail", reason: "too_late" }
    : { verdict: "discard", reason: "too_late" };
}

function toSend(row: LeasedRow, channel: MessageChannel, recipient: string | null): MessageToSend {
  return {
    id: row.id,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    kind: row.kind,
    channel,
    language: row.language,
    offsetMinutes: row.offset_minutes,
    facts: row.facts,
    recipient,
    dueAt: row.due_at.getTime(),
    notAfter: row.not_after.getTime(),
    isTraining: row.is_training,
  };
}

function recipientOf(vault: Deps["vault"], tenantId: string, row: LeasedRow): string | null {
  const sealed = row.recipient_encrypted;
  return sealed && openRecipient(vault, tenantId, { id: row.id, sealed });
}

function settledNow({ row, composition }: Written, now: number): SettlementRow[] {
  switch (composition.verdict) {
    case "discard":
      return [settleUnsent(row, { status: "discarded", reason: composition.reason })];
    case "fail":
      return [settleUnsent(row, { status: "failed", reason: composition.reason })];
    case "postpone":
      return [
        settleUnsent(row, { status: "planned", nextAt: Math.max(composition.until, now + 1_000) }),
      ];
    case "email":
    case "sms":
    case "webhook":
      return [];
  }
}

function readyOf(
  { row, message, endpoint, composition }: Written,
  { tenant, settings, now }: Paying,
): ReadyMessage[] {
  if (composition.verdict === "discard" || composition.verdict === "fail") return [];
  if (composition.verdict === "postpone") return [];
  return [
    {
      message,
      attempt: row.attempt,
      leasedAt: now,
      leasedMs: monotonicMs(),
      endpoint,
      content: composition,
      costMicros:
        composition.verdict === "sms" ? composition.sms.parts * settings.sms_price_micros : 0,
      chargedOn: localDateOf(now, tenant.timeZone),
    },
  ];
}

async function takeTurns(
  trx: Trx,
  { turnTaker }: LeaseDeps,
  given: {
    readonly request: LeaseRequest;
    readonly rows: readonly LeasedRow[];
    readonly ready: readonly ReadyMessage[];
    readonly now: number;
  },
): Promise<{ going: ReadyMessage[]; waiting: SettlementRow[] }> {
  const { request, rows, ready, now } = given;
  const domains = new Map(rows.map((row) => [row.id, row.domain_hex]));
  const waits = await turnTaker.takeTurns(trx, {
    ...request,
    now,
    travellers: ready.map(({ message: { id } }) => ({ id, domainHex: domains.get(id) ?? null })),
  });
  return {
    going: ready.filter(({ message }) => !waits.has(message.id)),
    waiting: ready.flatMap(({ message, attempt }) => {
      const nextAt = waits.get(message.id);
      return nextAt === undefined
        ? []
        : [settleUnsent({ id: message.id, attempt }, { status: "planned", nextAt })];
    }),
  };
}

/** Whose money is spent, at which price, on which day. */
interface Paying {
  readonly tenant: Tenant;
  readonly settings: MessageSettings;
  readonly now: number;
}

async function pay(
  trx: Trx,
  { tenant, settings, now }: Paying,
  ready: readonly ReadyMessage[],
): Promise<{ paid: ReadyMessage[]; unpaid: SettlementRow[] }> {
  const charges = ready.flatMap(({ message: { id }, content, costMicros }) =>
    content.verdict === "sms" ? [{ id, parts: content.sms.parts, micros: costMicros }] : [],
  );
  const [some] = ready;
  if (charges.length === 0 || !some) return { paid: [...ready], unpaid: [] };
  const day = { tenantId: tenant.id, date: some.chargedOn };
  const ceilingMicros = settings.sms_daily_ceiling_micros;
  const whole = { ...sumOf(charges), ceilingMicros };
  if (await spendIfAffordable(trx, day, whole)) return { paid: [...ready], unpaid: [] };
  const spentMicros = await lockSpend(trx, day);
  const { paid, unpaid } = payFor({ spentMicros, ceilingMicros }, charges);
  if (paid.length > 0) await addSpend(trx, day, { ...sumOf(paid), ceilingMicros });
  const unpaidIds = new Set(unpaid.map((one) => one.id));
  return {
    paid: ready.filter(({ message }) => !unpaidIds.has(message.id)),
    unpaid: ready.flatMap(({ message, attempt }) =>
      unpaidIds.has(message.id) ? [unpaidSettlement(message, attempt, now)] : [],
    ),
  };
}

function sumOf(charges: readonly Charge[]): { micros: number; parts: number } {
  return {
    micros: charges.reduce((sum, one) => sum + one.micros, 0),
    parts: charges.reduce((sum, one) => sum + one.parts, 0),
  };
}

function unpaidSettlement(message: MessageToSend, attempt: number, now: number): SettlementRow {
  const leased = { id: message.id, attempt };
  const nextAt = now + unpaidWaitMs;
  if (nextAt <= message.notAfter) return settleUnsent(leased, { status: "planned", nextAt });
  return settleUnsent(leased, { status: "failed", reason: "ceiling" });
}

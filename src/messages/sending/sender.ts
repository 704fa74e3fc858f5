import type { Deps, Tenant } from "../../context.ts";
import { createGatherer, type Gatherer } from "../../db/gatherer.ts";
import { createTenantReader } from "../../identity/find-tenant.ts";
import { monotonicMs } from "../../time/clock.ts";
import type { Lane, MessageChannel } from "../message-state.ts";
import { createTurnTaker, type SendingRates } from "../rates/take-turns.ts";
import type { SendOutcome } from "../transports/transport.ts";
import type { Compose } from "./composition.ts";
import { leaseMessagesIn, type LeaseDeps, type ReadyMessage } from "./lease-messages.ts";
import { outgoingEmail, outgoingSms, outgoingWebhook } from "./outgoing.ts";
import { createPlaces, type Places } from "./places.ts";
import type { Provider, Providers, Senders } from "./provider.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import type { SendingFigures } from "./sending-figures.ts";

/** Messages of one administration and channel that were claimed together. */
export interface SendRequest {
  readonly tenantId: string;
  readonly channel: MessageChannel;
  readonly lane: Lane;
  readonly ids: readonly string[];
}

/** Hands messages over in this process. */
export interface Sender {
  /**
   * Sends those of the messages that are due and true, and settles each by itself; resolves when all are settled. May
   * be repeated: what is leased or settled already is left alone. Once `signal` aborts, nothing more is begun.
   */
  readonly send: (request: SendRequest, signal: AbortSignal) => Promise<void>;
}

export interface SenderOptions extends Deps {
  readonly compose: Compose;
  readonly providers: Providers;
  readonly senders: Senders;
  readonly rates: SendingRates;
  readonly figures?: SendingFigures | undefined;
}

/** The whole conversation with a provider takes this long at most. */
const deadlineMs = 25_000;

/** What was written longer ago may be true no more: it is written again. */
const freshMs = 3_000;

const leasedAtOnceMax = 50;
const waitingMax = 100_000;

/** Everything the parts of a sender share. */
interface SenderParts {
  readonly options: SenderOptions;
  readonly leaser: Gatherer<string, ReadyMessage | null>;
  readonly recorder: Recorder;
  /** Messages under way in this process, twice as many as connections: while one is handed over, the next is written. */
  readonly places: ReadonlyMap<MessageChannel, Places>;
  readonly connections: ReadonlyMap<MessageChannel, Places>;
  readonly readTenant: (tenantId: string) => Promise<Tenant | undefined>;
}

/** Makes the sender of a process; it holds nothing that another process would need. */
export function createSender(options: SenderOptions): Sender {
  const readTenant = createTenantReader(options);
  const parts: SenderParts = {
    options,
    readTenant,
    leaser: createLeaser(options, readTenant),
    recorder: createRecorder(options),
    places: placesOf(options.providers, 2),
    connections: placesOf(options.providers, 1),
  };
  return {
    send: async (request, signal) => {
      const tenant = await readTenant(request.tenantId);
      if (!tenant || !options.providers[request.channel]) return;
      const work = request.ids.map((id) => sendOne(parts, { ...request, tenant, id }, signal));
      const results = await Promise.allSettled(work);
      const failed = results.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}

function placesOf(providers: Providers, times: number): Map<MessageChannel, Places> {
  const places = new Map<MessageChannel, Places>();
  for (const channel of ["email", "sms", "webhook"] as const) {
    const provider = providers[channel];
    if (provider) places.set(channel, createPlaces(Math.max(2, provider.connections * times)));
  }
  return places;
}

function createLeaser(
  options: SenderOptions,
  readTenant: SenderParts["readTenant"],
): SenderParts["leaser"] {
  const deps: LeaseDeps = { ...options, turnTaker: createTurnTaker(options.rates) };
  return createGatherer({
    itemsMax: leasedAtOnceMax,
    waitingMax,
    run: async (group, ids) => {
      const { tenantId, channel, lane } = readGroup(group);
      const tenant = await readTenant(tenantId);
      if (!tenant) return ids.map(() => ({ kind: "done", value: null }));
      const ready = await options.db.inTenant(tenantId, (trx) =>
        leaseMessagesIn(trx, deps, { tenant, channel, lane, ids }),
      );
      const byId = new Map(ready.map((one) => [one.message.id, one]));
      return ids.map((id) => ({ kind: "done", value: byId.get(id) ?? null }));
    },
  });
}

type Group = Pick<SendRequest, "tenantId" | "channel" | "lane">;

function groupOf({ tenantId, channel, lane }: Group): string {
  return `${tenantId}/${channel}/${lane}`;
}

/** Reads back what `groupOf` wrote. */
function readGroup(group: string): Group {
  const [tenantId = "", channel, lane] = group.split("/");
  return {
    tenantId,
    channel: channel === "email" || channel === "sms" ? channel : "webhook",
    lane: lane === "notices" ? "notices" : "reminders",
  };
}

type OneRequest = Group & { readonly tenant: Tenant; readonly id: string };

async function sendOne(parts: SenderParts, one: OneRequest, signal: AbortSignal): Promise<void> {
  const { channel, lane } = one;
  const leave = await parts.places.get(channel)?.take(lane, signal);
  try {
    const ready = await parts.leaser.submit(groupOf(one), one.id);
    if (!ready) return;
    const attempt = await attemptOne(parts, one, ready);
    await parts.recorder.record(one, { ready, ...attempt });
  } finally {
    leave?.();
  }
}

/** Undefined outcome: it was not tried, because what was written has grown old while it waited for a connection. */
async function attemptOne(
  parts: SenderParts,
  one: OneRequest,
  ready: ReadyMessage,
): Promise<{ outcome: SendOutcome | undefined; durationMs: number }> {
  const connections = parts.connections.get(one.channel);
  const disconnect = await connections
    ?.take(one.lane, AbortSignal.timeout(freshMs))
    .catch(() => undefined);
  if (!disconnect) return { outcome: undefined, durationMs: 0 };
  const startedMs = monotonicMs();
  try {
    const isFresh = startedMs - ready.leasedMs < freshMs;
    const outcome = isFresh ? await handOver(parts, one, ready) : undefined;
    return { outcome, durationMs: monotonicMs() - startedMs };
  } finally {
    disconnect();
  }
}

/** Undefined when the provider asked for patience meanwhile, so that it was not spoken to. */
async function handOver(
  { options, recorder }: SenderParts,
  { tenant, channel }: OneRequest,
  ready: ReadyMessage,
): Promise<SendOutcome | undefined> {
  if (recorder.isBlocked(channel)) return undefined;
  const { providers, senders } = options;
  const { content } = ready;
  switch (content.verdict) {
    case "email":
      return deliver(providers.email, tenant, () =>
        outgoingEmail(ready, content.email, { tenant, senders }),
      );
    case "sms":
      return deliver(providers.sms, tenant, () => outgoingSms(ready, content.sms, senders));
    case "webhook":
      return deliver(providers.webhook, tenant, () => outgoingWebhook(ready, content.webhook));
  }
}

async function deliver<M>(
  provider: Provider<M> | undefined,
  { id: tenantId }: Tenant,
  write: () => M,
): Promise<SendOutcome> {
  if (!provider) return { kind: "refused", reason: "policy", code: "no_provider" };
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    return await provider.transport.send(write(), { signal, tenantId });
  } catch {
    // A transport that throws has broken its word; nobody knows how far it came.
    return { kind: "unknown", reason: "transport_fault" };
  }
}

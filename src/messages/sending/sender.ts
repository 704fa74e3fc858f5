import type { Deps, Tenant } from "../../context.ts";
import { createTenantReader } from "../../identity/find-tenant.ts";
import { monotonicMs } from "../../time/clock.ts";
import type { Lane, MessageChannel } from "../message-state.ts";
import { createGateWatch, type GateWatch } from "../rates/watch-gates.ts";
import { createTurnTaker, type SendingRates } from "../rates/take-turns.ts";
import type { SendOutcome } from "../transports/transport.ts";
import type { Compose } from "./composition.ts";
import { leaseMessagesIn, type LeaseDeps, type ReadyMessage } from "./lease-messages.ts";
import { outgoingEmail, outgoingSms, outgoingWebhook } from "./outgoing.ts";
import { createLeasePlaces, type LeasePlaces } from "./lease-places.ts";
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

/** Everything the parts of a sender share. */
interface SenderParts {
  readonly options: SenderOptions;
  readonly leaseDeps: LeaseDeps;
  readonly recorder: Recorder;
  readonly gateWatch: GateWatch;
  /** Messages leased in this process. */
  readonly leases: ReadonlyMap<MessageChannel, LeasePlaces>;
  readonly connections: ReadonlyMap<MessageChannel, Places>;
}

/** Makes the sender of a process; it holds nothing that another process would need. */
export function createSender(options: SenderOptions): Sender {
  const readTenant = createTenantReader(options);
  const parts: SenderParts = {
    options,
    leaseDeps: { ...options, turnTaker: createTurnTaker(options.rates) },
    recorder: createRecorder(options),
    gateWatch: createGateWatch(options),
    leases: placesOf(options.providers, createLeasePlaces),
    connections: placesOf(options.providers, (connections) =>
      createPlaces(Math.max(2, connections)),
    ),
  };
  return {
    send: async (request, signal) => {
      const tenant = await readTenant(request.tenantId);
      if (!tenant || !options.providers[request.channel]) return;
      let ids = request.ids;
      while (ids.length > 0) {
        const taken = await sendSome(parts, { ...request, tenant, ids }, signal);
        ids = ids.slice(taken);
      }
    },
  };
}

function placesOf<T>(
  providers: Providers,
  make: (connections: number) => T,
): Map<MessageChannel, T> {
  const places = new Map<MessageChannel, T>();
  for (const channel of ["email", "sms", "webhook"] as const) {
    const provider = providers[channel];
    if (provider) places.set(channel, make(provider.connections));
  }
  return places;
}

type Batch = SendRequest & { readonly tenant: Tenant };

/** Leases as many messages as there are places for and settles each; returns how many ids it looked at. */
async function sendSome(parts: SenderParts, batch: Batch, signal: AbortSignal): Promise<number> {
  const { channel, lane, tenant } = batch;
  const leases = parts.leases.get(channel);
  const places = await leases?.take(lane, batch.ids.length, signal);
  if (!leases || !places) return batch.ids.length;
  const ids = batch.ids.slice(0, places.length);
  let ready: readonly ReadyMessage[];
  try {
    ready = await parts.options.db.inTenant(tenant.id, (trx) =>
      leaseMessagesIn(trx, parts.leaseDeps, { tenant, channel, lane, ids }),
    );
  } catch (error) {
    for (const giveBack of places) giveBack();
    throw error;
  }
  for (const giveBack of places.slice(ready.length)) giveBack();
  const work = ready.map((one, index) => sendOne(parts, batch, one).finally(places[index]));
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  leases.adapt({
    tried: results.filter((one) => one.status === "fulfilled" && one.value).length,
    untried: results.filter((one) => one.status === "fulfilled" && !one.value).length,
  });
  return ids.length;
}

/** False where it was not tried. */
async function sendOne(parts: SenderParts, batch: Batch, ready: ReadyMessage): Promise<boolean> {
  const attempt = await attemptOne(parts, batch, ready);
  await parts.recorder.record(batch, { ready, ...attempt });
  return attempt.outcome !== undefined;
}

/** Undefined outcome: it was not tried, because what was written has grown old while it waited for a connection. */
async function attemptOne(
  parts: SenderParts,
  { channel, lane, tenant }: Batch,
  ready: ReadyMessage,
): Promise<{ outcome: SendOutcome | undefined; durationMs: number }> {
  const disconnect = await parts.connections.get(channel)?.takeWithin(lane, freshMs);
  if (!disconnect) return { outcome: undefined, durationMs: 0 };
  const startedMs = monotonicMs();
  try {
    const isFresh = startedMs - ready.leasedMs < freshMs;
    const outcome = isFresh ? await handOver(parts, { channel, tenant }, ready) : undefined;
    return { outcome, durationMs: monotonicMs() - startedMs };
  } finally {
    disconnect();
  }
}

/** Undefined when the provider asked for patience meanwhile, so that it was not spoken to. */
async function handOver(
  { options, recorder, gateWatch }: SenderParts,
  { tenant, channel }: Pick<Batch, "tenant" | "channel">,
  ready: ReadyMessage,
): Promise<SendOutcome | undefined> {
  // The database tells of what others heard; what this process heard a moment ago is not there yet.
  if ((await gateWatch.isBlocked(channel)) || recorder.isBlocked(channel)) return undefined;
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
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  try {
    return await provider.transport.send(write(), { signal: deadline.signal, tenantId });
  } catch {
    // A transport that throws has broken its word; nobody knows how far it came.
    return { kind: "unknown", reason: "transport_fault" };
  } finally {
    clearTimeout(timer);
  }
}

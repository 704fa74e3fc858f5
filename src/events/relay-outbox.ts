import type { Database } from "../db/database.ts";
import type { BatchSubscription, OutboxEvent, Subscription } from "./outbox-event.ts";
import { claimDueEvents, deleteRelayedEvents, markRelayed, returnLease } from "./queries.ts";

/** Events one round leases at most. */
const BATCH_MAX = 1_000;

/** How long nobody else relays a leased event; a relay that died is made up for after this time. */
const LEASE_SECONDS = 30;

/** How long relayed events are kept to be looked at. */
const KEPT_DAYS = 7;
const DELETED_AT_ONCE_MAX = 5_000;

export interface RelayOptions<Job> {
  readonly db: Database;
  readonly subscriptions: readonly Subscription<Job>[];
  /** Those that want many events at once. */
  readonly batchSubscriptions?: readonly BatchSubscription<Job>[];
  /** Hands jobs to their store, many at once; throws when it cannot take them. Jobs with a known id are dropped there. */
  readonly enqueueMany: (jobs: readonly Job[]) => Promise<void>;
  /** Called for an event whose jobs cannot be made; it is tried again when its lease has ended. */
  readonly onBadEvent: (event: OutboxEvent, error: unknown) => void;
  /** Called before each round with the age in seconds of the oldest event not yet relayed, 0 when there is none. */
  readonly onOldestAge?: (seconds: number) => void;
  /** Batch size, 1 to 1,000. Default 1,000. */
  readonly batchMax?: number;
}

/**
 * Hands what waits in the outbox of every tenant to the job store until nothing is due; returns how many events.
 *
 * Events are found by their state, never by an id above the last one: ids do not commit in order. They are leased in
 * one transaction, handed over outside of any, and marked in one statement. A relay that dies in between leaves
 * leased events, which are due again after 30 s: the only trace of a crash is a job handed over twice under one id.
 * Several relays may run at once. Throws what `enqueueMany` throws, after giving the events back.
 */
export async function relayOutbox<Job>(
  options: RelayOptions<Job>,
  signal?: AbortSignal,
): Promise<number> {
  const batchMax = Math.min(options.batchMax ?? BATCH_MAX, BATCH_MAX);
  const byKind = groupByKind(options.subscriptions);
  let count = 0;
  for (;;) {
    const claimed = await options.db.inSystem(
      (trx) => claimDueEvents(trx, { countMax: batchMax, leaseSeconds: LEASE_SECONDS }),
      { signal },
    );
    options.onOldestAge?.(claimed.oldestAgeSeconds);
    if (claimed.events.length === 0) return count;
    await handOver(claimed.events, byKind, options);
    count += claimed.events.length;
    if (claimed.events.length < batchMax) return count;
    signal?.throwIfAborted();
  }
}

async function handOver<Job>(
  events: readonly OutboxEvent[],
  byKind: SubscriptionsByKind<Job>,
  { db, enqueueMany, onBadEvent, batchSubscriptions = [] }: RelayOptions<Job>,
): Promise<void> {
  const good: OutboxEvent[] = [];
  const jobs: Job[] = [];
  for (const event of events) {
    try {
      jobs.push(...jobsOf(event, byKind.get(event.kind) ?? []));
      good.push(event);
    } catch (error) {
      // It stays leased, so that it comes back every 30 s without holding up the others.
      onBadEvent(event, error);
    }
  }
  jobs.push(...batchSubscriptions.flatMap((subscription) => jobsOfBatch(good, subscription)));
  try {
    if (jobs.length > 0) await enqueueMany(jobs);
  } catch (error) {
    await db.inSystem((trx) => returnLease(trx, good));
    throw error;
  }
  await db.inSystem((trx) => markRelayed(trx, good));
}

type SubscriptionsByKind<Job> = ReadonlyMap<string, readonly Subscription<Job>[]>;

function groupByKind<Job>(subscriptions: readonly Subscription<Job>[]): SubscriptionsByKind<Job> {
  const byKind = new Map<string, Subscription<Job>[]>();
  for (const subscription of subscriptions) {
    for (const kind of subscription.kinds) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), subscription]);
    }
  }
  return byKind;
}

/** Ids are counted over all subscriptions, in their order, so that a second relay gives the same ones. */
function jobsOf<Job>(event: OutboxEvent, subscriptions: readonly Subscription<Job>[]): Job[] {
  let count = 0;
  const newJobId = (): string => `outbox-${event.id}-${count++}`;
  return subscriptions.flatMap((subscription) => subscription.jobsOf(event, newJobId));
}

/** Named by the first event of the tenant, apart from the jobs of that event alone. */
function jobsOfBatch<Job>(
  events: readonly OutboxEvent[],
  { kinds, jobsOfMany }: BatchSubscription<Job>,
): Job[] {
  const wanted = events.filter((event) => kinds.includes(event.kind));
  return [...Map.groupBy(wanted, (event) => event.tenantId).values()].flatMap((ofTenant) => {
    let count = 0;
    const newJobId = (): string => `outbox-${ofTenant[0]?.id}-many-${count++}`;
    return [...jobsOfMany(ofTenant, newJobId)];
  });
}

/** Deletes events relayed more than 7 days ago, in short transactions; returns how many. May be repeated. */
export async function forgetRelayed(
  { db }: { readonly db: Database },
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (;;) {
    const deleted = await db.inSystem(
      (trx) => deleteRelayedEvents(trx, { keptDays: KEPT_DAYS, countMax: DELETED_AT_ONCE_MAX }),
      { signal },
    );
    count += deleted;
    if (deleted < DELETED_AT_ONCE_MAX) return count;
  }
}

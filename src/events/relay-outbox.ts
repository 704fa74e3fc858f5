import type { Database, Trx } from "../db/database.ts";
import type { BatchSubscription, OutboxEvent, Subscription } from "./outbox-event.ts";
import {
  type ClaimedEvents,
  deleteRelayedEvents,
  leaseEvents,
  lockDueEvents,
  markRelayed,
  returnLease,
} from "./queries.ts";

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
 * Events are found by their state, never by an id above the last one: ids do not commit in order. One transaction marks
 * those that nobody wants a job for and leases the others, which are handed over outside of any and marked in one
 * statement. A relay that dies in between leaves leased events, which are due again after 30 s: the only trace of a
 * crash is a job handed over twice under one id.
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
    const { oldestAgeSeconds, events, wanted, bad } = await options.db.inSystem(
      (trx) => claim(trx, byKind, { ...options, batchMax }),
      { signal },
    );
    for (const { event, error } of bad) options.onBadEvent(event, error);
    options.onOldestAge?.(oldestAgeSeconds);
    if (wanted.length > 0) await handOver(wanted, options);
    count += events.length;
    if (events.length < batchMax) return count;
    signal?.throwIfAborted();
  }
}

/** An event with the jobs that subscriptions to single events want for it. */
interface Wanted<Job> {
  readonly event: OutboxEvent;
  readonly jobs: readonly Job[];
}

interface Claim<Job> extends ClaimedEvents {
  /** Leased events that somebody wants a job for. */
  readonly wanted: readonly Wanted<Job>[];
  /** Those whose jobs cannot be made; leased, so that they come back every 30 s without holding up the others. */
  readonly bad: readonly { readonly event: OutboxEvent; readonly error: unknown }[];
}

async function claim<Job>(
  trx: Trx,
  byKind: SubscriptionsByKind<Job>,
  {
    batchMax,
    batchSubscriptions = [],
  }: Pick<RelayOptions<Job>, "batchSubscriptions"> & { readonly batchMax: number },
): Promise<Claim<Job>> {
  const due = await lockDueEvents(trx, batchMax);
  const wanted: Wanted<Job>[] = [];
  const unwanted: OutboxEvent[] = [];
  const bad: { event: OutboxEvent; error: unknown }[] = [];
  for (const event of due.events) {
    try {
      const jobs = jobsOf(event, byKind.get(event.kind) ?? []);
      if (jobs.length > 0 || batchSubscriptions.some((one) => isWanted(one, event)))
        wanted.push({ event, jobs });
      else unwanted.push(event);
    } catch (error) {
      bad.push({ event, error });
    }
  }
  await leaseEvents(
    trx,
    [...wanted, ...bad].map(({ event }) => event),
    LEASE_SECONDS,
  );
  await markRelayed(trx, unwanted);
  return { ...due, wanted, bad };
}

async function handOver<Job>(
  wanted: readonly Wanted<Job>[],
  { db, enqueueMany, batchSubscriptions = [] }: RelayOptions<Job>,
): Promise<void> {
  const events = wanted.map(({ event }) => event);
  const ofBatches = batchSubscriptions.flatMap((subscription) => jobsOfBatch(events, subscription));
  const jobs = [...wanted.flatMap((one) => one.jobs), ...ofBatches];
  try {
    if (jobs.length > 0) await enqueueMany(jobs);
  } catch (error) {
    await db.inSystem((trx) => returnLease(trx, events));
    throw error;
  }
  await db.inSystem((trx) => markRelayed(trx, events));
}

function isWanted<Job>(
  { kinds, isWanted: wants = () => true }: BatchSubscription<Job>,
  event: OutboxEvent,
): boolean {
  return kinds.includes(event.kind) && wants(event);
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
  subscription: BatchSubscription<Job>,
): Job[] {
  const wanted = events.filter((event) => isWanted(subscription, event));
  return [...Map.groupBy(wanted, (event) => event.tenantId).values()].flatMap((ofTenant) => {
    let count = 0;
    const newJobId = (): string => `outbox-${ofTenant[0]?.id}-many-${count++}`;
    return [...subscription.jobsOfMany(ofTenant, newJobId)];
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

import { lapseAppointments } from "./appointments/lapse-appointments.ts";
import { bulkSubscription, forgetPreviews, tendOperations } from "./bulk/jobs.ts";
import { catchUpSuspensions } from "./bulk/today/catch-up.ts";
import type { Tenant } from "./context.ts";
import type { AppDeps } from "./deps.ts";
import type { BatchSubscription, Subscription } from "./events/outbox-event.ts";
import { forgetRelayed, relayOutbox } from "./events/relay-outbox.ts";
import { sealAudit } from "./events/seal-audit.ts";
import { stateAudit } from "./events/state-audit.ts";
import { deleteOldReplies } from "./http/queries.ts";
import type { JobRequest } from "./jobs/job-queue.ts";
import type { PeriodicTask } from "./jobs/ticker.ts";
import type { Messaging } from "./messaging.ts";
import { messagingTasks } from "./messaging-tasks.ts";
import { remindersSubscription } from "./reminders/subscriptions.ts";
import { extendHorizons } from "./scheduling/extend-horizons.ts";
import { resumeProposals } from "./scheduling/proposals/resume-proposals.ts";
import { tidyProposals } from "./scheduling/proposals/tidy-proposals.ts";
import { schedulingSubscription } from "./scheduling/subscriptions.ts";
import { tidyExpired } from "./slots/holds/tidy-expired.ts";
import { forEachTenant } from "./tenant-tasks.ts";
import { waitlistSubscription } from "./waitlist/subscriptions.ts";
import { waitlistTasks } from "./waitlist-tasks.ts";

/** Which events cause which jobs. */
const subscriptions: readonly Subscription<JobRequest>[] = [
  schedulingSubscription,
  bulkSubscription,
];
const batchSubscriptions: readonly BatchSubscription<JobRequest>[] = [
  remindersSubscription,
  waitlistSubscription,
];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Name of the task whose process states the age of the outbox. */
export const RELAY_TASK = "relay-outbox";

/** Replies forgotten in one transaction. */
const REPLIES_AT_ONCE_MAX = 5_000;

/** An audit that is not sealed for so long is worth a warning: a transaction has been open all the time. */
const UNSEALED_SECONDS_MAX = 60;

/** What is done again and again, by one process of all. Every task finds what is due by its state. */
export function periodicTasks(deps: AppDeps, messaging: Messaging): readonly PeriodicTask[] {
  return [
    { name: RELAY_TASK, everyMs: 400, run: async (signal) => void (await relay(deps, signal)) },
    {
      name: "forget-relayed",
      everyMs: HOUR,
      run: async (signal) => void (await forgetRelayed(deps, signal)),
    },
    {
      name: "extend-horizons",
      everyMs: 5 * MINUTE,
      run: async (signal) => void (await extendHorizons(deps, signal)),
    },
    forEachTenant(deps, {
      name: "resume-proposals",
      everyMs: MINUTE,
      work: ({ id }, signal) => resumeProposals(deps, id, signal),
    }),
    ...auditTasks(deps),
    ...housekeepingTasks(deps),
    ...messagingTasks(deps, messaging),
    ...waitlistTasks(deps, messaging),
  ];
}

async function relay(deps: AppDeps, signal: AbortSignal): Promise<number> {
  return relayOutbox(
    {
      db: deps.db,
      subscriptions,
      batchSubscriptions,
      enqueueMany: (jobs) => deps.queue.enqueueMany(jobs),
      onBadEvent: ({ id, kind, tenantId }, err) =>
        deps.log.error(
          { outbox_id: id, event_type: kind, tenant_id: tenantId, err },
          "an event's jobs cannot be made",
        ),
      onOldestAge: (seconds) => deps.metrics.setOutboxOldestAge(seconds),
    },
    signal,
  );
}

function auditTasks(deps: AppDeps): PeriodicTask[] {
  return [
    forEachTenant(deps, {
      name: "seal-audit",
      everyMs: SECOND,
      work: ({ id: tenantId }, signal) => sealAudit(deps, { tenantId, signal }),
    }),
    forEachTenant(deps, {
      name: "seal-late-audit",
      everyMs: 15 * SECOND,
      work: ({ id: tenantId }, signal) => sealAudit(deps, { tenantId, signal, reach: "recent" }),
    }),
    forEachTenant(deps, {
      name: "sweep-audit",
      everyMs: HOUR,
      work: ({ id: tenantId }, signal) => sealAudit(deps, { tenantId, signal, reach: "all" }),
    }),
    forEachTenant(deps, {
      name: "note-audit-head",
      everyMs: 5 * MINUTE,
      work: (tenant, signal) => noteAuditHead(deps, tenant, signal),
    }),
  ];
}

/** Writes the head of the chain to the log, out of the database's reach, and warns of what is not sealed. */
async function noteAuditHead(deps: AppDeps, tenant: Tenant, signal: AbortSignal): Promise<void> {
  const { head, unsealed } = await stateAudit(deps, tenant.id, signal);
  if (head !== null) {
    const fields = { tenant_id: tenant.id, audit_seq: head.seq, audit_hash: head.hash };
    deps.log.info(fields, "head of the audit");
  }
  if ((unsealed.oldest_age_seconds ?? 0) > UNSEALED_SECONDS_MAX) {
    deps.log.warn({ tenant_id: tenant.id, count: unsealed.count }, "the audit is not being sealed");
  }
}

function housekeepingTasks(deps: AppDeps): PeriodicTask[] {
  return [
    forEachTenant(deps, {
      name: "tidy-expired",
      everyMs: 2 * SECOND,
      work: (tenant) => tidyExpired(deps, tenant.id),
    }),
    forEachTenant(deps, {
      name: "lapse-appointments",
      everyMs: 10 * SECOND,
      work: (tenant) => lapseAppointments(deps, tenant),
    }),
    forEachTenant(deps, {
      name: "tend-bulk-operations",
      everyMs: 2 * SECOND,
      work: (tenant, signal) => tendOperations(deps, tenant, signal),
    }),
    forEachTenant(deps, {
      name: "catch-up-suspensions",
      everyMs: 2 * SECOND,
      work: (tenant, signal) => catchUpSuspensions(deps, tenant, signal),
    }),
    forEachTenant(deps, {
      name: "forget-previews",
      everyMs: HOUR,
      work: (tenant, signal) => forgetPreviews(deps, tenant, signal),
    }),
    forEachTenant(deps, {
      name: "tidy-proposals",
      everyMs: 10 * MINUTE,
      work: (tenant) => tidyProposals(deps, tenant.id),
    }),
    forEachTenant(deps, {
      name: "forget-replies",
      everyMs: HOUR,
      work: (tenant, signal) => forgetReplies(deps, tenant.id, signal),
    }),
  ];
}

async function forgetReplies(deps: AppDeps, tenantId: string, signal: AbortSignal): Promise<void> {
  let count: number;
  do {
    count = await deps.db.inTenant(
      tenantId,
      (trx) => deleteOldReplies(trx, tenantId, REPLIES_AT_ONCE_MAX),
      { signal },
    );
  } while (count === REPLIES_AT_ONCE_MAX);
}

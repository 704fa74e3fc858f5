import type { AppDeps } from "./deps.ts";
import type { PeriodicTask } from "./jobs/ticker.ts";
import { readChannels } from "./messages/dispatch/queries.ts";
import { reconcileMessages } from "./messages/dispatch/reconcile-messages.ts";
import { messageChannels } from "./messages/message.ts";
import { dropLatePhoneTasks } from "./messages/phone-tasks/drop-late-tasks.ts";
import { eraseOldRecipients } from "./messages/store/erase-recipients.ts";
import { disableFailingEndpoints } from "./messages/webhooks/disable-failing-endpoints.ts";
import { recordReceipts } from "./messages/receipts/record-receipts.ts";
import { readBounces } from "./messages/transports/bounces/read-bounces.ts";
import { forgetCallNotes } from "./reminders/phone/call-notes.ts";
import { releaseUnconfirmed } from "./reminders/presence/release-unconfirmed.ts";
import { forEachTenant } from "./tenant-tasks.ts";
import { watchPlace } from "./messages/switch/watch-place.ts";
import type { Messaging } from "./messaging.ts";
import { forgetPlannedEvents, planForgotten } from "./reminders/planning/plan-forgotten.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** Name of the task whose process states what waits to be sent. */
export const COUNT_TASK = "count-messages";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type TaskDeps = Pick<AppDeps, "db" | "vault" | "log" | "metrics"> & {
  readonly queue: Pick<AppDeps["queue"], "enqueueMany">;
};
type TaskMessaging = Pick<Messaging, "dispatcher" | "folder" | "bounces">;

/** What is done for messages again and again. Every task finds what is due by its state. */
export function messagingTasks(deps: TaskDeps, messaging: TaskMessaging): readonly PeriodicTask[] {
  return [
    {
      name: "dispatch-messages",
      everyMs: 150,
      run: async (signal) => void (await messaging.dispatcher.dispatch(signal)),
    },
    {
      name: "reconcile-messages",
      everyMs: 5 * SECOND,
      run: (signal) => reconcile(deps, signal),
    },
    {
      name: "plan-forgotten",
      everyMs: 10 * SECOND,
      run: async (signal) => void (await planForgotten(deps, "recent", signal)),
    },
    {
      name: "plan-all-forgotten",
      everyMs: 10 * MINUTE,
      run: async (signal) => void (await planForgotten(deps, "all", signal)),
    },
    {
      name: "forget-planned-events",
      everyMs: HOUR,
      run: (signal) => forgetPlannedEvents(deps, signal),
    },
    {
      name: COUNT_TASK,
      everyMs: 5 * SECOND,
      run: (signal) => count(deps, messaging, signal),
    },
    ...bounceTasks(deps, messaging),
    forEachTenant(deps, {
      name: "release-unconfirmed",
      everyMs: 30 * SECOND,
      work: (tenant) => releaseUnconfirmed(deps, tenant),
    }),
    forEachTenant(deps, {
      name: "drop-late-phone-tasks",
      everyMs: MINUTE,
      work: (tenant) => dropLatePhoneTasks(deps, tenant),
    }),
    forEachTenant(deps, {
      name: "disable-failing-endpoints",
      everyMs: 10 * MINUTE,
      work: (tenant) => disableFailingEndpoints(deps, tenant),
    }),
    forEachTenant(deps, {
      name: "erase-recipients",
      everyMs: HOUR,
      work: (tenant, signal) => eraseOldRecipients(deps, tenant, signal),
    }),
    forEachTenant(deps, {
      name: "forget-call-notes",
      everyMs: HOUR,
      work: (tenant) => forgetCallNotes(deps, tenant),
    }),
  ];
}

/** Without a mailbox of bounces there is nothing to read. */
function bounceTasks(deps: TaskDeps, { bounces }: TaskMessaging): PeriodicTask[] {
  if (!bounces) return [];
  const run = async (signal: AbortSignal): Promise<void> => {
    for await (const { receipts } of readBounces({ ...bounces, signal }))
      await recordReceipts(deps, receipts);
  };
  return [{ name: "read-bounces", everyMs: MINUTE, timeLimitMs: 5 * MINUTE, run }];
}

async function reconcile(deps: TaskDeps, signal: AbortSignal): Promise<void> {
  const { lost } = await reconcileMessages(deps, signal);
  if (lost > 0) deps.log.warn({ count: lost }, "messages of a worker that is gone are due again");
}

async function count(
  deps: TaskDeps,
  { folder }: TaskMessaging,
  signal: AbortSignal,
): Promise<void> {
  const { db, metrics } = deps;
  const { isPaused } = await watchPlace(deps, folder, signal);
  metrics.setSendingPaused(isPaused);
  const states = await db.inSystem(readChannels, { isReadOnly: true, signal });
  for (const channel of messageChannels) {
    const state = states.find((one) => one.channel === channel);
    metrics.setMessageLag(channel, state?.lagSeconds ?? 0);
    metrics.setMessagesWaiting(channel, state?.waiting ?? 0);
  }
}

/** Withdraws what only the counting process states. */
export function withdrawMessageFigures(metrics: Metrics): void {
  for (const channel of messageChannels) {
    metrics.setMessageLag(channel, undefined);
    metrics.setMessagesWaiting(channel, undefined);
  }
  metrics.setSendingPaused(undefined);
}

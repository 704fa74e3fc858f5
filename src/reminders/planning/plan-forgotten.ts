import type { Deps } from "../../context.ts";
import type { JobQueue } from "../../jobs/job-queue.ts";
import { eventsPerJobMax, planRequest } from "../jobs.ts";
import { deleteOldPlannedEvents, listForgottenEvents } from "../queries.ts";

/** How far a look goes back, in seconds; older events were found by earlier looks, or are by the next far one. */
export type Reach = "recent" | "all";

const reaches: Readonly<Record<Reach, number>> = { recent: 180, all: 7 * 86_400 };

/** A job that has not run so long after its event was relayed may be lost. */
const patienceSeconds = 15;
const atOnceMax = 2_000;

/**
 * Starts the planning of events whose jobs the store has lost. Every few seconds the recent ones, and now and then, after
 * a long stop too, all. Returns how many events; those that are being planned at this moment are planned once all the same.
 */
export async function planForgotten(
  { db, queue }: Pick<Deps, "db"> & { readonly queue: Pick<JobQueue, "enqueueMany"> },
  reach: Reach,
  signal: AbortSignal,
): Promise<number> {
  const events = await db.inSystem(
    (trx) =>
      listForgottenEvents(trx, {
        fromSeconds: reaches[reach],
        toSeconds: patienceSeconds,
        countMax: atOnceMax,
      }),
    { isReadOnly: true, signal },
  );
  for (const [tenantId, ofTenant] of Map.groupBy(events, (event) => event.tenant_id)) {
    const ids = ofTenant.map((event) => event.id);
    for (let from = 0; from < ids.length; from += eventsPerJobMax)
      await queue.enqueueMany([planRequest(tenantId, ids.slice(from, from + eventsPerJobMax))]);
  }
  return events.length;
}

/** Outbox events are kept for seven days after they were relayed. */
const keptDays = 8;
const deletedAtOnceMax = 5_000;

/** Forgets which events were planned, once the events are gone. */
export async function forgetPlannedEvents(
  { db }: Pick<Deps, "db">,
  signal: AbortSignal,
): Promise<void> {
  let count: number;
  do {
    count = await db.inSystem(
      (trx) => deleteOldPlannedEvents(trx, { keptDays, countMax: deletedAtOnceMax }),
      { signal },
    );
  } while (count === deletedAtOnceMax);
}

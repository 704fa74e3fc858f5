import type { SchedulingJobDeps } from "./jobs.ts";
import { generationRequest } from "./jobs.ts";
import { listDueResources, listTenantIds } from "./queries.ts";

/** Resources whose jobs are handed over at once. */
const PAGE = 500;

/**
 * Starts `generate-slots` for the resources whose slots do not reach far enough, which happens to all of them at
 * midnight, and for those that changed after their slots were made, whose job may be lost. Every hour one in 24 of the
 * others has its turn too, so that what no event tells of (another holiday package, other time-zone data) is put right
 * within a day. A job that finds nothing to do writes nothing. To be called every few minutes; returns how many jobs
 * it started, which within an hour are the same ones.
 */
export async function extendHorizons(
  { db, queue }: SchedulingJobDeps,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  const tenantIds = await db.inSystem((trx) => listTenantIds(trx), { isReadOnly: true, signal });
  for (const tenantId of tenantIds) {
    let after: string | undefined;
    do {
      const due = await db.inTenant(
        tenantId,
        (trx) => listDueResources(trx, tenantId, { after, limit: PAGE }),
        { isReadOnly: true, signal },
      );
      await queue.enqueueMany(due.map(({ id, hour }) => generationRequest(tenantId, id, hour)));
      count += due.length;
      after = due.length === PAGE ? due.at(-1)?.id : undefined;
    } while (after !== undefined);
  }
  return count;
}

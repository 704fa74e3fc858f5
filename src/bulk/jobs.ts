import { z } from "zod";
import type { Deps, Tenant } from "../context.ts";
import type { Subscription } from "../events/outbox-event.ts";
import { defineJob, type JobDefinition } from "../jobs/define-job.ts";
import { type JobQueue, type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { deleteOldPreviews, expirePreviews, listStalled } from "./queries.ts";
import { type RunDeps, runOperation } from "./run/run-operation.ts";
import { deleteOldUrgentPreviews } from "./today/queries.ts";

const payload = z.strictObject({ tenant_id: z.uuid(), operation_id: z.uuid() });

/** Runs an operation; ids only, may run twice at once. */
export const runBulkOperationJob: JobDefinition<RunDeps, z.input<typeof payload>> = defineJob<
  RunDeps,
  typeof payload
>({
  name: "run-bulk-operation",
  schema: payload,
  concurrency: 2,
  timeLimitMs: 3_600_000,
  handle: (deps, { tenant_id: tenantId, operation_id: operationId }, signal) =>
    runOperation(deps, { tenantId, operationId }, signal),
});

/** Operations run from when they are started or resumed. */
export const bulkSubscription: Subscription<JobRequest> = {
  kinds: ["bulk_operation.started", "bulk_operation.resumed"],
  jobsOf: ({ tenantId, subjectId }, newJobId) => [
    jobRequest(
      runBulkOperationJob,
      { tenant_id: tenantId, operation_id: subjectId },
      { id: newJobId() },
    ),
  ],
};

/**
 * Runs operations again that do not get on, because their worker or their job is gone, and ends previews that are too
 * old. Every few seconds; may be repeated and run anywhere.
 */
export async function tendOperations(
  { db, queue }: Pick<Deps, "db"> & { readonly queue: Pick<JobQueue, "enqueueMany"> },
  { id: tenantId }: Tenant,
  signal: AbortSignal,
): Promise<void> {
  const stalled = await db.inTenant(
    tenantId,
    async (trx) => {
      await expirePreviews(trx, tenantId);
      return listStalled(trx, tenantId);
    },
    { signal },
  );
  await queue.enqueueMany(
    stalled.map(({ id }) =>
      jobRequest(runBulkOperationJob, { tenant_id: tenantId, operation_id: id }),
    ),
  );
}

const keptDays = 7;
const deletedAtOnceMax = 50;

/**
 * Forgets previews that nobody started, a week after they expired, those of urgent closures after an hour. Hourly; may be
 * repeated.
 */
export async function forgetPreviews(
  { db }: Pick<Deps, "db">,
  { id: tenantId }: Tenant,
  signal: AbortSignal,
): Promise<void> {
  const page = { keptDays, countMax: deletedAtOnceMax };
  let count: number;
  do {
    count = await db.inTenant(tenantId, (trx) => deleteOldPreviews(trx, tenantId, page), {
      signal,
    });
  } while (count === deletedAtOnceMax);
  do {
    count = await db.inTenant(
      tenantId,
      (trx) => deleteOldUrgentPreviews(trx, tenantId, deletedAtOnceMax),
      { signal },
    );
  } while (count === deletedAtOnceMax);
}

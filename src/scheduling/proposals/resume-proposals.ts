import { jobRequest } from "../../jobs/job-queue.ts";
import { applyProposalJob, type SchedulingJobDeps } from "../jobs.ts";
import { listApplyingIds } from "./queries.ts";

/**
 * Starts the job of every proposal whose applying has not ended, so that a job store that is emptied loses nothing. To
 * be called every minute; returns how many jobs it started, which within a minute are the same ones.
 */
export async function resumeProposals(
  { db, queue }: SchedulingJobDeps,
  tenantId: string,
  signal: AbortSignal,
): Promise<number> {
  const ids = await db.inTenant(tenantId, (trx) => listApplyingIds(trx, tenantId), {
    isReadOnly: true,
    signal,
  });
  const cause = "resumed";
  await queue.enqueueMany(
    ids.map((id) =>
      jobRequest(
        applyProposalJob,
        { tenant_id: tenantId, proposal_id: id, cause },
        { id: `proposal-${id}` },
      ),
    ),
  );
  return ids.length;
}

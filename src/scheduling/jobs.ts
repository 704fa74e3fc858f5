import { z } from "zod";
import type { Deps } from "../context.ts";
import type { EventContext } from "../events/record-events.ts";
import { defineJob, type JobDefinition } from "../jobs/define-job.ts";
import { type JobQueue, type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { generateSlots } from "./generate-slots.ts";
import { continueProposal } from "./proposals/continue-proposal.ts";
import { listResourceIds } from "./queries.ts";

/** What the jobs of this slice work with. */
export type SchedulingJobDeps = Pick<Deps, "db"> & { readonly queue: JobQueue };

const resourcePayload = z.strictObject({
  tenant_id: z.uuid(),
  resource_id: z.uuid(),
  /** What asked for it: an outbox event or a tick; goes into the audit. */
  cause: z.string().max(80),
});

const scopePayload = z.strictObject({
  tenant_id: z.uuid(),
  site_id: z.uuid().optional(),
  service_id: z.uuid().optional(),
  cause: z.string().max(80),
});

/** Resources whose jobs are handed over at once. */
const PAGE = 500;

/** Makes the slots of one resource follow its openings; ids only, may run twice. */
export const generateSlotsJob: JobDefinition<
  SchedulingJobDeps,
  z.input<typeof resourcePayload>
> = defineJob<SchedulingJobDeps, typeof resourcePayload>({
  name: "generate-slots",
  schema: resourcePayload,
  concurrency: 2,
  timeLimitMs: 600_000,
  handle: async (deps, { tenant_id: tenantId, resource_id: resourceId, cause }, signal) => {
    await generateSlots(deps, systemContext(tenantId, cause), { resourceId, signal });
  },
});

const proposalPayload = z.strictObject({
  tenant_id: z.uuid(),
  proposal_id: z.uuid(),
  cause: z.string().max(80),
});

/** Does what is left of a large proposal; ids only, may run twice. */
export const applyProposalJob: JobDefinition<
  SchedulingJobDeps,
  z.input<typeof proposalPayload>
> = defineJob<SchedulingJobDeps, typeof proposalPayload>({
  name: "apply-proposal",
  schema: proposalPayload,
  timeLimitMs: 600_000,
  handle: async ({ db, queue }, { tenant_id: tenantId, proposal_id: id, cause }, signal) => {
    const context = systemContext(tenantId, cause);
    const resourceIds = await continueProposal({ db }, context, { id, signal });
    await queue.enqueueMany(resourceIds.map((one) => generationRequest(tenantId, one, id)));
  },
});

/** Starts `generate-slots` for every resource of a site, of a service or (neither named) of the tenant. */
export const followScheduleJob: JobDefinition<
  SchedulingJobDeps,
  z.input<typeof scopePayload>
> = defineJob<SchedulingJobDeps, typeof scopePayload>({
  name: "follow-schedule",
  schema: scopePayload,
  handle: async ({ db, queue }, { tenant_id: tenantId, cause, ...named }, signal) => {
    const scope = { siteId: named.site_id, serviceId: named.service_id };
    let after: string | undefined;
    do {
      const ids = await db.inTenant(
        tenantId,
        (trx) => listResourceIds(trx, tenantId, { scope, after, limit: PAGE }),
        { isReadOnly: true, signal },
      );
      await queue.enqueueMany(ids.map((id) => generationRequest(tenantId, id, cause)));
      after = ids.length === PAGE ? ids.at(-1) : undefined;
    } while (after !== undefined);
  },
});

/** The job that generates a resource's slots for a cause. */
export function generationRequest(tenantId: string, resourceId: string, cause: string): JobRequest {
  return jobRequest(
    generateSlotsJob,
    { tenant_id: tenantId, resource_id: resourceId, cause },
    // An id per cause: a change that comes while the job runs needs a run of its own.
    { id: `slots-${resourceId}-${cause}` },
  );
}

function systemContext(tenantId: string, cause: string): EventContext {
  return { tenant: { id: tenantId }, actor: { kind: "system" }, requestId: cause };
}

import { z } from "zod";
import { findTenantById } from "../identity/queries.ts";
import { tenantOf } from "../identity/tenant.ts";
import { defineJob, type JobDefinition } from "../jobs/define-job.ts";
import { type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { tellOfLoss } from "./losses/tell-of-loss.ts";
import { type OfferDeps, offerPlaces } from "./offers/offer-places.ts";

/** What the jobs of this slice work with. */
export interface WaitlistJobDeps {
  readonly offering: OfferDeps;
}

const payload = z.strictObject({ tenant_id: z.uuid() });

/** Offers what became free at one administration, and tells who lost a shared offer; ids only, may run twice. */
export const offerPlacesJob: JobDefinition<WaitlistJobDeps, z.input<typeof payload>> = defineJob<
  WaitlistJobDeps,
  typeof payload
>({
  name: "offer-places",
  schema: payload,
  concurrency: 1,
  timeLimitMs: 120_000,
  handle: async ({ offering }, { tenant_id: tenantId }, signal) => {
    const row = await offering.db.inTenant(tenantId, (trx) => findTenantById(trx, tenantId), {
      isReadOnly: true,
      signal,
    });
    if (!row) return;
    const tenant = tenantOf(row);
    await tellOfLoss(offering, tenant, signal);
    await offerPlaces(offering, tenant, signal);
  },
});

/** The job that offers what became free at one administration. */
export function offerRequest(tenantId: string, id: string): JobRequest {
  return jobRequest(offerPlacesJob, { tenant_id: tenantId }, { id });
}

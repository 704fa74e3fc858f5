import type { OutboxEvent, Subscription } from "../events/outbox-event.ts";
import { type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { applyProposalJob, followScheduleJob, generateSlotsJob } from "./jobs.ts";

/** Events that let slots follow: of one resource at once, of a site, a service or the tenant resource by resource. */
export const schedulingSubscription: Subscription<JobRequest> = {
  kinds: [
    "schedule.changed",
    "proposal.applying",
    "resource.changed",
    "resource.retired",
    "service.changed",
    "service.retired",
    "site.changed",
    "tenant.changed",
    "local_holiday.created",
    "local_holiday.deleted",
  ],
  jobsOf: ({ tenantId: tenant_id, id: cause, ...event }, newJobId) => {
    const id = newJobId();
    if (event.subjectKind === "proposal") {
      const payload = { tenant_id, proposal_id: event.subjectId, cause };
      return [jobRequest(applyProposalJob, payload, { id })];
    }
    if (event.subjectKind === "resource") {
      const payload = { tenant_id, resource_id: event.subjectId, cause };
      return [jobRequest(generateSlotsJob, payload, { id })];
    }
    const payload = { tenant_id, ...scopeOf(event), cause };
    return [jobRequest(followScheduleJob, payload, { id })];
  },
};

function scopeOf({ subjectKind, subjectId }: Pick<OutboxEvent, "subjectKind" | "subjectId">): {
  site_id?: string;
  service_id?: string;
} {
  if (subjectKind === "site") return { site_id: subjectId };
  if (subjectKind === "service") return { service_id: subjectId };
  return {};
}

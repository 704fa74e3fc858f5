import type { BatchSubscription } from "../events/outbox-event.ts";
import type { JobRequest } from "../jobs/job-queue.ts";
import { offerRequest } from "./jobs.ts";

/**
 * Events after which a place may be free, or somebody wait, that was not before. They only hasten what a periodic task
 * does anyway: one job, however many there are.
 */
export const waitlistSubscription: BatchSubscription<JobRequest> = {
  kinds: [
    "appointment.cancelled",
    "appointment.rescheduled",
    "waitlist.changed",
    "waitlist_entry.created",
    "waitlist_offer.declined",
    "waitlist_offer.expired",
    "waitlist_offer.superseded",
  ],
  jobsOfMany: ([first], newJobId) => (first ? [offerRequest(first.tenantId, newJobId())] : []),
};

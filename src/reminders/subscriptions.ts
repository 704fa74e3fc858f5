import { plannedAlready } from "../appointments/batch/booked-visit.ts";
import type { BatchSubscription } from "../events/outbox-event.ts";
import type { JobRequest } from "../jobs/job-queue.ts";
import { eventsPerJobMax, planRequest } from "./jobs.ts";
import { plannedEventKinds } from "./queries.ts";

/**
 * What happens to appointments is told to people: many events per job, because bookings come in rushes. Bookings of a
 * batch have their messages with them. An operation over many appointments plans the messages of its own events, and
 * takes up again what a worker that died left behind.
 */
export const remindersSubscription: BatchSubscription<JobRequest> = {
  kinds: plannedEventKinds,
  isWanted: ({ body }) =>
    body["operation_id"] === undefined && body["messages"] !== plannedAlready.messages,
  jobsOfMany: (events, newJobId) => {
    const jobs: JobRequest[] = [];
    for (let from = 0; from < events.length; from += eventsPerJobMax) {
      const part = events.slice(from, from + eventsPerJobMax);
      const [first] = part;
      if (first)
        jobs.push(
          planRequest(
            first.tenantId,
            part.map(({ id }) => id),
            newJobId(),
          ),
        );
    }
    return jobs;
  },
};

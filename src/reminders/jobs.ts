import { z } from "zod";
import { defineJob, type JobDefinition } from "../jobs/define-job.ts";
import { type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { type PlanDeps, planEvents } from "./planning/plan-events.ts";

/** What the jobs of this slice work with. */
export interface ReminderJobDeps {
  readonly planning: PlanDeps;
}

/** Events of one job. */
export const eventsPerJobMax = 100;

const payload = z.strictObject({
  tenant_id: z.uuid(),
  event_ids: z.array(z.uuid()).min(1).max(eventsPerJobMax),
});

/** Plans the messages of events; ids only, may run twice. */
export const planMessagesJob: JobDefinition<ReminderJobDeps, z.input<typeof payload>> = defineJob<
  ReminderJobDeps,
  typeof payload
>({
  name: "plan-messages",
  schema: payload,
  concurrency: 2,
  timeLimitMs: 30_000,
  handle: async ({ planning }, { tenant_id: tenantId, event_ids: eventIds }, signal) => {
    await planEvents(planning, { tenantId, eventIds }, signal);
  },
});

/** The job that plans the messages of events of one administration. */
export function planRequest(
  tenantId: string,
  eventIds: readonly string[],
  id?: string,
): JobRequest {
  const payloadOf = { tenant_id: tenantId, event_ids: [...eventIds] };
  return jobRequest(planMessagesJob, payloadOf, id === undefined ? {} : { id });
}

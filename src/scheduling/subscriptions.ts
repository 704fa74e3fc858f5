import { type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { followScheduleJob, generationRequest } from "./jobs.ts";

/** What the relay tells of an outbox event. */
export type ScheduleEvent = {
  readonly tenant_id: string;
  readonly id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly body: unknown;
};

/** Events that let slots follow, with the jobs each starts. The same event gives the same job ids. */
export const schedulingSubscriptions: Readonly<
  Record<string, (event: ScheduleEvent) => readonly JobRequest[]>
> = {
  "schedule.changed": requestsFor,
  "resource.changed": requestsFor,
  "resource.retired": requestsFor,
  "service.changed": requestsFor,
  "service.retired": requestsFor,
  "site.changed": requestsFor,
  "tenant.changed": requestsFor,
  "local_holiday.created": requestsFor,
  "local_holiday.deleted": requestsFor,
};

function requestsFor(event: ScheduleEvent): readonly JobRequest[] {
  const { tenant_id, id, subject_kind: kind, subject_id: subjectId } = event;
  if (kind === "resource") return [generationRequest(tenant_id, subjectId, id)];
  const scope =
    kind === "site" ? { site_id: subjectId } : kind === "service" ? { service_id: subjectId } : {};
  return [
    jobRequest(followScheduleJob, { tenant_id, ...scope, cause: id }, { id: `schedule-${id}` }),
  ];
}

import { z } from "zod";
import { defineJob, type JobDefinition } from "../jobs/define-job.ts";
import { type JobRequest, jobRequest } from "../jobs/job-queue.ts";
import { messageChannels } from "./message.ts";
import type { Lane } from "./message-state.ts";
import type { Sender, SendRequest } from "./sending/sender.ts";

/** What the jobs of this slice work with. */
export interface MessageJobDeps {
  readonly sender: Sender;
}

/** Messages of one job. */
export const messagesPerJobMax = 100;

const payload = z.strictObject({
  tenant_id: z.uuid(),
  channel: z.enum(messageChannels),
  ids: z.array(z.uuid()).min(1).max(messagesPerJobMax),
});

type SendJob = JobDefinition<MessageJobDeps, z.input<typeof payload>>;

/** Longest run: some attempts of 25 s one after the other, and the wait for a place. */
const timeLimitMs = 120_000;

function defineSendJob(name: string, lane: Lane, concurrency: number): SendJob {
  return defineJob<MessageJobDeps, typeof payload>({
    name,
    schema: payload,
    concurrency,
    timeLimitMs,
    // What a job leaves undone is due again within half a minute.
    attemptsMax: 2,
    handle: async ({ sender }, { tenant_id: tenantId, channel, ids }, signal) =>
      sender.send({ tenantId, channel, lane, ids }, signal),
  });
}

/** Sends what people wait for; may run twice. */
export const sendNoticesJob: SendJob = defineSendJob("send-notices", "notices", 50);

/** Sends what was planned long ago; may run twice. */
export const sendRemindersJob: SendJob = defineSendJob("send-reminders", "reminders", 50);

/** The job that sends messages that were claimed together. */
export function sendRequestJob({ tenantId, channel, lane, ids }: SendRequest): JobRequest {
  const job = lane === "notices" ? sendNoticesJob : sendRemindersJob;
  return jobRequest(job, { tenant_id: tenantId, channel, ids: [...ids] });
}

import type { Job } from "bullmq";

/** What a worker tells between jobs. */
export interface WorkerEvents {
  /** The store or BullMQ failed; the worker goes on by itself. */
  readonly onFault: (err: Error) => void;
  /** A job's worker died or lost touch; the job waits again. */
  readonly onStalled: (jobId: string) => void;
  /** A job failed for good, also without having run: then `reason` says that it stalled too often. */
  readonly onFailed: (job: Job | undefined, reason: Error) => void;
  /** Other workers may run these jobs from now on. */
  readonly onLocksLost: (jobIds: string[]) => void;
}

/** The part of BullMQ's worker that announces; typed here because its own listener types name the backend. */
export interface AnnouncingWorker {
  on(event: "error", listener: (err: Error) => void): unknown;
  on(event: "stalled", listener: (jobId: string) => void): unknown;
  on(event: "failed", listener: (job: Job | undefined, err: Error) => void): unknown;
  on(event: "lockRenewalFailed", listener: (jobIds: string[]) => void): unknown;
}

/** Connects a worker's announcements; a worker without a listener for `error` ends the process at the first fault. */
export function listenToWorker(worker: AnnouncingWorker, events: WorkerEvents): void {
  worker.on("error", events.onFault);
  worker.on("stalled", events.onStalled);
  worker.on("failed", events.onFailed);
  worker.on("lockRenewalFailed", events.onLocksLost);
}

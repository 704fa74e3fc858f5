import { randomBytes } from "node:crypto";
import { z } from "zod";
import { defineJob } from "../../src/jobs/define-job.ts";
import type { JobDefinition, JobSettings } from "../../src/jobs/define-job.ts";
import type { JobFigures } from "../../src/jobs/job-observer.ts";

/** What jobs did. */
export interface Recording {
  /** The ids in the order the jobs began, with the time since the process started, in milliseconds. */
  readonly runs: { readonly id: string; readonly atMs: number }[];
  /** What a job does after it was recorded; ends at once unless replaced. */
  act: (run: number, signal: AbortSignal) => Promise<void>;
  /** What the worker reported. */
  readonly outcomes: string[];
}

export type RecordingJob = JobDefinition<Recording, { id: string }>;

/** A kind of job of its own for one test: it records each run and then does what the test says. */
export function defineRecordingJob(settings: Partial<JobSettings> = {}): RecordingJob {
  return defineJob({
    name: `test-${randomBytes(6).toString("hex")}`,
    schema: z.strictObject({ id: z.string() }),
    ...settings,
    handle: async (recording: Recording, { id }, signal) => {
      recording.runs.push({ id, atMs: performance.now() });
      await recording.act(recording.runs.length, signal);
    },
  });
}

export function createRecording(act: Recording["act"] = () => Promise.resolve()): Recording {
  return { runs: [], act, outcomes: [] };
}

/** The ids of the jobs in the order they began. */
export function idsOf(recording: Recording): string[] {
  return recording.runs.map((run) => run.id);
}

/** Figures that end up in the recording. */
export function recordFigures(recording: Recording): JobFigures {
  return {
    jobFinished: ({ outcome }) => void recording.outcomes.push(outcome),
    jobsEnqueued: () => undefined,
    tickFinished: () => undefined,
    tickLeading: () => undefined,
  };
}

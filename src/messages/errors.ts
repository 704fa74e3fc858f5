import type { ProblemType } from "../errors.ts";

export const notRetryable: ProblemType = {
  slug: "not-retryable",
  status: 409,
  title: "This message cannot be sent again",
  advice: "Only messages that failed or got no answer, and whose recipient is still known, can be.",
};

export const tooManyTests: ProblemType = {
  slug: "too-many-tests",
  status: 429,
  title: "Too many test messages",
  advice: "Twenty an hour can be sent. Use the preview, or wait for `Retry-After` seconds.",
};

export const tooManyEndpoints: ProblemType = {
  slug: "too-many-endpoints",
  status: 409,
  title: "There are as many webhook endpoints as there may be",
  advice: "Delete one that is no longer needed.",
};

/** Problem types of this slice, for their pages. */
export const messageProblems: readonly ProblemType[] = [
  notRetryable,
  tooManyTests,
  tooManyEndpoints,
];

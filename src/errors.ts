/** The statuses a refusal may have; 5xx are for faults of ours and for "try again later". */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 412
  | 413
  | 415
  | 422
  | 428
  | 429
  | 503;

/** A documented kind of refusal: its slug ends the problem's `type` URI and names its page under `/problems/`. */
export interface ProblemType {
  readonly slug: string;
  readonly status: ProblemStatus;
  readonly title: string;
  /** What the caller should do, for the problem's page. */
  readonly advice: string;
}

/** Facts a machine may read beside the text: counts, field paths, ids. Never names, contacts, tokens or SQL. */
export type ProblemFacts = Readonly<Record<string, unknown>>;

/**
 * A refusal that the caller can understand and act on. `detail` is shown to citizens.
 * Problem documents are made from it at the HTTP edge only.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly problem: ProblemType;
  readonly facts: ProblemFacts;

  constructor(
    problem: ProblemType,
    detail: string,
    options: ErrorOptions & { facts?: ProblemFacts } = {},
  ) {
    super(detail, options);
    this.problem = problem;
    this.facts = options.facts ?? {};
  }
}

export const notFound: ProblemType = {
  slug: "not-found",
  status: 404,
  title: "Not found",
  advice:
    "Check the address and the ids in it. Things of another administration look the same as missing ones.",
};

export const invalidRequest: ProblemType = {
  slug: "invalid-request",
  status: 422,
  title: "The request does not fit its schema",
  advice: "Correct the fields named in `errors` and send it again.",
};

export const notSignedIn: ProblemType = {
  slug: "not-signed-in",
  status: 401,
  title: "A key or token is needed",
  advice: "Send `Authorization: Bearer …` with a valid API key or the appointment's manage token.",
};

export const notAllowed: ProblemType = {
  slug: "not-allowed",
  status: 403,
  title: "This key or token may not do that",
  advice: "Use a key with the scope named in `scope`.",
};

export const conflictingChange: ProblemType = {
  slug: "conflicting-change",
  status: 409,
  title: "Something changed meanwhile",
  advice: "Read it again, decide again, and send the new `version`.",
};

export const tryAgainLater: ProblemType = {
  slug: "try-again-later",
  status: 503,
  title: "Too busy or briefly unavailable",
  advice:
    "Wait for `Retry-After` seconds and send the same request again, with the same Idempotency-Key.",
};

/** The problem types that belong to no slice. */
export const sharedProblems: readonly ProblemType[] = [
  notFound,
  invalidRequest,
  notSignedIn,
  notAllowed,
  conflictingChange,
  tryAgainLater,
];

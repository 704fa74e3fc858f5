import type { ProblemStatus, ProblemType } from "../errors.ts";

/** A problem that the edge itself answers; only these may say that the fault is ours. */
export type HttpProblemType = Omit<ProblemType, "status"> & {
  readonly status: ProblemStatus | 408 | 431 | 500;
};

export const malformedRequest: ProblemType = {
  slug: "malformed-request",
  status: 400,
  title: "The request cannot be read",
  advice:
    "Send a valid address and well-formed JSON in UTF-8, nested at most 32 levels deep, without repeated keys.",
};

export const methodNotAllowed: ProblemType = {
  slug: "method-not-allowed",
  status: 405,
  title: "This address does not know that method",
  advice: "Use one of the methods named in the `Allow` header.",
};

export const contentTooLarge: ProblemType = {
  slug: "content-too-large",
  status: 413,
  title: "The request's body is too large",
  advice: "Send at most 64 KB in one request.",
};

export const unsupportedMediaType: ProblemType = {
  slug: "unsupported-media-type",
  status: 415,
  title: "The body's type or encoding is not supported",
  advice: "Send `Content-Type: application/json` in UTF-8 and no `Content-Encoding`.",
};

export const requestTimedOut: HttpProblemType = {
  slug: "request-timed-out",
  status: 408,
  title: "The request took too long to arrive",
  advice: "Send the headers within 10 seconds and the whole request within 30.",
};

export const headersTooLarge: HttpProblemType = {
  slug: "headers-too-large",
  status: 431,
  title: "The request's headers are too large",
  advice: "Send at most 16 KB of headers.",
};

export const internalError: HttpProblemType = {
  slug: "internal-error",
  status: 500,
  title: "Something went wrong on our side",
  advice: "It has been logged. Name the `X-Request-Id` of the answer when you report it.",
};

/** Refusals of the edge itself, for the pages under `/problems/`. */
export const httpProblems: readonly HttpProblemType[] = [
  malformedRequest,
  methodNotAllowed,
  requestTimedOut,
  contentTooLarge,
  unsupportedMediaType,
  headersTooLarge,
  internalError,
];

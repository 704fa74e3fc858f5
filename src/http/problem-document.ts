import { z } from "@hono/zod-openapi";
import {
  invalidRequest,
  notFound,
  notSignedIn,
  type ProblemFacts,
  tryAgainLater,
} from "../errors.ts";
import {
  contentTooLarge,
  type HttpProblemType,
  internalError,
  malformedRequest,
  unsupportedMediaType,
} from "./problem-types.ts";

export const problemMediaType = "application/problem+json";

/** One field that does not fit; `path` is dotted, with `in` saying which part of the request it is in. */
const fieldFault = z
  .strictObject({
    in: z.enum(["body", "query", "path", "header", "cookie"]),
    path: z.string(),
    message: z.string(),
  })
  .openapi("FieldFault");

/** A problem document of RFC 9457. Further members are the facts named on the problem's page. */
const problemSchema = z
  .looseObject({
    type: z.url().openapi({ description: "Resolves to a page about this kind of problem." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().openapi({ description: "Can be shown to citizens." }),
    errors: z.array(fieldFault).optional(),
  })
  .openapi("Problem");

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** Makes the document; `publicUrl` is where the problem's page is, without a slash at its end. */
export function problemDocument(
  publicUrl: string,
  problem: HttpProblemType,
  { detail, facts }: { detail: string; facts?: ProblemFacts },
): ProblemDocument {
  return {
    ...facts,
    type: `${publicUrl}/problems/${problem.slug}`,
    title: problem.title,
    status: problem.status,
    detail,
  };
}

/** Refusals that any operation of a tenant may answer. */
const everywhere: readonly HttpProblemType[] = [
  malformedRequest,
  notSignedIn,
  notFound,
  contentTooLarge,
  unsupportedMediaType,
  invalidRequest,
  internalError,
  tryAgainLater,
];

/**
 * The documented refusals of an operation, to spread into its `responses`: those named and those of every operation.
 * Its type is empty on purpose: handlers throw problems and never return them.
 */
export function problemResponses(...problems: readonly HttpProblemType[]): Record<never, never> {
  return problemResponsesOnly(...problems, ...everywhere);
}

/** The same without those of every operation, for addresses outside the API. */
export function problemResponsesOnly(
  ...problems: readonly HttpProblemType[]
): Record<never, never> {
  const byStatus = Map.groupBy(new Set(problems), (problem) => problem.status);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, ofStatus]) => [
        status,
        {
          description: ofStatus
            .map((problem) => `\`${problem.slug}\`: ${problem.title}.`)
            .join(" "),
          content: { [problemMediaType]: { schema: problemSchema } },
        },
      ]),
  );
}

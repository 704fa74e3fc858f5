import type { Context, ErrorHandler, Hono, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { isUnavailability } from "../db/faults.ts";
import { DomainError, notFound, tryAgainLater } from "../errors.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { AppEnv } from "./app-env.ts";
import { problemDocument, problemMediaType } from "./problem-document.ts";
import {
  type HttpProblemType,
  internalError,
  malformedRequest,
  methodNotAllowed,
  unsupportedMediaType,
} from "./problem-types.ts";

export interface EdgeOptions {
  /** Where this service is reached, without a slash at its end; begins the `type` of every problem. */
  readonly publicUrl: string;
  readonly log: Pick<Logger, "warn" | "error">;
}

interface Refusal {
  readonly problem: HttpProblemType;
  readonly detail: string;
  readonly facts?: DomainError["facts"];
}

const retryAfterSeconds = 2;

/** Turns everything thrown into a problem document: the only place that does. Faults of ours are logged, never shown. */
export function handleError({ publicUrl, log }: EdgeOptions): ErrorHandler<AppEnv> {
  return (error, c) => {
    const refusal = refusalOf(error, isOver(c));
    const fields = { request_id: c.get("requestId"), err: error };
    if (refusal.problem === internalError)
      log.error(fields, "A request failed through a fault of ours");
    else if (refusal.problem === tryAgainLater && !(error instanceof DomainError)) {
      log.warn(fields, "A request could not be served in time");
    }
    return answer(c, publicUrl, refusal);
  };
}

/** Answers addresses that no route knows, and known ones asked with another method. */
export function handleNotFound(
  app: Hono<AppEnv>,
  { publicUrl }: Pick<EdgeOptions, "publicUrl">,
): NotFoundHandler<AppEnv> {
  return (c) => {
    const allowed = methods.filter((method) => hasRoute(app, method, c.req.path));
    if (allowed.length === 0) {
      return answer(c, publicUrl, {
        problem: notFound,
        detail: "There is nothing at this address.",
      });
    }
    c.header(
      "Allow",
      [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", "),
    );
    const detail = "This address does not know that method.";
    return answer(c, publicUrl, { problem: methodNotAllowed, detail });
  };
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Middleware is registered for all methods at once and is not a route. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [matches] = app.router.match(method, path);
  return matches.some(([[, route]]) => route.method === method);
}

function isOver(c: Context<AppEnv>): boolean {
  const signal: AbortSignal | undefined = c.get("signal");
  return signal?.aborted === true;
}

function refusalOf(error: Error, isRequestOver: boolean): Refusal {
  if (error instanceof DomainError) {
    return { problem: error.problem, detail: error.message, facts: error.facts };
  }
  if (error instanceof HTTPException) return refusalOfFramework(error);
  if (isRequestOver || isUnavailability(error)) {
    return {
      problem: tryAgainLater,
      detail: "The service is briefly unavailable. Please try again shortly.",
    };
  }
  return { problem: internalError, detail: "Something went wrong on our side." };
}

/** Hono's own refusals: its validators answer 400 for bodies they cannot parse and 415 for types not declared. */
function refusalOfFramework(error: HTTPException): Refusal {
  switch (error.status) {
    case 415:
      return {
        problem: unsupportedMediaType,
        detail: "This operation does not take a body of that type.",
      };
    case 400:
      return { problem: malformedRequest, detail: "The request cannot be read." };
    default:
      return { problem: internalError, detail: "Something went wrong on our side." };
  }
}

function answer(
  c: Context<AppEnv>,
  publicUrl: string,
  { problem, detail, facts = {} }: Refusal,
): Response {
  if (problem.status === 503 || problem.status === 429) {
    const stated = facts["retry_after_seconds"];
    c.header(
      "Retry-After",
      String(typeof stated === "number" ? Math.ceil(stated) : retryAfterSeconds),
    );
  }
  if (problem.status === 401) c.header("WWW-Authenticate", 'Bearer realm="sportello"');
  c.header("Content-Type", problemMediaType);
  return c.body(
    JSON.stringify(problemDocument(publicUrl, problem, { detail, facts })),
    problem.status,
  );
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { tryAgainLater } from "../errors.ts";
import { problemDocument, problemMediaType } from "./problem-document.ts";

export interface ShedLoadOptions {
  readonly publicUrl: string;
  /** Requests that are worked on at once. */
  readonly inFlightMax: number;
}

/** Seconds after which those who were refused may come back. */
const retryAfterSeconds = 2;

/** What tells whether the service lives must answer when it has too much to do. */
const operational = /^\/(?:livez|readyz|metrics)(?:\?|$)/;

/**
 * Works on at most `inFlightMax` requests at once and refuses the rest with `try-again-later` before anything is done
 * for them, so that those let in find a database connection in time. A refusal here costs a tenth of one made by the app:
 * under ten times the load, refusing must leave time for working.
 */
export function shedLoad({ publicUrl, inFlightMax }: ShedLoadOptions) {
  const detail = "Too many requests at once. Please try again shortly.";
  const body = Buffer.from(JSON.stringify(problemDocument(publicUrl, tryAgainLater, { detail })));
  const headers = {
    "Content-Type": problemMediaType,
    "Content-Length": body.length,
    "Retry-After": retryAfterSeconds,
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
  };
  let inFlight = 0;
  return async (
    { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
    work: () => Promise<void>,
  ): Promise<void> => {
    if (operational.test(incoming.url ?? "")) return work();
    if (inFlight >= inFlightMax) {
      outgoing.writeHead(tryAgainLater.status, headers).end(body);
      return;
    }
    inFlight += 1;
    try {
      await work();
    } finally {
      // When it is answered, not when the client has read the answer: one that never reads must not keep others out.
      inFlight -= 1;
    }
  };
}

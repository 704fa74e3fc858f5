import type { IncomingMessage, ServerResponse } from "node:http";
import { tryAgainLater } from "../errors.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { monotonicMs } from "../time/clock.ts";
import { createAdmission } from "./admission.ts";
import { problemDocument, problemMediaType } from "./problem-document.ts";

export interface ShedLoadOptions {
  readonly publicUrl: string;
  /** Requests that are worked on at once at most. */
  readonly inFlightMax: number;
  /** Counts what is refused. */
  readonly metrics?: Pick<Metrics, "httpRequestShed"> | undefined;
}

/** Seconds after which those who were refused may come back. */
const retryAfterSeconds = 2;

/** What tells whether the service lives must answer when it has too much to do. */
const operational = /^\/(?:livez|readyz|metrics)(?:\?|$)/;

/**
 * Works on at most `inFlightMax` requests at once, fewer when they take too long (`createAdmission`), and refuses the
 * rest with `try-again-later` before anything is done for them, their body unread, so that those let in find a database
 * connection in time. A refusal here costs a tenth of one made by the app: under ten times the load, refusing must
 * leave time for working. What was let in is always worked on to its end.
 */
export function shedLoad({ publicUrl, inFlightMax, metrics }: ShedLoadOptions) {
  const detail = "Too many requests at once. Please try again shortly.";
  const body = JSON.stringify(problemDocument(publicUrl, tryAgainLater, { detail }));
  // As names and values in turn, and a text as the body: Node writes such an answer in one piece.
  const headers = Object.entries({
    "Content-Type": problemMediaType,
    "Content-Length": String(Buffer.byteLength(body)),
    "Retry-After": String(retryAfterSeconds),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
  }).flat();
  const admission = createAdmission({ inFlightMax });
  return async (
    { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
    work: () => Promise<void>,
  ): Promise<void> => {
    if (operational.test(incoming.url ?? "")) return work();
    const enteredMs = monotonicMs();
    if (!admission.enter(enteredMs)) {
      metrics?.httpRequestShed();
      outgoing.writeHead(tryAgainLater.status, headers).end(body);
      return;
    }
    try {
      await work();
    } finally {
      // When it is answered, not when the client has read the answer: one that never reads must not keep others out.
      admission.leave(enteredMs, monotonicMs());
    }
  };
}

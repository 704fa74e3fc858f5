import type { IncomingMessage, ServerResponse } from "node:http";
import { matchedRoutes } from "hono/route";
import type { Metrics } from "../telemetry/metrics.ts";
import { monotonicMs } from "../time/clock.ts";
import type { AppContext } from "./app-env.ts";
import { newRequestId } from "./request-id.ts";
import { findRepeatedHeader } from "./check-target.ts";
import { isAmong, type WrittenJson } from "./send-json.ts";

/**
 * Answers that everybody gets for the very same address, kept in front of the app as long as they hold. A crowd that looks
 * at one calendar again and again then costs a third of what the way through the app does.
 */
export interface FrontAnswers {
  /**
   * Keeps what the app answers to this request now, if it is anonymous. `holds` is asked each time before the answer is
   * given out again; the first no ends it.
   */
  readonly keep: (c: AppContext, written: WrittenJson, keeping: Keeping) => void;
  /** Answers a request whose answer is kept and holds for sure, without waiting; false leaves it to what may wait. */
  readonly answer: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** The same for one whose answer is kept and may hold: looks first, once for all who ask meanwhile. */
  readonly lookAndAnswer: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<boolean>;
}

export interface Keeping {
  readonly headers: Readonly<Record<string, string>>;
  /** Must do without waiting. */
  readonly holds: () => "yes" | "no" | "unsure";
  /** Makes sure what `holds` says. */
  readonly look: () => Promise<void>;
}

export interface FrontAnswersOptions {
  readonly metrics: Pick<Metrics, "httpRequestFinished">;
  /** Whether the process is about to stop: connections are then ended by the app. */
  readonly isDraining: () => boolean;
}

interface Kept extends WrittenJson {
  /** Names and values in turn, but for the length and the request's own name: Node writes such a list as it is. */
  readonly headers: readonly string[];
  readonly length: string;
  readonly route: string;
  readonly holds: Keeping["holds"];
  readonly look: Keeping["look"];
}

const entriesMax = 5_000;
const urlCharsMax = 1_000;

/** Makes an empty front of at most 5,000 answers; the oldest leave first. */
export function createFrontAnswers({ metrics, isDraining }: FrontAnswersOptions): FrontAnswers {
  const known = new Map<string, Kept>();
  const find = (incoming: IncomingMessage): Kept | undefined =>
    isForAll(incoming) && !isDraining() ? known.get(incoming.url ?? "") : undefined;
  const answerKept = (incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
    const kept = find(incoming);
    const holds = kept?.holds();
    if (holds === "no") known.delete(incoming.url ?? "");
    if (!kept || holds !== "yes") return false;
    const startedMs = monotonicMs();
    const status = send(outgoing, kept, incoming.headers["if-none-match"]);
    const seconds = (monotonicMs() - startedMs) / 1_000;
    metrics.httpRequestFinished({ route: kept.route, method: "GET", status, seconds });
    return true;
  };
  return {
    keep: (c, { body, etag }, { headers, holds, look }) => {
      const { incoming, outgoing } = c.env;
      const url = incoming?.url;
      if (!incoming || !outgoing || url === undefined || !isForAll(incoming)) return;
      if (url.length > urlCharsMax) return;
      const stated = { ...plainHeaders(outgoing), ...lowerCase(headers), etag };
      known.delete(url);
      known.set(url, {
        body,
        etag,
        headers: Object.entries(stated).flat(),
        length: String(Buffer.byteLength(body)),
        route: matchedRoutes(c).at(-1)?.path ?? "unmatched",
        holds,
        look,
      });
      const oldest = known.size > entriesMax ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    answer: answerKept,
    lookAndAnswer: async (incoming, outgoing) => {
      const kept = find(incoming);
      if (kept?.holds() !== "unsure") return false;
      // Who cannot look leaves it to the app, which says why.
      await kept.look().catch(() => undefined);
      return answerKept(incoming, outgoing);
    },
  };
}

/** Whoever says who he is, names his request or says something twice is left to the app. */
function isForAll({ method, headers, rawHeaders }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    headers.authorization === undefined &&
    headers["x-request-id"] === undefined &&
    headers.host !== undefined &&
    findRepeatedHeader(rawHeaders) === undefined
  );
}

/** Names that differ in their letters only would be sent twice. */
function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** What every answer says, as it was stated for this one; but for its own name. */
function plainHeaders(outgoing: ServerResponse): Record<string, string> {
  const stated: Record<string, string> = {};
  for (const name of outgoing.getHeaderNames()) {
    const value = outgoing.getHeader(name);
    if (typeof value === "string" && name !== "x-request-id") stated[name] = value;
  }
  return stated;
}

function send(
  outgoing: ServerResponse,
  { body, etag, headers, length }: Kept,
  known: string | undefined,
): 200 | 304 {
  const own = [...headers, "x-request-id", newRequestId()];
  if (known !== undefined && isAmong(etag, known)) {
    outgoing.writeHead(304, own).end();
    return 304;
  }
  own.push("content-type", "application/json", "content-length", length);
  outgoing.writeHead(200, own).end(body);
  return 200;
}

import { createServer, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { FrontAnswers } from "./front-answers.ts";
import { problemDocument, problemMediaType } from "./problem-document.ts";
import {
  headersTooLarge,
  type HttpProblemType,
  malformedRequest,
  requestTimedOut,
} from "./problem-types.ts";
import { shedLoad } from "./shed-load.ts";

export interface NodeServerOptions {
  readonly publicUrl: string;
  /** Open connections at most; more are closed at once. Default 4,000. */
  readonly connectionsMax?: number;
  /** Requests that are worked on at once at most; the rest is told to come back, at once. Default 512. */
  readonly inFlightMax?: number;
  /** Counts what is told to come back. */
  readonly metrics?: Pick<Metrics, "httpRequestShed"> | undefined;
  /** How long (ms) nothing may pass on a connection before it is closed. Default 2 minutes. */
  readonly silenceMsMax?: number;
  /** Answers that need not go through the app. */
  readonly front?: Pick<FrontAnswers, "answer" | "lookAndAnswer"> | undefined;
}

const headersBytesMax = 16_384;

/** Makes the listener of a process, with limits on everything a slow or hostile client could make us wait for. */
export function createNodeServer(app: Hono<AppEnv>, options: NodeServerOptions): Server {
  const { silenceMsMax = 120_000 } = options;
  const refuse = (problem: HttpProblemType): { status: number; body: string } => ({
    status: problem.status,
    body: JSON.stringify(
      problemDocument(options.publicUrl, problem, { detail: `${problem.title}.` }),
    ),
  });
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    // Addresses and hosts that are no URL never reach the app.
    errorHandler: () => {
      const { status, body } = refuse(malformedRequest);
      return new Response(body, { status, headers: { "Content-Type": problemMediaType } });
    },
  });
  const unlessTooMuch = shedLoad({
    publicUrl: options.publicUrl,
    inFlightMax: options.inFlightMax ?? 512,
    metrics: options.metrics,
  });
  const server = createServer(
    {
      maxHeaderSize: headersBytesMax,
      // A missing Host is refused by the listener, with a problem document instead of an empty answer.
      requireHostHeader: false,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Also what ends a connection whose client stopped reading in the middle of requests sent ahead.
      keepAliveTimeout: Math.min(65_000, silenceMsMax),
      connectionsCheckingInterval: 1_000,
    },
    (incoming, outgoing) => {
      const { front } = options;
      if (front?.answer(incoming, outgoing)) return;
      void unlessTooMuch({ incoming, outgoing }, async () => {
        if (await front?.lookAndAnswer(incoming, outgoing)) return;
        await listener(incoming, outgoing);
      });
    },
  );
  server.maxConnections = options.connectionsMax ?? 4_000;
  // Neither sent nor read anything for so long: a client that never reads its answer gives its connection back.
  server.setTimeout(silenceMsMax);
  server.on("clientError", (error, socket) => {
    const { status, body } = refuse(problemOfParser(error));
    endWith(socket, status, body);
  });
  return server;
}

/** What Node's parser and timers say before there is a request. */
function problemOfParser(error: Error): HttpProblemType {
  const code = "code" in error ? error.code : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return headersTooLarge;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? requestTimedOut : malformedRequest;
}

function endWith(socket: Duplex, status: number, body: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

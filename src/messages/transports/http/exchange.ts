import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as plainRequest,
} from "node:http";
import { request as secureRequest } from "node:https";
import type { Socket } from "node:net";

/** One request. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: URL;
  /** Values of Latin-1. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as UTF-8; null where there is none. */
  readonly body: string | null;
}

/** An answer, as far as it was read. */
export interface HttpAnswer {
  readonly status: number;
  /** One header, undefined where it is missing or repeated. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  /** False when it was longer than allowed or broke off. */
  readonly isWhole: boolean;
}

/** What came of a request. */
export type Exchange =
  | { readonly kind: "answered"; readonly answer: HttpAnswer }
  /** No connection came to be: nothing was said. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** It was sent, in part at least, and nobody knows what became of it. */
  | { readonly kind: "no_answer"; readonly reason: string };

export interface ExchangeOptions {
  /** Total deadline, from the name's look-up to the last byte of the answer. */
  readonly signal: AbortSignal;
  readonly bodyBytesMax: number;
  /** Connections to use; options of the request such as `lookup` and `ca` belong to it. */
  readonly agent: NonNullable<RequestOptions["agent"]>;
}

/**
 * Sends one request and reads its answer. Redirects are answers like any other. Never throws and never repeats: whoever
 * sends decides what may be sent twice.
 */
export function exchange(
  { method, url, headers, body }: HttpRequest,
  { signal, bodyBytesMax, agent }: ExchangeOptions,
): Promise<Exchange> {
  if (signal.aborted) return Promise.resolve({ kind: "not_sent", reason: "timeout" });
  return new Promise((resolve) => {
    let hasConnected = false;
    const end = (result: Exchange): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const fail = (reason: string): void =>
      end({ kind: hasConnected ? "no_answer" : "not_sent", reason });
    const request = open(url, { method, headers: withLength(headers, body), agent }, fail);
    const onAbort = (): void => {
      fail("timeout");
      request?.destroy();
    };
    if (!request) return;
    signal.addEventListener("abort", onAbort, { once: true });
    whenConnected(request, url, () => {
      hasConnected = true;
    });
    request.on("error", (error) => fail(reasonOf(error)));
    request.on("response", (response) => {
      void readAnswer(response, bodyBytesMax).then((answer) => end({ kind: "answered", answer }));
    });
    request.end(bytesOf(body, headers));
  });
}

/** Undefined, after `fail`, where Node refuses what is asked for, such as a header with a line break. */
function open(
  url: URL,
  options: RequestOptions,
  fail: (reason: string) => void,
): ClientRequest | undefined {
  try {
    return url.protocol === "https:" ? secureRequest(url, options) : plainRequest(url, options);
  } catch {
    fail("bad_request");
    return undefined;
  }
}

function withLength(
  headers: HttpRequest["headers"],
  body: HttpRequest["body"],
): Record<string, string | number> {
  return {
    "User-Agent": "Sportello",
    ...headers,
    ...(body ? { "Content-Length": Buffer.byteLength(body) } : {}),
  };
}

/**
 * Node joins a text to the headers and writes both at once, which halves what a small request costs; but it writes the
 * headers in the encoding of the text, so one that goes beyond ASCII keeps them apart.
 */
function bytesOf(
  body: HttpRequest["body"],
  headers: HttpRequest["headers"],
): string | Buffer | undefined {
  if (body === null) return undefined;
  const isAscii = Object.values(headers).every((value) => /^[\t\x20-\x7E]*$/.test(value));
  return isAscii ? body : Buffer.from(body);
}

function whenConnected(request: ClientRequest, { protocol }: URL, onConnected: () => void): void {
  request.on("socket", (socket: Socket) => {
    // A connection that was in use until now is open, whether or not Node says that it is used again.
    if (socket.readyState === "open") onConnected();
    else socket.once(protocol === "https:" ? "secureConnect" : "connect", onConnected);
  });
}

/** Reads at most so many bytes; a longer answer is cut and its connection closed. Never rejects. */
function readAnswer(response: IncomingMessage, bytesMax: number): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > bytesMax) response.destroy();
    });
    // What breaks off tells itself by not being complete.
    response.on("error", () => undefined);
    response.on("close", () =>
      resolve({
        status: response.statusCode ?? 0,
        header: (name) => onlyHeader(response.rawHeaders, name.toLowerCase()),
        body: Buffer.concat(chunks).subarray(0, bytesMax),
        isWhole: response.complete && size <= bytesMax,
      }),
    );
  });
}

/** Names and values follow each other. */
function onlyHeader(rawHeaders: readonly string[], name: string): string | undefined {
  const values = rawHeaders.filter(
    (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name,
  );
  return values.length === 1 ? values[0] : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ECONNREFUSED: "refused_connection",
  ECONNRESET: "cut",
  EPIPE: "cut",
  ETIMEDOUT: "timeout",
};

/** One word for what broke; words of our own look-up (`blocked_address`) are its codes in lower case. */
function reasonOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const known = reasons[code];
  if (known !== undefined) return known;
  if (/^(?:ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL|EPROTO)/.test(code)) return "tls";
  return code === blockedCode ? "blocked_address" : "fault";
}

/** Code of the error by which a look-up refuses an address. */
export const blockedCode = "EBLOCKED";

import { createServer as createPlain, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** How an endpoint answers; 204 where nothing is said. */
export interface WebhookBehaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers, or answers without an end. */
  readonly fault?: "silent" | "endless" | "cut";
}

/** One request. */
export interface WebhookReceipt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookSink {
  readonly port: number;
  readonly receipts: WebhookReceipt[];
  /** How many connections were opened. */
  readonly opened: () => number;
  readonly behave: (behaviour: WebhookBehaviour) => void;
  readonly close: () => Promise<void>;
}

/** Starts an endpoint on a free port of this machine, over TLS where there is a certificate. */
export async function startWebhookSink(certificate?: {
  readonly key: string;
  readonly cert: string;
}): Promise<WebhookSink> {
  let behaviour: WebhookBehaviour = {};
  let opened = 0;
  const receipts: WebhookReceipt[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    void text(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      receipts.push({ at: Date.now(), path: request.url ?? "", headers, body });
      answer(response, behaviour);
    });
  };
  const server = certificate ? createSecure(certificate, serve) : createPlain(serve);
  server.on("connection", () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server.address()),
    receipts,
    opened: () => opened,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(
  response: ServerResponse,
  { status = 204, headers, fault }: WebhookBehaviour,
): void {
  if (fault === "silent") return;
  if (fault === "cut") return void response.socket?.destroy();
  response.writeHead(status, headers);
  if (fault !== "endless") return void response.end();
  const block = Buffer.alloc(65_536, "x");
  const write = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on("drain", write);
  write();
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address.port;
}

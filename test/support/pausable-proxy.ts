import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP proxy to a PostgreSQL server that can be told to misbehave. */
export interface PausableProxy {
  /** The same database through the proxy. */
  readonly url: string;
  /** From now on bytes of either side are kept back; nothing is closed. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Cuts connections when this text passes from client to server, before (`ask`) or after (`answer`) the server saw it. */
  readonly cutAt: (text: string, when: "ask" | "answer") => void;
  readonly close: () => Promise<void>;
}

/** Opens a proxy in front of the server of `target`, on a free port of this machine. */
export async function openProxy(target: string): Promise<PausableProxy> {
  const upstream = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let cut: { text: string; when: "ask" | "answer" } | undefined;
  let isFrozen = false;
  const server = createServer((client) => {
    const toServer = connect(Number(upstream.port || 5432), upstream.hostname);
    const pair = [client, toServer] as const;
    const end = (): void => {
      client.destroy();
      toServer.destroy();
      pairs.delete(pair);
    };
    let isCutNext = false;
    client.on("data", (chunk: Buffer) => {
      const isHit = cut !== undefined && chunk.includes(cut.text);
      if (isHit && cut?.when === "ask") return end();
      isCutNext = isHit;
      toServer.write(chunk);
    });
    toServer.on("data", (chunk: Buffer) => (isCutNext ? end() : client.write(chunk)));
    for (const socket of pair) socket.on("error", end).on("close", end);
    pairs.add(pair);
    if (isFrozen) for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: withPort(target, portOf(server.address())),
    freeze: () => {
      isFrozen = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    thaw: () => {
      isFrozen = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    cutAt: (text, when) => {
      cut = { text, when };
    },
    close: () =>
      new Promise((resolve) => {
        for (const pair of pairs) for (const socket of pair) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address.port;
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = "127.0.0.1";
  changed.port = String(port);
  return changed.href;
}

import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import { createServer, type ListenOptions, type Server } from "node:net";

/** Where to listen; port 0 lets the system choose. */
export interface DoorsAt {
  readonly host: string;
  readonly port: number;
}

/** The ways into a server that listens. */
export interface Doors {
  readonly port: number;
  /** Accepts nothing new and resolves when every connection has ended. */
  readonly close: () => Promise<void>;
}

/**
 * Node accepts one connection per door in each turn of its loop. When turns are long, because there is much to do, a
 * crowd stood before a single door for many seconds, connected and unheard: 2,000 that came at once in a rush, up to 13 s.
 */
const doorCount = 16;
/** Connections that may wait before each door; the system may allow fewer. */
const backlogMax = 4_096;

/**
 * Opens the port for a server, by many doors where the system can share a port among sockets (Linux, FreeBSD), else by
 * one. The server's `maxConnections` is shared out evenly. Throws the system's error when the port is not free.
 */
export async function openDoors(server: HttpServer, at: DoorsAt): Promise<Doors> {
  const port = await findFree(at);
  const place = { host: at.host, port, backlog: backlogMax };
  const limit = server.maxConnections;
  try {
    server.maxConnections = Math.ceil(limit / doorCount);
    await listen(server, { ...place, reusePort: true });
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    server.maxConnections = limit;
    await listen(server, place);
    return { port, close: () => close(server) };
  }
  const doors = Array.from({ length: doorCount - 1 }, () => createDoor(server));
  await Promise.all(doors.map((door) => listen(door, { ...place, reusePort: true })));
  return {
    port,
    close: async () => {
      await Promise.all([server, ...doors].map(close));
    },
  };
}

/** Sockets that share a port do not notice others that share it too: whether it is free is asked by one that does not. */
async function findFree({ host, port }: DoorsAt): Promise<number> {
  const probe = createServer();
  await listen(probe, { host, port });
  const address = probe.address();
  await close(probe);
  return typeof address === "object" && address !== null ? address.port : port;
}

/** Hands what it accepts to the server, which serves it like its own. */
function createDoor(server: HttpServer): Server {
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    server.emit("connection", socket);
  });
  door.maxConnections = server.maxConnections;
  return door;
}

async function listen(server: Server, options: ListenOptions): Promise<void> {
  const listening = once(server, "listening");
  server.listen(options);
  await listening;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function isUnsupported(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTSUP" || code === "EINVAL" || code === "ENOPROTOOPT";
}

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Doors, openDoors } from "../../src/http/open-doors.ts";

const host = "127.0.0.1";
const opened: { server: Server; doors: Doors; sockets: Socket[] }[] = [];

async function open(connectionsMax: number) {
  const server = createServer((_, outgoing) => outgoing.end("Hello"));
  server.maxConnections = connectionsMax;
  const doors = await openDoors(server, { host, port: 0 });
  const sockets: Socket[] = [];
  const all = { server, doors, sockets };
  opened.push(all);
  return all;
}

afterEach(async () => {
  for (const { server, doors, sockets } of opened.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await doors.close();
  }
});

describe.skipIf(process.platform !== "linux")("a port with many doors", () => {
  test("lets a crowd in that comes in one moment, many in each turn of the loop", async () => {
    const { server, doors, sockets } = await open(4_000);
    let accepted = 0;
    server.on("connection", () => (accepted += 1));
    for (let n = 0; n < 320; n += 1) sockets.push(connect(doors.port, host));
    let turns = 0;
    for (; accepted < 320 && turns < 320; turns += 1) await setImmediate();
    expect(accepted).toBe(320);
    // A single door takes a turn for each.
    expect(turns).toBeLessThan(160);
  });

  test("answers by each of them, and closes them all", async () => {
    const { doors } = await open(4_000);
    const url = `http://${host}:${doors.port}/`;
    const close = { headers: { Connection: "close" } };
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(url, close)));
    expect(new Set(await Promise.all(answers.map((one) => one.text())))).toEqual(
      new Set(["Hello"]),
    );
    opened.splice(0);
    await doors.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  test("keeps no more connections than the server may have", async () => {
    const { server, doors, sockets } = await open(32);
    let refused = 0;
    let accepted = 0;
    server.on("connection", () => (accepted += 1));
    for (let n = 0; n < 200; n += 1) {
      const socket = connect(doors.port, host);
      socket.on("error", () => undefined).on("close", () => (refused += 1));
      sockets.push(socket);
    }
    await expect.poll(() => refused + accepted).toBe(200);
    expect(accepted).toBeLessThanOrEqual(32);
    expect(accepted).toBeGreaterThan(16);
  });

  test("is refused to a second service, though its doors share it", async () => {
    const { doors } = await open(4_000);
    const second = createServer();
    await expect(openDoors(second, { host, port: doors.port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  test("still ends connections whose request never comes, by whichever door they came", async () => {
    const server = createServer({ headersTimeout: 200, connectionsCheckingInterval: 50 });
    server.maxConnections = 4_000;
    const doors = await openDoors(server, { host, port: 0 });
    const sockets = Array.from({ length: 40 }, () => connect(doors.port, host));
    opened.push({ server, doors, sockets });
    const ended = sockets.map((socket) => once(socket, "close"));
    for (const socket of sockets) socket.on("error", () => undefined).resume();
    for (const socket of sockets) socket.write("GET / HTTP/1.1\r\n");
    await expect(Promise.all(ended)).resolves.toHaveLength(40);
  });
});

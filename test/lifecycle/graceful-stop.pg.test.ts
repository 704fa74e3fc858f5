import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDataDirs,
  endService,
  type ServiceProcess,
  startService,
} from "./service-process.ts";

const dirs = createDataDirs();
let dataDir = "";
beforeAll(async () => {
  dataDir = await dirs.next();
});
afterAll(() => dirs.removeAll());

const body = '{"a":1}';

/** Sends all of a request but its last byte, so that it is under way for as long as the test likes. */
async function openRequest(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname === "localhost" ? "127.0.0.1" : hostname);
  await once(socket, "connect");
  socket.write(
    `POST /v1/nobody/holds HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, -1)}`,
  );
  // The answer to a second request shows that the server has read the first.
  await fetch(`${address}/livez`);
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function waitUntilDraining(address: string): Promise<Response> {
  let last: Response | undefined;
  await expect
    .poll(async () => {
      last = await fetch(`${address}/readyz`);
      return last.status;
    })
    .toBe(503);
  if (!last) throw new Error("no answer");
  return last;
}

describe("a stop on SIGTERM", () => {
  let service: ServiceProcess;
  let address = "";
  beforeAll(async () => {
    service = startService({ DATA_DIR: dataDir, STOP_DELAY_SECONDS: "2" });
    address = await service.ready;
  });

  it("turns readiness off and asks clients to reconnect while it still accepts, finishes what is under way, and ends with 0", async () => {
    const underWay = await openRequest(address);
    service.child.kill("SIGTERM");
    const notReady = await waitUntilDraining(address);
    expect(notReady.headers.get("connection")).toBe("close");
    const alive = await fetch(`${address}/livez`);
    expect(alive.status).toBe(200);
    underWay.write(body.slice(-1));
    const answer = await readAll(underWay);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).toMatch(/connection: close/i);
    expect((await service.ended).code).toBe(0);
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
  });
});

describe("a second Ctrl-C", () => {
  it("ends the process at once although a request is under way", async () => {
    const service = startService({ DATA_DIR: dataDir });
    const underWay = await openRequest(await service.ready);
    underWay.on("error", () => undefined);
    service.child.kill("SIGINT");
    // A repeated signal within a second counts as the same key press; one of these comes later.
    await expect
      .poll(
        () => {
          service.child.kill("SIGINT");
          return service.child.exitCode;
        },
        { interval: 200, timeout: 5_000 },
      )
      .toBe(1);
  });

  it("leaves a folder that the next start can use", async () => {
    const service = startService({ DATA_DIR: dataDir });
    const address = await service.ready;
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await endService(service, "SIGINT")).code).toBe(0);
  });
});

import { readdir } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { createTestDatabase } from "../support/test-database.ts";
import { createDataDirs, endService, startService } from "./service-process.ts";

const dirs = createDataDirs();
const database = await createTestDatabase();
afterAll(async () => {
  await dirs.removeAll();
  await database.drop();
});

const SECRET_KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

test("one process serves on the database of DATABASE_URL and makes nothing in DATA_DIR", async () => {
  const DATA_DIR = await dirs.next();
  const service = startService({ DATABASE_URL: database.adminUrl, SECRET_KEYS, DATA_DIR });
  const address = await service.ready;
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  expect((await endService(service, "SIGINT")).code).toBe(0);
  expect(await readdir(DATA_DIR)).toEqual([]);
});

test("server and worker run apart on a migrated database, with the service's own rights only", async () => {
  const settings = { DATABASE_URL: database.serviceUrl, SECRET_KEYS, STOP_DELAY_SECONDS: "0" };
  const server = startService(settings, "server.ts");
  const worker = startService(settings, "worker.ts");
  const [address] = await Promise.all([server.ready, worker.ready]);
  expect((await fetch(`${address}/readyz`)).status).toBe(200);
  const codes = [await endService(server), await endService(worker)].map(({ code }) => code);
  expect(codes).toEqual([0, 0]);
});

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostmaster } from "../../src/db/embedded/postmaster-pid.ts";
import {
  createDataDirs,
  endService,
  pgDataOf,
  queryEmbedded,
  startService,
} from "./service-process.ts";

const dirs = createDataDirs();
afterAll(() => dirs.removeAll());

/** Data that a start must not lose. */
const noteSql = "CREATE TABLE IF NOT EXISTS notes (text text); INSERT INTO notes VALUES ('kept')";
const readSql = "SELECT text FROM notes";

/** Process ids of the server and its children, whom nobody would end when all of them are killed. */
async function serverPids(dataDir: string): Promise<number[]> {
  const server = await findPostmaster(pgDataOf(dataDir));
  const sessions = await queryEmbedded(
    dataDir,
    "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
  );
  return [server?.pid ?? 0, ...sessions.map(({ pid }) => Number(pid))];
}

// Each test starts whole services; a loaded machine takes its time.
describe("a service on the embedded database", { timeout: 60_000 }, () => {
  let dataDir = "";
  beforeAll(async () => {
    dataDir = await dirs.next();
  });

  it("starts on an empty folder, answers, and ends with code 0 and the database stopped on SIGTERM", async () => {
    const service = startService({ DATA_DIR: dataDir, STOP_DELAY_SECONDS: "0" });
    const address = await service.ready;
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    await queryEmbedded(dataDir, noteSql);
    const { code } = await endService(service);
    expect(code).toBe(0);
    await expect(readFile(`${pgDataOf(dataDir)}/postmaster.pid`)).rejects.toThrow("ENOENT");
  });

  it("starts again with its data, migrates nothing, and Ctrl-C ends it the same way", async () => {
    const service = startService({ DATA_DIR: dataDir });
    await service.ready;
    expect(await queryEmbedded(dataDir, readSql)).toEqual([{ text: "kept" }]);
    const { code, output } = await endService(service, "SIGINT");
    expect(code).toBe(0);
    expect(output).not.toContain("applied a migration");
    expect(await findPostmaster(pgDataOf(dataDir))).toBeUndefined();
  });

  it("takes over after it was killed and left its database running", async () => {
    const killed = startService({ DATA_DIR: dataDir });
    await killed.ready;
    await endService(killed, "SIGKILL");
    const orphan = await findPostmaster(pgDataOf(dataDir));
    const service = startService({ DATA_DIR: dataDir });
    await service.ready;
    expect(await queryEmbedded(dataDir, readSql)).toEqual([{ text: "kept" }]);
    expect(orphan).toBeDefined();
    expect((await findPostmaster(pgDataOf(dataDir)))?.pid).not.toBe(orphan?.pid);
    expect((await endService(service, "SIGINT")).output).toContain("left by a killed process");
  });

  it("recovers what was committed after everything was killed at once", async () => {
    const killed = startService({ DATA_DIR: dataDir });
    await killed.ready;
    await queryEmbedded(dataDir, "INSERT INTO notes VALUES ('acknowledged')");
    for (const pid of await serverPids(dataDir)) process.kill(pid, "SIGKILL");
    await endService(killed, "SIGKILL");
    const service = startService({ DATA_DIR: dataDir });
    await service.ready;
    const notes = await queryEmbedded(dataDir, readSql);
    expect(notes).toContainEqual({ text: "acknowledged" });
    expect((await endService(service, "SIGINT")).code).toBe(0);
  });

  it("starts its database again when that is killed, and serves on", async () => {
    const service = startService({ DATA_DIR: dataDir });
    const address = await service.ready;
    const before = await findPostmaster(pgDataOf(dataDir));
    process.kill(before?.pid ?? 0, "SIGKILL");
    await expect
      .poll(async () => (await findPostmaster(pgDataOf(dataDir)))?.pid, { timeout: 30_000 })
      .not.toBe(before?.pid);
    await expect
      .poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 30_000 })
      .toBe(200);
    expect((await endService(service, "SIGINT")).code).toBe(0);
  });

  it("runs beside a second one with its own folder and port", async () => {
    const first = startService({ DATA_DIR: dataDir });
    const second = startService({ DATA_DIR: await dirs.next() });
    const addresses = await Promise.all([first.ready, second.ready]);
    expect(new Set(addresses).size).toBe(2);
    for (const address of addresses) expect((await fetch(`${address}/readyz`)).status).toBe(200);
    const codes = [await endService(first, "SIGINT"), await endService(second, "SIGINT")];
    expect(codes.map(({ code }) => code)).toEqual([0, 0]);
  });

  it("is not disturbed by a second one on the same folder, which says who has it", async () => {
    const first = startService({ DATA_DIR: dataDir });
    const address = await first.ready;
    const { code, output } = await startService({ DATA_DIR: dataDir }).ended;
    expect(code).toBe(1);
    expect(output).toContain(`Another Sportello (process ${first.child.pid}) already runs`);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await endService(first, "SIGINT")).code).toBe(0);
  });

  it("is made once by two first starts at once: one serves, the other says so", async () => {
    const empty = await dirs.next();
    const both = [startService({ DATA_DIR: empty }), startService({ DATA_DIR: empty })];
    const loser = await Promise.race(both.map((service) => service.ended));
    expect(loser.code).toBe(1);
    expect(loser.output).toContain("already runs with the data in");
    const winner = both.find(({ child }) => child.exitCode === null);
    if (!winner) throw new Error("both ended");
    expect((await fetch(`${await winner.ready}/readyz`)).status).toBe(200);
    expect((await endService(winner, "SIGINT")).code).toBe(0);
  });
});

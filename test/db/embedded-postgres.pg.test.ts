import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded-postgres.ts";
import { occupyPort } from "../lifecycle/service-process.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const root = await mkdtemp(join(tmpdir(), "sportello-embedded-"));
const dataDir = join(root, "not", "there", "yet");
const pgData = join(dataDir, "postgres", "data");
const started: EmbeddedPostgres[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function start(dir = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: dir, log: silent });
  started.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0];
  } finally {
    await client.end();
  }
}

describe("the embedded database", () => {
  it("makes its folder, counts in UTC, sorts by code point and is UTF-8", async () => {
    const server = await start();
    const settings = await ask(
      server.serviceUrl(),
      `SELECT current_setting('TimeZone') AS zone, pg_encoding_to_char(encoding) AS encoding, datlocale,
              current_setting('server_version_num')::integer / 10000 AS major
         FROM pg_database
        WHERE datname = current_database()`,
    );
    expect(settings).toEqual({ zone: "UTC", encoding: "UTF8", datlocale: "C.UTF-8", major: 18 });
  });

  it("keeps its passwords from other users and lets nobody in without one", async () => {
    const server = await start();
    expect((await stat(join(dataDir, "database.json"))).mode & 0o777).toBe(0o600);
    const { port } = new URL(server.adminUrl);
    const guess = `postgresql://sportello_admin:guess@127.0.0.1:${port}/sportello`;
    await expect(ask(guess, "SELECT 1")).rejects.toThrow("password authentication failed");
  });

  it("listens on loopback only", async () => {
    const server = await start();
    expect(await ask(server.adminUrl, "SHOW listen_addresses")).toEqual({
      listen_addresses: "127.0.0.1",
    });
    expect(await ask(server.adminUrl, "SHOW unix_socket_directories")).toEqual({
      unix_socket_directories: "",
    });
  });

  it("keeps its port, and moves to a free one when that was taken meanwhile", async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect(second.port).toBe(first.port);
    await second.stop();
    const taken = await occupyPort();
    const file = join(dataDir, "database.json");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(String(first.port), String(taken.port)));
    const moved = await start();
    taken.close();
    expect(moved.port).not.toBe(taken.port);
    expect(await readFile(file, "utf8")).toContain(String(moved.port));
  });

  it("sets the service's role right again when somebody gave it more", async () => {
    const first = await start();
    await ask(first.adminUrl, "ALTER ROLE sportello_service SUPERUSER BYPASSRLS");
    await first.stop();
    const second = await start();
    const role = await ask(
      second.serviceUrl(),
      "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user",
    );
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false });
  });

  it("starts although the lock file names a process that is now another program", async () => {
    await (await start()).stop();
    const lines = [process.ppid, pgData, 1, 5432, "", "127.0.0.1", "", "ready   "];
    await writeFile(join(pgData, "postmaster.pid"), `${lines.join("\n")}\n`);
    expect(await ask((await start()).serviceUrl(), "SELECT 1 AS one")).toEqual({ one: 1 });
  });

  it("removes what a start that was killed in the middle of making the data folder left", async () => {
    const dir = join(root, "half");
    const draft = join(dir, "postgres", "init-4194305"); // above the highest process number
    await mkdir(join(draft, "data"), { recursive: true });
    await writeFile(join(draft, "data", "PG_VERSION"), "18\n");
    expect(await ask((await start(dir)).serviceUrl(), "SELECT 1 AS one")).toEqual({ one: 1 });
    expect(await readdir(join(dir, "postgres"))).toEqual(["data", "start.lock"]);
  });

  it("refuses a folder of another major version and says which", async () => {
    const dir = join(root, "older");
    await (await start(dir)).stop();
    await writeFile(join(dir, "postgres", "data", "PG_VERSION"), "17\n");
    await expect(start(dir)).rejects.toThrow(/made by PostgreSQL 17.*choose another DATA_DIR/);
  });

  it("refuses a folder whose passwords are lost and says what to restore", async () => {
    const dir = join(root, "lost");
    await (await start(dir)).stop();
    await rm(join(dir, "database.json"));
    await expect(start(dir)).rejects.toThrow(/database\.json.*Restore it from a backup/);
  });

  it("goes to one of several starts at once; the others say who has it", async () => {
    const dir = join(root, "contested");
    await (await start(dir)).stop();
    for (let round = 0; round < 4; round += 1) {
      const all = await Promise.allSettled([start(dir), start(dir), start(dir)]);
      const refusals = all.flatMap((one) =>
        one.status === "rejected" ? [String(one.reason)] : [],
      );
      expect(refusals.map((text) => /^StartError.*already runs with the data/.test(text))).toEqual([
        true,
        true,
      ]);
      const winner = started.at(-1);
      expect(await ask(winner?.serviceUrl() ?? "", "SELECT 1 AS one")).toEqual({ one: 1 });
      await winner?.stop();
    }
  });

  it("reports once when it cannot be kept running", async () => {
    const dir = join(root, "dying");
    const server = await start(dir);
    const gone = new Promise<Error>((resolve) => server.onExit(resolve));
    await rm(join(dir, "postgres", "data", "global"), { recursive: true });
    const pid = (await readFile(join(dir, "postgres", "data", "postmaster.pid"), "utf8")).split(
      "\n",
    )[0];
    process.kill(Number(pid), "SIGKILL");
    expect((await gone).message).toContain("does not start");
  });
});

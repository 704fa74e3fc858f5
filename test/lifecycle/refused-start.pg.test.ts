import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createTestDatabase, withDatabase } from "../support/test-database.ts";
import { createDataDirs, endService, occupyPort, startService } from "./service-process.ts";

const dirs = createDataDirs();
const database = await createTestDatabase();
afterAll(async () => {
  await dirs.removeAll();
  await database.drop();
});

const SECRET_KEYS = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

/** Ends with code 1, says one thing to a person, and shows no stack trace. */
async function refusalOf(...start: Parameters<typeof startService>): Promise<string> {
  const { code, output } = await startService(...start).ended;
  expect(code).toBe(1);
  expect(output).toContain("Sportello cannot start. ");
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain('"level":"fatal"');
  return output;
}

describe("a start that cannot work says what and what to do", { timeout: 60_000 }, () => {
  it("when the port is taken, before anything is made", async () => {
    const dataDir = await dirs.next();
    const { port, close } = await occupyPort();
    const output = await refusalOf({ DATA_DIR: dataDir, PORT: String(port) });
    close();
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(output).toContain(`PORT=${port + 1} npm start`);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("when the machine has no such address", async () => {
    expect(await refusalOf({ HOST: "192.0.2.1" })).toContain("Set HOST");
  });

  it("when the data folder cannot be written", async () => {
    const file = join(await dirs.next(), "file");
    await writeFile(file, "");
    const output = await refusalOf({ DATA_DIR: join(file, "data") });
    expect(output).toContain(`The data folder ${join(file, "data")} cannot be written`);
    expect(output).toContain("DATA_DIR=");
  });

  it("when the data folder's place exists and takes no folders", async () => {
    expect(await refusalOf({ DATA_DIR: "/proc/sportello" })).toContain("cannot be written");
  });

  it("when settings are wrong, naming all of them", async () => {
    const output = await refusalOf({ PORT: "many", LOG_LEVEL: "loud", DATABASE_POOL_MAX: "-1" });
    for (const name of ["PORT", "LOG_LEVEL", "DATABASE_POOL_MAX"]) expect(output).toContain(name);
  });

  it("when the database cannot be reached", async () => {
    const { port, close } = await occupyPort();
    close();
    const DATABASE_URL = `postgresql://sportello:hidden@127.0.0.1:${port}/sportello`;
    const output = await refusalOf({ DATABASE_URL, SECRET_KEYS });
    expect(output).toContain("The database cannot be reached");
    expect(output).toContain("ECONNREFUSED");
    expect(output).not.toContain("hidden");
  });

  it("when the database does not exist", async () => {
    const DATABASE_URL = withDatabase(database.adminUrl, "missing");
    expect(await refusalOf({ DATABASE_URL, SECRET_KEYS })).toContain('"missing" does not exist');
  });

  it.each(["server.ts", "worker.ts"] as const)(
    "when %s runs without DATABASE_URL",
    async (entry) => {
      expect(await refusalOf({}, entry)).toContain("alone needs DATABASE_URL");
    },
  );

  it("when a part starts on a database that was not migrated", async () => {
    const DATABASE_URL = withDatabase(database.adminUrl, "postgres");
    const output = await refusalOf({ DATABASE_URL, SECRET_KEYS }, "server.ts");
    expect(output).toContain("npm run migrate");
  });

  it("when the keys that sealed the data were lost and made anew", async () => {
    const DATA_DIR = await dirs.next();
    const service = startService({ DATA_DIR });
    await service.ready;
    await endService(service, "SIGINT");
    await rm(join(DATA_DIR, "secret-keys"));
    expect(await refusalOf({ DATA_DIR })).toContain("The secret key k1 is not the one");
  });
});

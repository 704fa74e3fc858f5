import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), "sportello-cli-"));
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

const secretKeys = `k1:${randomBytes(32).toString("base64")}`;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function sportello(...args: string[]): Promise<Ended> {
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: database.serviceUrl,
    SECRET_KEYS: secretKeys,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/cli.ts", ...args], { env }, (error, out, err) => {
      const code = typeof error?.code === "number" ? error.code : error ? -1 : 0;
      resolve({ code, out, err });
    });
  });
}

async function write(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
}

const name = { it: "Prova" };
const town = {
  format: "sportello-municipality/1",
  tenant: {
    slug: "comune-x",
    name,
    languages: ["it"],
    default_language: "it",
    time_zone: "Europe/Rome",
    holiday_country: "IT",
  },
  sites: [{ code: "hall", name, time_zone: "Europe/Rome" }],
};

// Each test starts several processes, which takes seconds on a busy machine.
describe("the command line", { timeout: 180_000 }, () => {
  it("explains itself, and tells wrong use in one line with exit code 2", async () => {
    expect((await sportello("--help")).out).toContain("sportello <command>");
    for (const args of [["fly"], ["import"], ["import", "--fast"]]) {
      const { code, err } = await sportello(...args);
      expect(code).toBe(2);
      expect(err.trim().split("\n").length).toBe(1);
    }
  });

  it("tells a file that cannot be read, or is no document, with exit code 1", async () => {
    const missing = await sportello("import", join(dir, "nowhere.json"));
    expect([missing.code, missing.err.includes("nowhere.json")]).toEqual([1, true]);
    const broken = await sportello("import", await write("broken.json", "{"));
    expect(broken.code).toBe(1);
    const foreign = await sportello("import", await write("foreign.json", '{"a": 1}'));
    expect([foreign.code, foreign.err.includes("tenant")]).toEqual([1, true]);
  });

  it("makes an administration, shows what an import would do, does it, and then finds nothing to do", async () => {
    const file = await write("town.json", JSON.stringify(town));
    const early = await sportello("import", file);
    expect([early.code, early.err.includes("sportello init")]).toEqual([1, true]);
    const made = await sportello("init", file);
    expect([made.code, made.out.includes("spo_sk_")]).toEqual([0, true]);
    expect((await sportello("init", file)).code).toBe(1);
    expect((await sportello("import", file)).out).toContain("Dry run: nothing was written.");
    expect((await sportello("import", file, "--apply")).out).toContain("created   sites.0  hall");
    expect((await sportello("import", file)).out).toContain(
      "Everything is as the document states.",
    );
  });

  it("makes keys with the scopes that are named", async () => {
    await sportello("init", "--slug", "comune-y", "--name", "Comune di Y");
    const key = await sportello(
      "key",
      "create",
      "--tenant",
      "comune-y",
      "--name",
      "n",
      "--scope",
      "catalog",
    );
    expect([key.code, key.out.includes("spo_sk_")]).toEqual([0, true]);
    const widget = await sportello(
      "key",
      "create",
      "--tenant",
      "comune-y",
      "--name",
      "w",
      "--widget",
    );
    expect(widget.out).toContain("spo_pk_");
    const wrong = await sportello(
      "key",
      "create",
      "--tenant",
      "comune-y",
      "--name",
      "n",
      "--scope",
      "all",
    );
    expect(wrong.code).toBe(2);
  });

  it("writes the lines of a table that did not fit as a table", async () => {
    await sportello("init", "--slug", "comune-z", "--name", "Comune di Z");
    const table = await write(
      "old.csv",
      "external_reference,site_code,service_code,starts_at,name\n=1,hall,card,2027-01-04T09:00,Ada\n",
    );
    const report = join(dir, "report.csv");
    const ended = await sportello(
      "import-appointments",
      table,
      "--tenant",
      "comune-z",
      "--report",
      report,
    );
    expect(ended.code).toBe(1);
    expect(await readFile(report, "utf8")).toBe(
      "line,external_reference,reason,detail\r\n2,'=1,unknown-site,hall\r\n",
    );
  });
});

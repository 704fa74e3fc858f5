import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { findPostmaster } from "../../src/db/embedded/postmaster-pid.ts";

/** A process of the service, started as its users start it. */
export type ServiceProcess = {
  child: ChildProcess;
  /** Resolves with where it is when it says that it runs ("" for a worker); rejects with its output when it ends before. */
  ready: Promise<string>;
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; output: string }>;
};

const ROOT = join(import.meta.dirname, "..", "..");
const accessSchema = z.object({ port: z.number(), admin_password: z.string() });
const running = new Set<ChildProcess>();

/** Starts `src/<entry>` with only the given settings, in an empty working directory. */
export function startService(
  settings: Record<string, string>,
  entry: "main.ts" | "server.ts" | "worker.ts" = "main.ts",
): ServiceProcess {
  const child = spawn(process.execPath, [join(ROOT, "src", entry)], {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const ready = Promise.withResolvers<string>();
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
    const address = /Pages\s+(http:\S+)\//.exec(output)?.[1];
    const port = /"port":(\d+),"message":"serving"/.exec(output)?.[1];
    if (address !== undefined) ready.resolve(address);
    else if (port !== undefined) ready.resolve(`http://127.0.0.1:${port}`);
    else if (output.includes('"message":"working"')) ready.resolve("");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      ready.reject(new Error(`ended with ${String(code)} before it was ready:\n${output}`));
      resolve({ code, output });
    });
  });
  ready.promise.catch(() => undefined); // a test that expects a failed start looks at `ended` only
  return { child, ready: ready.promise, ended };
}

/** Sends a signal and waits for the end. */
export async function endService(
  service: ServiceProcess,
  signal: NodeJS.Signals = "SIGTERM",
): Promise<{ code: number | null; output: string }> {
  service.child.kill(signal);
  return service.ended;
}

/** Folders of one test file; `removeAll` kills what still runs on them. */
export function createDataDirs(): { next: () => Promise<string>; removeAll: () => Promise<void> } {
  const dirs: string[] = [];
  return {
    next: async () => {
      const dir = await mkdtemp(join(tmpdir(), `sportello-lifecycle-${process.pid}-`));
      dirs.push(dir);
      return dir;
    },
    removeAll: async () => {
      for (const child of running) child.kill("SIGKILL");
      for (const dir of dirs) {
        const server = await findPostmaster(pgDataOf(dir));
        if (server) process.kill(server.pid, "SIGQUIT");
        await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      }
    },
  };
}

/** The embedded server's data folder below DATA_DIR. */
export function pgDataOf(dataDir: string): string {
  return join(dataDir, "postgres", "data");
}

/** Runs SQL as the embedded server's superuser. */
export async function queryEmbedded(
  dataDir: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(dataDir, "database.json"), "utf8");
  const { port, admin_password: password } = accessSchema.parse(JSON.parse(text));
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "sportello_admin",
    password,
    database: "sportello",
  });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** Takes a free port and keeps it until closed. */
export async function occupyPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return { port, close: () => void server.close() };
}

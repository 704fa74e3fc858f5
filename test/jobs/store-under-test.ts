import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SERVICE_ROLE } from "../../src/db/embedded/credentials.ts";
import type { JobStoreOptions } from "../../src/jobs/job-store.ts";
import { prepareJobsSchema } from "../../src/jobs/prepare-jobs-schema.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** Addresses of a store of jobs; a child process can open it as well. */
export type StoreAddress = Pick<JobStoreOptions, "databaseUrl" | "redisUrl" | "redisPrefix">;

/** A store that a test file has for itself. */
export interface StoreUnderTest {
  readonly address: StoreAddress;
  readonly close: () => Promise<void>;
}

/** The jobs' schema in a database of its own, reached with the restricted role. */
async function startPostgresStore(): Promise<StoreUnderTest> {
  const database = await createTestDatabase();
  await prepareJobsSchema(database.adminUrl, SERVICE_ROLE);
  return { address: { databaseUrl: database.serviceUrl }, close: () => database.drop() };
}

/** A Redis server started for the test file, or a part of the one that REDIS_URL names. */
async function startRedisStore(): Promise<StoreUnderTest> {
  const unused = "postgres://nobody@127.0.0.1:1/none";
  const redisPrefix = `test-${randomBytes(6).toString("hex")}`;
  const given = givenRedisUrl();
  if (given !== undefined) {
    return {
      address: { databaseUrl: unused, redisUrl: given, redisPrefix },
      close: () => Promise.resolve(),
    };
  }
  const server = await startRedisServer();
  return {
    address: { databaseUrl: unused, redisUrl: server.url, redisPrefix },
    close: server.stop,
  };
}

/** A redis-server of our own. */
export interface RedisServer {
  readonly url: string;
  /** Ends it as a crash would. */
  readonly crash: () => Promise<void>;
  /** Starts it again on the same port and files. */
  readonly restart: () => Promise<void>;
  /** Makes it keep its connections and answer nothing, until `thaw`. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts redis-server on a free port with an append-only file; the eviction policy is `noeviction` unless named. */
export async function startRedisServer(policy = "noeviction"): Promise<RedisServer> {
  const port = await findFreePort();
  const dir = await mkdtemp(join(tmpdir(), "sportello-redis-"));
  const settings = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    dir,
    "--save",
    "",
    "--appendonly",
    "yes",
  ];
  const start = () => launch([...settings, "--maxmemory-policy", policy]);
  let child = await start();
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    crash: end,
    restart: async () => {
      child = await start();
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    stop: async () => {
      await end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(args: string[]): Promise<ReturnType<typeof spawn>> {
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child, "spawn");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes("Ready to accept connections")) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error("redis-server ended before it was ready");
}

/** A TCP port that nothing listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}

/** Whether `redis-server` can be started here. */
export async function hasRedisServer(): Promise<boolean> {
  const child = spawn("redis-server", ["--version"], { stdio: "ignore" });
  return new Promise((resolve) => {
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

function givenRedisUrl(): string | undefined {
  return process.env["REDIS_URL"];
}

/** How the suites name their backends; without a server the Redis half is skipped, and says so in its name. */
export interface NamedBackend {
  readonly name: string;
  readonly start: () => Promise<StoreUnderTest>;
  readonly isSkipped: boolean;
}

/** PostgreSQL always; Redis where a server can be had. */
export async function listBackends(): Promise<readonly NamedBackend[]> {
  const hasRedis = givenRedisUrl() !== undefined || (await hasRedisServer());
  const missing = "Redis (SKIPPED: neither redis-server on the PATH nor REDIS_URL)";
  // A skipped half of the suite must not pass in silence.
  if (!hasRedis) console.warn(`The job tests do not cover ${missing}`);
  return [
    { name: "PostgreSQL", start: startPostgresStore, isSkipped: false },
    { name: hasRedis ? "Redis" : missing, start: startRedisStore, isSkipped: !hasRedis },
  ];
}

import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { type AppOptions, createApp, openApiDocument } from "../../src/app.ts";
import type { Deps, Tenant } from "../../src/context.ts";
import { createDatabase } from "../../src/db/database.ts";
import { createPool } from "../../src/db/pool.ts";
import { createVault } from "../../src/db/vault.ts";
import { createFrontAnswers } from "../../src/http/front-answers.ts";
import { createNodeServer } from "../../src/http/node-server.ts";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { initTenant } from "../../src/identity/init-tenant.ts";
import { createAvailabilityMemory } from "../../src/slots/availability/availability-memory.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";
import { createResponseCheck } from "./validate-response.ts";

/** A tenant with a key of each kind. */
export interface TestTenant {
  readonly tenant: Tenant;
  /** Secret key with scope `admin`. */
  readonly adminKey: string;
  /** Publishable key. */
  readonly widgetKey: string;
}

export interface ApiOptions {
  /** Bearer key or token; nobody unless said. */
  readonly key?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose address to call; the app's first tenant unless said. */
  readonly tenant?: Pick<Tenant, "slug">;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when there is none or it is not JSON. */
  readonly body: unknown;
  /** The body as a schema sees it: `answer.as(z.object({ id: z.string() })).id`. Throws when it does not fit. */
  readonly as: <T>(schema: { parse: (value: unknown) => T }) => T;
}

/** The one way API tests talk. Every answer is checked against the OpenAPI document. */
export type Api = (method: string, path: string, options?: ApiOptions) => Promise<ApiAnswer>;

export interface TestApp extends TestTenant {
  readonly deps: Deps;
  readonly database: TestDatabase;
  /** Calls `/v1/{tenant}` + path, in-process. */
  readonly api: Api;
  /** Calls any path, such as `/livez`, in-process; answers are checked all the same. */
  readonly request: (path: string, init?: RequestInit) => Promise<ApiAnswer>;
  /** Makes another tenant. */
  readonly addTenant: (slug: string) => Promise<TestTenant>;
  /** Runs SQL as the superuser, behind row-level security. */
  readonly sql: (
    text: string,
    values?: unknown[],
  ) => Promise<pg.QueryResult<Record<string, unknown>>>;
  /** Moves the database's clock, such as `'2 hours'` or `'-1 day'`, counted from real time. */
  readonly shiftClock: (interval: string) => Promise<void>;
  /** What was logged at level error, as JSON lines. */
  readonly faults: readonly string[];
  /** Serves on a real socket of this machine; closed with the app. */
  readonly serve: () => Promise<{
    port: number;
    url: string;
    /** How many are open, on the service's side. */
    countConnections: () => Promise<number>;
  }>;
  readonly close: () => Promise<void>;
}

const checkResponse = createResponseCheck(openApiDocument());

export interface TestAppOptions extends Partial<AppOptions> {
  /** Of the server that `serve` starts. */
  readonly inFlightMax?: number;
  readonly silenceMsMax?: number;
  /** Whether searches may be a second old, as in a real process; otherwise each reads the database. */
  readonly remembers?: boolean;
  /** Another way to the database, such as through a proxy. */
  readonly connectThrough?: (serviceUrl: string) => Promise<string>;
  readonly statementTimeoutMs?: number;
  /** How long a request may wait for a connection or a lock; patience for tests that load the machine. */
  readonly waitMs?: number;
}

/** Options for tests of what is right under load, on machines of any speed; how long a service lets callers wait is another test. */
export const patient: TestAppOptions = {
  statementTimeoutMs: 60_000,
  waitMs: 60_000,
  deadlineMs: 120_000,
};

/** Starts the whole HTTP side on a fresh database with one tenant. `afterAll(() => app.close())`. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { connectThrough = (url: string) => Promise.resolve(url), statementTimeoutMs = 5_000 } =
    options;
  const database = await createTestDatabase();
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on("error", () => undefined);
  const faults: string[] = [];
  const destination = { write: (line: string) => void faults.push(line) };
  const log = createLogger({ level: "error", destination });
  const pool = createPool(await connectThrough(database.serviceUrl), {
    max: 10,
    statementTimeoutMs,
    ...(options.waitMs === undefined
      ? {}
      : { connectionTimeoutMs: options.waitMs, lockTimeoutMs: options.waitMs }),
    onError: (err) => log.warn({ err }, "Lost"),
  });
  const vault = createVault([{ kid: "t1", key: randomBytes(32) }]);
  const deps = { db: createDatabase(pool), vault };
  const metrics = createMetrics({ version: "test", role: "server" });
  const appOptions = { publicUrl: "http://localhost:3000", ...options };
  const front = createFrontAnswers({
    metrics,
    isDraining: appOptions.isDraining ?? (() => false),
  });
  const memory = options.remembers ? { availability: createAvailabilityMemory(deps.db) } : {};
  const app = createApp({ ...deps, ...memory, log, metrics }, { ...appOptions, front });
  const first = await addTenant(deps, "comune-prova");
  const request: TestApp["request"] = async (path, init = {}) => {
    const answer = await read(await app.request(path, init, {}));
    checkAnswer({ method: init.method ?? "GET", path, answer, faults });
    return answer;
  };
  const closers: (() => Promise<void>)[] = [];
  return {
    ...first,
    deps,
    database,
    request,
    api: apiOf(request, first.tenant),
    addTenant: (slug) => addTenant(deps, slug),
    sql: (text, values) => admin.query(text, values),
    shiftClock: async (shift) =>
      void (await admin.query("UPDATE clock_shift SET shift = $1", [shift])),
    faults,
    serve: () => serve(createNodeServer(app, { ...appOptions, front, metrics }), closers),
    close: async () => {
      await Promise.all(closers.map((close) => close()));
      await deps.db.close();
      await admin.end();
      await database.drop();
    },
  };
}

async function serve(
  server: Server,
  closers: (() => Promise<void>)[],
): ReturnType<TestApp["serve"]> {
  closers.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = portOf(server.address());
  const countConnections = promisify(server.getConnections.bind(server));
  return { port, url: `http://127.0.0.1:${port}`, countConnections };
}

async function addTenant(deps: Deps, slug: string): Promise<TestTenant> {
  const { tenant, adminKey } = await initTenant(deps, {
    slug,
    name: { it: `Comune ${slug}`, de: `Gemeinde ${slug}` },
    languages: ["it", "de", "fr", "en"],
    timeZone: "Europe/Rome",
    holidayCountry: "IT",
    holidayRegion: "BZ",
  });
  const context = { tenant, actor: { kind: "system" }, requestId: uuidv7() } as const;
  const widget = await createApiKey(deps, context, {
    kind: "publishable",
    name: "Widget",
    scopes: [],
  });
  return { tenant, adminKey, widgetKey: widget.token };
}

function apiOf(request: TestApp["request"], first: Tenant): Api {
  return (method, path, { key, body, headers, tenant = first } = {}) =>
    request(`/v1/${tenant.slug}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

async function read(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body,
    as: (schema) => schema.parse(body),
  };
}

interface Answered {
  readonly method: string;
  readonly path: string;
  readonly answer: ApiAnswer;
  readonly faults: readonly string[];
}

function checkAnswer({ method, path, answer, faults }: Answered): void {
  const { status, text, headers } = answer;
  if (status === 500) throw new Error(`${method} ${path} answered 500: ${faults.at(-1)}`);
  const contentType = headers.get("content-type");
  checkResponse({ method, path: path.split("?")[0] ?? "", status, contentType, text });
}

function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address;
}

import { connect } from "node:net";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openProxy, type PausableProxy } from "../support/pausable-proxy.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";

/** Locks the tenants' rows until released, so that changing one has to wait. */
async function lockTenants(app: TestApp): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: app.database.adminUrl });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM tenants FOR UPDATE");
  return async () => {
    await client.query("ROLLBACK");
    await client.end();
  };
}

/** How many of the service's sessions are in a state. */
async function countSessions(app: TestApp, condition: string): Promise<unknown> {
  const { rows } = await app.sql(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'sportello' AND ${condition}`,
  );
  return rows[0]?.["count"];
}

describe("a service that is well", () => {
  let isDraining = false;
  const ready = createTestApp({ isDraining: () => isDraining });
  afterAll(async () => (await ready).close());

  test("is alive and ready", async () => {
    const app = await ready;
    expect((await app.request("/livez")).body).toEqual({ status: "ok" });
    expect((await app.request("/readyz")).body).toEqual({ status: "ok" });
  });

  test("counts requests by route template and never by address", async () => {
    const app = await ready;
    await app.request(`/v1/${app.tenant.slug}/api-keys/${app.tenant.id}`, { method: "DELETE" });
    const { text } = await app.request("/metrics");
    expect(text).toContain('route="/v1/:tenant/api-keys/:id"');
    expect(text).not.toContain(app.tenant.slug);
    expect(text).not.toContain(app.tenant.id);
  });

  test("that is about to stop says so, but finishes what comes", async () => {
    const app = await ready;
    isDraining = true;
    const refused = await app.request("/readyz");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    const served = await app.request(`/v1/${app.tenant.slug}`);
    expect(served.status).toBe(200);
    expect(served.headers.get("connection")).toBe("close");
    expect((await app.request("/livez")).status).toBe(200);
    isDraining = false;
  });
});

/** Opens a connection to which parts of requests are sent one by one, and everything that came on it so far is kept. */
function openConversation(port: number): { say: (text: string) => void; heard: () => string } {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
  return { say: (text) => void socket.write(text), heard: () => heard };
}

describe("a service with too much to do", () => {
  const busy = createTestApp({ inFlightMax: 2 });
  afterAll(async () => (await busy).close());

  /** Keeps the service busy with two changes until released; gives what they answered. */
  async function keepBusy(app: TestApp, url: string): Promise<() => Promise<number[]>> {
    const { rows } = await app.sql("SELECT version FROM tenants WHERE id = $1", [app.tenant.id]);
    const release = await lockTenants(app);
    const change = (): Promise<Response> =>
      fetch(`${url}/v1/${app.tenant.slug}`, {
        method: "PATCH",
        headers: { Authorization: `Bearer ${app.adminKey}`, "Content-Type": "application/json" },
        body: JSON.stringify({ version: rows[0]?.["version"], is_training: true }),
      });
    const worked = [change(), change()];
    await expect.poll(() => countSessions(app, "wait_event_type = 'Lock'")).toBe(2);
    return async () => {
      await release();
      return (await Promise.all(worked)).map(({ status }) => status).toSorted((a, b) => a - b);
    };
  }

  test("refuses before the body is there, and the connection stays usable", async () => {
    const app = await busy;
    const { url, port } = await app.serve();
    const release = await keepBusy(app, url);
    const { say, heard } = openConversation(port);
    say(`POST /v1/${app.tenant.slug}/appointments HTTP/1.1\r\nHost: localhost\r\n`);
    say('Content-Type: application/json\r\nContent-Length: 50000\r\n\r\n{"services":');
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 503 .*Retry-After: \d+\r\n.*"status":503/s);
    expect(heard()).toContain("Content-Type: application/problem+json");
    say(`${" ".repeat(50_000 - '{"services":'.length)}GET /livez HTTP/1.1\r\nHost: localhost\r\n`);
    say("Connection: close\r\n\r\n");
    await expect.poll(heard).toMatch(/HTTP\/1\.1 503 .*HTTP\/1\.1 200 OK/s);
    await release();
  });

  test("works on what it let in to the end, and counts what it refused", async () => {
    const app = await busy;
    const { url } = await app.serve();
    const countShed = async (): Promise<number> =>
      Number(
        /^sportello_http_requests_shed_total (\d+)$/m.exec(
          await (await fetch(`${url}/metrics`)).text(),
        )?.[1],
      );
    const before = await countShed();
    const release = await keepBusy(app, url);
    for (let n = 0; n < 3; n += 1) await fetch(`${url}/v1/${app.tenant.slug}`);
    expect(await countShed()).toBe(before + 3);
    // Both changed the same version.
    expect(await release()).toEqual([200, 409]);
  });

  test("serves as many requests at once as it may and tells the rest to come back, at once", async () => {
    const app = await busy;
    const { url } = await app.serve();
    const address = `${url}/v1/${app.tenant.slug}`;
    const release = await keepBusy(app, url);
    const refused = await Promise.all(Array.from({ length: 8 }, () => fetch(address)));
    expect(refused.map(({ status }) => status)).toEqual(Array(8).fill(503));
    expect(refused[0]?.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await refused[0]?.json()).toMatchObject({ status: 503 });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(await release()).toEqual([200, 409]);
    expect((await fetch(address)).status).toBe(200);
  });
});

describe("clients that never read what they asked for", () => {
  const patientless = createTestApp({ inFlightMax: 2, silenceMsMax: 1_500 });
  afterAll(async () => (await patientless).close());

  test("keep nobody else out, and lose their connection", async () => {
    const app = await patientless;
    const { url, port, countConnections } = await app.serve();
    const ask = `GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const deaf = Array.from({ length: 6 }, () => connect(port, "127.0.0.1"));
    for (const socket of deaf) {
      socket.pause();
      socket.on("error", () => undefined);
      // Some hundred megabytes of answers: more than the buffers between the two hold.
      socket.write(ask.repeat(400));
    }
    await expect
      .poll(async () => (await fetch(`${url}/v1/${app.tenant.slug}`)).status, { timeout: 5_000 })
      .toBe(200);
    // Those of this test's own questions are kept alive.
    await expect.poll(() => countConnections(), { timeout: 10_000 }).toBeLessThan(deaf.length);
    for (const socket of deaf) socket.destroy();
    expect((await fetch(`${url}/v1/${app.tenant.slug}`)).status).toBe(200);
  });
});

describe("a request that takes too long", () => {
  const hasty = createTestApp({ deadlineMs: 300 });
  afterAll(async () => (await hasty).close());

  test("is told to come back, and changes nothing", async () => {
    const app = await hasty;
    const release = await lockTenants(app);
    const startedMs = performance.now();
    const patch = app.api("PATCH", "", {
      key: app.adminKey,
      body: { version: 1, is_training: true },
    });
    await expect.poll(() => performance.now() - startedMs).toBeGreaterThan(400);
    await release();
    const answer = await patch;
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    const { rows } = await app.sql("SELECT is_training, version FROM tenants");
    expect(rows).toEqual([{ is_training: false, version: 1 }]);
  });

  test("of a client that has gone changes nothing either", async () => {
    const app = await hasty;
    const { url } = await app.serve();
    const release = await lockTenants(app);
    const controller = new AbortController();
    const patch = fetch(`${url}/v1/${app.tenant.slug}`, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${app.adminKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ version: 1, is_training: true }),
      signal: controller.signal,
    });
    await expect.poll(() => countSessions(app, "wait_event_type = 'Lock'")).toBe(1);
    controller.abort();
    await expect(patch).rejects.toThrow();
    await release();
    await expect.poll(() => countSessions(app, "state <> 'idle'")).toBe(0);
    const { rows } = await app.sql("SELECT is_training, version FROM tenants");
    expect(rows).toEqual([{ is_training: false, version: 1 }]);
  });
});

describe("a service without its database", () => {
  let proxy: PausableProxy | undefined;
  const cutOff = createTestApp({
    statementTimeoutMs: 1_000,
    connectThrough: async (url) => {
      proxy = await openProxy(url);
      return proxy.url;
    },
  });
  afterAll(async () => {
    await (await cutOff).close();
    await proxy?.close();
  });

  test("answers 503 with Retry-After in bounded time while the database is frozen, lives on, and heals", async () => {
    const app = await cutOff;
    const path = `/v1/${app.tenant.slug}/api-keys`;
    const headers = { Authorization: `Bearer ${app.adminKey}` };
    expect((await app.request(path, { headers })).status).toBe(200);
    proxy?.freeze();
    const [answer, readiness] = await Promise.all([
      app.request(path, { headers }),
      app.request("/readyz"),
    ]);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(readiness.status).toBe(503);
    expect((await app.request("/livez")).status).toBe(200);
    proxy?.thaw();
    await expect
      .poll(async () => (await app.request("/readyz")).status, { timeout: 5_000 })
      .toBe(200);
    expect((await app.request(path, { headers })).status).toBe(200);
    expect(app.faults).toEqual([]);
  });
});

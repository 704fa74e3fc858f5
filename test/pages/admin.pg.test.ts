import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const base = (): string => `/it/${app.tenant.slug}/admin`;

async function signIn(key: string, fields: Record<string, string> = {}) {
  return app.request(`${base()}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ key, ...fields }),
  });
}

/** The cookie of a browser in which this key was stated. */
async function cookieOf(key: string): Promise<string> {
  const answer = await signIn(key);
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function keyWith(scopes: readonly ("schedule" | "audit")[]) {
  const context = { tenant: app.tenant, actor: { kind: "system" }, requestId: "test" } as const;
  return createApiKey(app.deps, context, { kind: "secret", name: "K", scopes: [...scopes] });
}

describe("signing in", () => {
  test("keeps the key sealed in a cookie that no script reads and no other site sends", async () => {
    const answer = await signIn(app.adminKey);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(base());
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^admin=[\w-]+; .*HttpOnly.*SameSite=Strict/i);
    expect(cookie).not.toContain(app.adminKey);
  });

  test.each([
    ["nothing", ""],
    ["an unknown key", "spo_sk_0_0"],
    ["a text that is no key", "x".repeat(5_000)],
  ])("refuses %s and says so", async (_, key) => {
    const answer = await signIn(key);
    expect(answer.headers.get("set-cookie")).toBeNull();
    const page = await app.request(answer.headers.get("location") ?? "");
    expect(page.text).toContain('aria-invalid="true"');
  });

  test("refuses publishable keys and those of other administrations", async () => {
    const other = await app.addTenant("comune-altro");
    for (const key of [app.widgetKey, other.adminKey]) {
      expect((await signIn(key)).headers.get("location")).toContain("refused=1");
    }
  });

  test("leads to the page that was asked for, and to no address elsewhere", async () => {
    const asked = await app.request(`${base()}/proposals`);
    expect(asked.headers.get("location")).toBe(`${base()}/sign-in?next=%2Fadmin%2Fproposals`);
    const there = await signIn(app.adminKey, { next: "/admin/proposals" });
    expect(there.headers.get("location")).toBe(`${base()}/proposals`);
    for (const next of ["//evil.example/admin", "https://evil.example", "/admin/../../x"]) {
      const answer = await signIn(app.adminKey, { next });
      expect(answer.headers.get("location")).toBe(base());
    }
  });

  test("is refused to forms of other sites", async () => {
    const answer = await app.request(`${base()}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ key: app.adminKey }),
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("whoever is signed in", () => {
  test("sees the parts that the key may see and no others", async () => {
    const cookie = await cookieOf((await keyWith(["schedule"])).token);
    const page = await app.request(base(), { headers: { cookie } });
    expect(page.text).toContain(`${base()}/proposals`);
    expect(page.text).not.toContain(`${base()}/conflicts`);
  });

  test("is told, and not shown, what the key may not see", async () => {
    const cookie = await cookieOf((await keyWith(["audit"])).token);
    for (const path of ["/proposals", "/proposals/new", "/conflicts"]) {
      const page = await app.request(`${base()}${path}`, { headers: { cookie } });
      expect(page.status).toBe(403);
    }
  });

  test("changes nothing by forms of other sites, nor without signing in", async () => {
    const cookie = await cookieOf(app.adminKey);
    const send = (headers: Record<string, string>) =>
      app.request(`${base()}/proposals`, {
        method: "POST",
        body: new URLSearchParams({ kind: "close", where: "all", from: "2027-01-01" }),
        headers,
      });
    expect((await send({ cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await send({})).headers.get("location")).toContain("/admin/sign-in");
    const { rows } = await app.sql("SELECT FROM schedule_proposals");
    expect(rows).toEqual([]);
  });

  test("finds nothing where there is nothing, or another administration's", async () => {
    const cookie = await cookieOf(app.adminKey);
    for (const path of [
      "/proposals/x",
      `/proposals/${app.tenant.id}`,
      `/conflicts/${app.tenant.id}`,
    ]) {
      const page = await app.request(`${base()}${path}`, { headers: { cookie } });
      expect(page.status).toBe(404);
    }
  });

  test("is signed out when the key is revoked", async () => {
    const { key, token } = await keyWith(["audit"]);
    const cookie = await cookieOf(token);
    expect((await app.request(base(), { headers: { cookie } })).status).toBe(200);
    await app.api("DELETE", `/api-keys/${key.id}`, { key: app.adminKey });
    const ask = async () => (await app.request(base(), { headers: { cookie } })).status;
    await expect.poll(ask, { timeout: 5_000 }).toBe(303);
  });

  test("takes no session of another administration along", async () => {
    const other = await app.addTenant("comune-terzo");
    const cookie = await cookieOf(app.adminKey);
    const answer = await app.request(`/it/${other.tenant.slug}/admin`, { headers: { cookie } });
    expect(answer.headers.get("location")).toContain("/admin/sign-in");
  });

  test("leaves nothing behind when signing out", async () => {
    const answer = await app.request(`${base()}/sign-out`, { method: "POST" });
    expect(answer.headers.get("set-cookie")).toMatch(/^admin=;.*Max-Age=0/i);
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { buildMunicipality } from "./municipality.ts";

let app: TestApp;
let origin: string;
let base: string;

beforeAll(async () => {
  app = await createTestApp();
  await buildMunicipality(app);
  origin = (await app.serve()).url;
  base = `${origin}/it/${app.tenant.slug}`;
});
afterAll(() => app.close());

/** A browser of which only the cookies are left. */
function createVisitor() {
  const cookies = new Map<string, string>();
  const send = async (url: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...Object.fromEntries(new Headers(init.headers)), cookie };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";")[0]?.split("=") ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    cookies,
    get: (path: string) => send(path.startsWith("http") ? path : base + path),
    post: (
      path: string,
      fields: Record<string, string>,
      headers: Record<string, string> = { origin },
    ) => send(base + path, { method: "POST", body: new URLSearchParams(fields), headers }),
  };
}

/** The value of a hidden field or button of a page. */
function valueOf(text: string, name: string): string {
  const value = new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(text)?.[1];
  if (value === undefined) throw new Error(`The page has no ${name}`);
  return value;
}

async function holdATime(
  visitor: ReturnType<typeof createVisitor>,
  service = "autentica",
): Promise<string> {
  const times = await visitor.get(`/times?service=${service}`);
  const answer = await visitor.post("/hold", { service, start: valueOf(times.text, "start") });
  expect(answer.headers.get("location")).toMatch(/\/details$/);
  return valueOf((await visitor.get("/details")).text, "hold");
}

async function bookATime(visitor: ReturnType<typeof createVisitor>): Promise<string> {
  const hold = await holdATime(visitor);
  await visitor.post("/details", { hold, booker_name: "Ada" });
  await visitor.post("/confirm", { hold });
  return (await visitor.get("/booked")).text;
}

test("a confirmation sent twice at once books once and both answers lead to it", async () => {
  const visitor = createVisitor();
  const hold = await holdATime(visitor);
  await visitor.post("/details", { hold, booker_name: "Doppio Clic" });
  const before = await countAppointments();
  const answers = await Promise.all([
    visitor.post("/confirm", { hold }),
    visitor.post("/confirm", { hold }),
  ]);
  const again = await visitor.post("/confirm", { hold });
  for (const answer of [...answers, again]) {
    // While the first is at work the second may be told to come back; it never books.
    if (answer.status === 409) continue;
    expect(answer.headers.get("location")).toMatch(/\/booked$/);
  }
  expect((await countAppointments()) - before).toBe(1);
});

test("a form sent from another site is refused and does nothing", async () => {
  const visitor = createVisitor();
  const hold = await holdATime(visitor);
  await visitor.post("/details", { hold, booker_name: "Vittima" });
  const before = await countAppointments();
  const foreign = await visitor.post("/confirm", { hold }, { origin: "https://evil.example" });
  const stated = await visitor.post("/confirm", { hold }, { "sec-fetch-site": "cross-site" });
  expect([foreign.status, stated.status]).toEqual([403, 403]);
  expect(await countAppointments()).toBe(before);
});

test("the link of a confirmation becomes a cookie that scripts cannot read, and leaves the address", async () => {
  const text = await bookATime(createVisitor());
  const link = /http[^"]*\/m\/[^"]+/.exec(text)?.[0] ?? "";
  const path = new URL(link).pathname;
  const other = createVisitor();
  const answer = await other.get(origin + path);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`/it/${app.tenant.slug}/manage`);
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
  expect((await other.get("/manage")).text).toContain("Ada");
});

test("following the link, as mail scanners do, changes nothing", async () => {
  const text = await bookATime(createVisitor());
  const path = new URL(/http[^"]*\/m\/[^"]+/.exec(text)?.[0] ?? "").pathname;
  const visitor = createVisitor();
  for (const address of [origin + path, "/manage", "/manage/cancel", "/manage/move"])
    await visitor.get(address);
  expect((await visitor.get("/manage")).text).toContain("Confermato");
});

test.each(["spo_mt_x", "spo_mt_".padEnd(61, "A"), "..%2f", "<b>"])(
  "the link %s, which is none, opens nothing",
  async (token) => {
    const visitor = createVisitor();
    const answer = await visitor.get(`${origin}/m/${encodeURIComponent(token)}`);
    expect(answer.status).toBe(303);
    expect(visitor.cookies.size).toBe(0);
  },
);

test("the token of another administration shows nothing and looks like none", async () => {
  const visitor = createVisitor();
  await bookATime(visitor);
  const { tenant } = await app.addTenant("altro-comune");
  const answer = await visitor.get(`${origin}/it/${tenant.slug}/manage`);
  expect(answer.status).toBe(404);
  expect(answer.text).not.toContain("Ada");
});

test("a draft that was altered is no draft", async () => {
  const visitor = createVisitor();
  await holdATime(visitor);
  visitor.cookies.set("draft0", `${visitor.cookies.get("draft0")?.slice(0, -4)}AAAA`);
  const answer = await visitor.get("/details");
  expect(answer.headers.get("location")).toBe(`/it/${app.tenant.slug}/`);
});

test("a form of a window whose time was given up for another books nothing", async () => {
  const visitor = createVisitor();
  const first = await holdATime(visitor);
  await holdATime(visitor, "piscina");
  const answer = await visitor.post("/details", { hold: first, booker_name: "Due Finestre" });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain("un’altra finestra");
});

test("every page states a strict content policy and is kept by no cache", async () => {
  const visitor = createVisitor();
  for (const path of ["/", "/find", "/privacy", "/times?service=piscina", "/nothing"]) {
    const { headers } = await visitor.get(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|https?:/);
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("assets are kept for ever under a name made from their content", async () => {
  const visitor = createVisitor();
  const path = /\/assets\/styles\.[0-9a-f]{12}\.css/.exec((await visitor.get("/")).text)?.[0] ?? "";
  const answer = await visitor.get(origin + path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toContain("immutable");
});

test("what people type appears as text, never as markup", async () => {
  const visitor = createVisitor();
  const hold = await holdATime(visitor);
  const name = `"><script>alert(1)</script>`;
  await visitor.post("/details", { hold, booker_name: name });
  for (const path of ["/details", "/summary"]) {
    const { text } = await visitor.get(path);
    expect(text).not.toContain("<script>alert");
    expect(text).toContain("&lt;script&gt;");
  }
});

test.each([
  "/times?service=nothing",
  "/services/%00",
  "/times?service=autentica&day=2026-02-30&from=x&persons=-1",
  "/times?service=autentica&at=9999-99-99T99:99:99Z&refused=slot-taken",
  "/details?refused=%3Cscript%3E",
  "/manage/move?start=x/y",
])("the hostile address %s gets a page, never a fault of ours", async (path) => {
  const { status } = await createVisitor().get(path);
  expect(status).toBeLessThan(500);
});

test("the start leads to the browser's language, and an address without its slash gets it", async () => {
  const answer = await fetch(`${origin}/`, {
    headers: { "accept-language": "de-AT,en;q=0.5" },
    redirect: "manual",
  });
  const text = await answer.text();
  expect(answer.headers.get("location") ?? text).toContain(`/de/${app.tenant.slug}/`);
  const bare = await fetch(base, { redirect: "manual" });
  expect(bare.headers.get("location")).toBe(`/it/${app.tenant.slug}/`);
});

async function countAppointments(): Promise<number> {
  const { rows } = await app.sql("SELECT count(*)::int AS count FROM appointments");
  return Number(rows[0]?.["count"]);
}

test.each([
  ["it", "Pagina non trovata"],
  ["de", "Seite nicht gefunden"],
  ["fr", "Page introuvable"],
  ["en", "Page not found"],
])(
  "an administration that is not there is told so on a page of nobody in %s",
  async (language, title) => {
    const visitor = createVisitor();
    for (const path of ["/", "/times?service=autentica"]) {
      const answer = await visitor.get(`${origin}/${language}/no-such-town${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      expect(answer.headers.get("content-security-policy")).toContain("default-src");
      expect(answer.text).toContain(`<html lang="${language}">`);
      expect(answer.text).toContain(title);
      expect(answer.text).not.toContain("Valdaora");
    }
  },
);

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { type BulkWorld, createBulkWorld } from "../bulk/bulk-world.ts";
import { patient } from "../support/test-app.ts";

const firstSlot = new Date("2027-04-14T07:00:00Z");
let world: BulkWorld;
let cookie = "";

beforeAll(async () => {
  world = await createBulkWorld({ ...patient, firstSlot });
  await world.goTo("2027-04-01T08:00:00Z");
  cookie = await cookieOf(world.app.adminKey);
});
afterAll(() => world.close());

const base = (): string => `/de/${world.app.tenant.slug}/admin`;

async function cookieOf(key: string): Promise<string> {
  const answer = await world.app.request(`${base()}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ key }),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

function get(path: string) {
  return world.app.request(`${base()}${path}`, { headers: { cookie } });
}

function post(path: string, fields: Record<string, string> = {}) {
  return world.app.request(`${base()}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { cookie },
  });
}

const closedDay = {
  kind: "cancel",
  where: "all",
  from: "2027-04-14",
  reason: "office_closed",
  text_de: "Wegen Sturm geschlossen.",
};

/** Previews by form; the address below `/admin` of what comes. */
async function preview(fields: Record<string, string> = {}): Promise<string> {
  const answer = await post("/bulk", { ...closedDay, ...fields });
  expect(answer.status).toBe(303);
  return (answer.headers.get("location") ?? "").slice(base().length);
}

function fieldOf(text: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? "";
}

describe("the pages of operations", () => {
  test("lead from the form over the preview to the start, the watching and the report", async () => {
    const { appointment } = await world.book({ email: "ada@example.org" }, 0, { language: "de" });
    expect((await get("/bulk")).text).toContain("Noch kein Vorgang.");
    expect((await get("/bulk/new")).text).toContain("Termine absagen");
    expect((await get("/bulk/new?kind=cancel")).text).toContain('name="text_fr"');
    const own = await preview({ rebook: "1440" });
    const shown = await get(own);
    expect(shown.text).toContain("Ein Termin ist betroffen.");
    expect(shown.text).toContain("Wegen Sturm geschlossen.");
    const digest = fieldOf(shown.text, "digest");
    const key = fieldOf(shown.text, "key");
    const wrong = await post(`${own}/start`, { digest, key, count: "2", freed: "sale" });
    expect((await get((wrong.headers.get("location") ?? "").slice(base().length))).text).toContain(
      "Die Zahl ist nicht die der Vorschau",
    );
    const started = await post(`${own}/start`, { digest, key, count: "1", freed: "sale" });
    const watch = (started.headers.get("location") ?? "").slice(base().length);
    expect(watch).toBe(`${own}?done=started&live=1`);
    const live = await get(watch);
    expect(live.headers.get("refresh")).toBe("3");
    expect(live.text).toContain("0 von 1");
    // A second click does nothing more.
    expect((await post(`${own}/start`, { digest, key, count: "1", freed: "sale" })).status).toBe(
      303,
    );
    expect((await post(`${own}/pause`)).status).toBe(303);
    expect((await get(own)).text).toContain("Fortsetzen");
    expect((await post(`${own}/resume`)).status).toBe(303);
    await world.run(own.slice("/bulk/".length));
    const over = await get(own);
    expect(over.text).toContain("abgeschlossen");
    expect(over.text).toContain("1 von 1");
    expect((await get(`${own}/items?outcome=done`)).text).toContain(appointment.reference);
    const report = await get(`${own}/report.csv`);
    expect(report.text.split("\r\n")[1]).toContain(appointment.reference);
    expect((await get("/bulk")).text).toContain("Termine absagen – abgeschlossen");
  });

  test("say what is wrong with a form, beside the field, and keep what was typed", async () => {
    const sent = await post("/bulk", { ...closedDay, where: "", from: "" });
    const answer = await get((sent.headers.get("location") ?? "").slice(base().length));
    expect(answer.text).toContain('href="#where"');
    expect(answer.text).toContain('aria-invalid="true"');
    expect(answer.text).toContain("Wegen Sturm geschlossen.");
    const text = await post("/bulk", { ...closedDay, text_de: "{{ nome }}" });
    expect(text.status).toBe(422);
    expect(text.text).toContain("Der Text geht so nicht");
    const none = await post("/bulk", { ...closedDay, kind: "notify", text_de: "" });
    const again = await get((none.headers.get("location") ?? "").slice(base().length));
    expect(again.text).toContain("Schreiben Sie, was gesagt werden soll");
    const long = await post("/bulk", { ...closedDay, where: "", text_de: "ä".repeat(2_000) });
    expect(long.status).toBe(422);
  });

  test("offer to close the places first", async () => {
    await world.book({}, 15);
    const own = await preview();
    expect((await get(own)).text).toContain('value="close"');
  });

  test("are for keys that may do everything, and show nothing of foreign ids", async () => {
    const context = {
      tenant: world.app.tenant,
      actor: { kind: "system" },
      requestId: "test",
    } as const;
    const { token } = await createApiKey(world.app.deps, context, {
      kind: "secret",
      name: "Desk",
      scopes: ["appointments"],
    });
    const desk = await cookieOf(token);
    const refused = await world.app.request(`${base()}/bulk`, { headers: { cookie: desk } });
    expect(refused.status).toBe(403);
    expect((await get("/bulk/00000000-0000-7000-8000-000000000099")).status).toBe(404);
    expect((await get("/bulk/x")).status).toBe(404);
  });
});

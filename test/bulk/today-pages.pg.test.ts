import { afterAll, beforeAll, expect, test } from "vitest";
import { createTodayWorld, type TodayWorld } from "./today-world.ts";

// A Wednesday, 07:50 in Rome; everything opens at 08:00.
const now = "2026-06-03T05:50:00Z";
const eight = "2026-06-03T06:00:00Z";
const nine = "2026-06-03T07:00:00Z";
const reason = { it: "Maltempo", de: "Unwetter" };

let world: TodayWorld;
let origin: string;
beforeAll(async () => {
  world = await createTodayWorld(now);
  origin = (await world.app.serve()).url;
});
afterAll(() => world.app.close());

/** A browser of which only the cookies are left. */
function createVisitor(language = "it") {
  const cookies = new Map<string, string>();
  const base = `${origin}/${language}/${world.app.tenant.slug}`;
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const url = path.startsWith("/m/") ? origin + path : base + path;
    const headers = { origin, cookie };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";")[0]?.split("=") ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get("location") ?? "";
    return { status: response.status, location, text: await response.text() };
  };
  return {
    get: (path: string) => send(path),
    post: (path: string, fields: Record<string, string>) =>
      send(path, { method: "POST", body: new URLSearchParams(fields) }),
  };
}

function valueOf(text: string, name: string): string {
  return new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(text)?.[1] ?? "";
}

test("who lost the place is led from the link to the choice; looking changes nothing; waiting keeps it", async () => {
  const place = await world.addPlace([1]);
  const visit = await world.visit(place, { startsAt: nine, email: "ada@example.org" });
  await world.close({ site: place.siteId, until: "10:30", reason });
  const visitor = createVisitor();
  const opened = await visitor.get(`/m/${visit.token}/urgent`);
  expect(opened.location).toMatch(/\/manage\/urgent$/);
  expect((await visitor.get("/manage")).text).toContain("/manage/urgent");
  const form = await visitor.get("/manage/urgent");
  expect(form.text).toContain("Maltempo");
  expect(form.text).toContain("sospeso fino alle 10:30");
  expect(await world.stateOf(visit.id)).toMatchObject({ support: "conflict" });
  const fields = { choice: "wait", key: valueOf(form.text, "key") };
  const answers = [
    await visitor.post("/manage/urgent", fields),
    await visitor.post("/manage/urgent", fields),
  ];
  for (const { location } of answers) expect(location).toContain("done=waits");
  expect(await world.stateOf(visit.id)).toMatchObject({ support: "supported" });
  expect((await visitor.get("/manage/urgent")).location).toMatch(/\/manage$/);
});

test("who is on the way sees that the place is kept, and from when on to come", async () => {
  const place = await world.addPlace([1]);
  const visit = await world.visit(place, { startsAt: eight, email: "ada@example.org" });
  await world.close({ site: place.siteId, until: "10:30", reason });
  const visitor = createVisitor();
  await visitor.get(`/m/${visit.token}`);
  const page = await visitor.get("/manage");
  expect(page.text).toContain("Mantieni il tuo posto: vieni dalle 10:30");
  expect(page.text).not.toContain("/manage/urgent");
  await world.work();
  const told = world.recording.email.taken.filter(({ text }) => text.includes("venga dalle 10:30"));
  expect(told.map(({ to }) => to.address)).toEqual(["ada@example.org"]);
});

test("a later time of today is taken from the page, and one that is gone leads back", async () => {
  const place = await world.addPlace([1]);
  const visit = await world.visit(place, { startsAt: nine, email: "ada@example.org" });
  await world.close({ site: place.siteId, until: "10:30", reason });
  const visitor = createVisitor("de");
  await visitor.get(`/m/${visit.token}/urgent`);
  const form = await visitor.get("/manage/urgent");
  expect(form.text).toContain("Unwetter");
  const later = "2026-06-03T09:00:00.000Z";
  expect(form.text).toContain(`value="${later}"`);
  const key = valueOf(form.text, "key");
  await world.visit(place, { startsAt: later });
  const gone = await visitor.post("/manage/urgent", { choice: "later_today", start: later, key });
  expect(gone.location).toContain("refused=1");
  const missing = await visitor.post("/manage/urgent", { choice: "later_today", key });
  expect(missing.location).toContain("check=1");
  const free = "2026-06-03T09:30:00.000Z";
  const taken = await visitor.post("/manage/urgent", {
    choice: "later_today",
    start: free,
    key: `${key}-2`,
  });
  expect(taken.location).toContain("done=moved");
  expect(await world.stateOf(visit.id)).toMatchObject({ starts_at: "2026-06-03T09:30Z" });
});

test("the pages of the site and its services say what is closed as long as it lasts", async () => {
  const place = await world.addPlace([1]);
  const other = await world.addPlace([1]);
  const visitor = createVisitor();
  const service = await world.call("GET", `/services/${place.serviceId}`);
  const unconcerned = await world.call("GET", `/services/${other.serviceId}`);
  const codeOf = (text: string) => /"code":"([^"]+)"/.exec(text)?.[1] ?? "";
  const path = `/services/${codeOf(service.text)}`;
  expect((await visitor.get(path)).text).not.toContain("Maltempo");
  const { id } = await world.close({ site: place.siteId, until: null, reason });
  const found = await visitor.get(path);
  expect(found.text).toContain("Maltempo");
  expect((await visitor.get("/")).text).toContain("Maltempo");
  const elsewhere = await visitor.get(`/services/${codeOf(unconcerned.text)}`);
  expect(elsewhere.text).not.toContain("Maltempo");
  await world.lift(id);
  expect((await visitor.get(path)).text).not.toContain("Maltempo");
});

test("an administrator closes with a few taps: sees whom it hits, starts, follows, opens again", async () => {
  const place = await world.addPlace([2]);
  const visit = await world.visit(place, { startsAt: eight, phone: "06 6982" });
  const admin = createVisitor();
  await admin.post("/admin/sign-in", { key: world.app.adminKey });
  expect((await admin.get("/admin/today")).text).toContain(`value="site:${place.siteId}"`);
  const empty = await admin.post("/admin/today", {});
  expect(empty.location).toContain("check=1");
  const faults = await admin.get(empty.location.slice(empty.location.indexOf("/admin")));
  expect(faults.text).toContain('href="#why"');
  const past = await admin.post("/admin/today", {
    where: `site:${place.siteId}`,
    until: "06:00",
    why: "wind",
  });
  expect(past.location).toContain("refused=invalid-request");
  const shown = await admin.post("/admin/today", { where: `site:${place.siteId}`, why: "wind" });
  const path = shown.location.slice(shown.location.indexOf("/admin"));
  const preview = await admin.get(path);
  expect(preview.text).toContain("Chiusura per maltempo.");
  expect(await world.stateOf(visit.id)).toMatchObject({ support: "supported" });
  const digest = valueOf(preview.text, "digest");
  expect((await admin.post(`${path}/start`, { digest: "x" })).location).toContain("refused=1");
  expect((await admin.post(`${path}/start`, { digest })).location).toContain("done=started");
  expect(await world.stateOf(visit.id)).toMatchObject({ support: "conflict" });
  await world.work();
  expect((await admin.get(`${path}/calls`)).text).toMatch(
    /\/admin\/calls\/task\/[0-9a-f-]{36}\/take/,
  );
  expect((await admin.get("/admin/today")).text).toContain(`${path}/lift`);
  expect((await admin.post(`${path}/lift`, {})).location).toContain("done=lifted");
  expect(await world.stateOf(visit.id)).toMatchObject({ support: "supported" });
});

test("the pages of today are for keys that may state when what is open", async () => {
  const stranger = createVisitor();
  expect((await stranger.get("/admin/today")).location).toContain("/admin/sign-in");
});

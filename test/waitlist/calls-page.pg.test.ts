import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createWaitlistWorld, type Joined } from "./waitlist-world.ts";

const world = await createWaitlistWorld();
afterAll(() => world.close());
beforeEach(() => world.reset());
const { app } = world;
const base = `/it/${app.tenant.slug}/admin`;

const signedIn = await app.request(`${base}/sign-in`, {
  method: "POST",
  body: new URLSearchParams({ key: app.adminKey }),
});
const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
const get = (path: string) => app.request(path, { headers: { cookie } });
const post = (path: string, fields: Record<string, string> = {}) =>
  app.request(path, { method: "POST", body: new URLSearchParams(fields), headers: { cookie } });

const landline = { booker: { name: "Ada Analogica", phone: "0471 123456" }, channel: "phone" };

async function offerToLandline(): Promise<{ joined: Joined; place: string }> {
  const joined = await world.join("", landline, app.adminKey);
  await world.offer();
  const taken = await post(`${base}/calls/next`);
  return { joined, place: taken.headers.get("location") ?? "" };
}

describe("the operators' page of an offer by telephone", () => {
  test("says whom to call, what to say and until when", async () => {
    const { place } = await offerToLandline();
    expect(place).toContain("/calls/offer/");
    const page = await get(place);
    expect(page.text).toContain("Ada Analogica");
    expect(page.text).toContain('href="tel:0471123456"');
    expect(page.text).toContain("Risposta entro");
    expect(page.text).toContain('class="card call__words" lang="it"');
    expect(page.text).not.toContain("/w/");
    expect((await post(`${base}/calls/next`)).headers.get("location")).toContain("done=none");
  });

  test("accepts it for who is called", async () => {
    const { joined, place } = await offerToLandline();
    const done = await post(place, { answer: "accept" });
    expect(done.headers.get("location")).toContain("done=noted");
    expect((await world.entry(joined)).status).toBe("fulfilled");
  });

  test("declines it, and the wish waits on", async () => {
    const { joined, place } = await offerToLandline();
    await post(place, { answer: "decline" });
    expect((await world.entry(joined)).status).toBe("waiting");
  });

  test("keeps a note for the next call, and refuses what is no answer to an offer", async () => {
    const { place } = await offerToLandline();
    expect((await post(place, { answer: "move" })).status).toBe(422);
    await post(place, { answer: "not_reached", note: "Richiamare dopo le 10" });
    const start = Date.parse(
      (await app.sql("SELECT clock_now() AS now")).rows[0]?.["now"]?.toString() ?? "",
    );
    await world.goTo(new Date(start + 31 * 60_000));
    await post(`${base}/calls/next`);
    expect((await get(place)).text).toContain("Richiamare dopo le 10");
  });

  test("gives it back", async () => {
    const { place } = await offerToLandline();
    expect((await post(`${place}/return`)).headers.get("location")).toContain("done=returned");
    expect((await post(`${base}/calls/next`)).headers.get("location")).toBe(place);
  });
});

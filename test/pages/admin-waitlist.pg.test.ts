import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { createWaitlistWorld, firstSlot, type WaitlistWorld } from "../waitlist/waitlist-world.ts";

let world: WaitlistWorld;
let cookie = "";

beforeAll(async () => {
  world = await createWaitlistWorld();
  cookie = await cookieOf(world.app.adminKey);
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const base = (): string => `/it/${world.app.tenant.slug}/admin`;

async function cookieOf(key: string): Promise<string> {
  const answer = await world.app.request(`${base()}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ key }),
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

async function keyWith(scope: "schedule" | "appointments"): Promise<string> {
  const context = {
    tenant: world.app.tenant,
    actor: { kind: "system" },
    requestId: "test",
  } as const;
  const made = await createApiKey(world.app.deps, context, {
    kind: "secret",
    name: "K",
    scopes: [scope],
  });
  return cookieOf(made.token);
}

async function get(path: string, as = cookie) {
  const answer = await world.app.request(`${base()}${path}`, { headers: { cookie: as } });
  return { status: answer.status, text: answer.text };
}

async function post(path: string, fields: [string, string][] = [], as = cookie) {
  const answer = await world.app.request(`${base()}${path}`, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { cookie: as },
  });
  const to = (answer.headers.get("location") ?? "").slice(base().length);
  return { status: answer.status, to, text: answer.text };
}

const serviceId = (): string => world.town.services["id-card"] ?? "";
const own = (): string => `/waitlist/${serviceId()}`;
const day = firstSlot.toISOString().slice(0, 10);

function wish(more: [string, string][] = []): [string, string][] {
  const replaced = new Set(more.map(([name]) => name));
  const usual: [string, string][] = [
    ["key", "12345678-wish"],
    ["channel", "phone"],
    ["language", "de"],
    ["from", day],
    ["to", day],
    ["weekday", "1"],
    ["weekday", "2"],
    ["weekday", "3"],
    ["weekday", "4"],
    ["weekday", "5"],
    ["weekday", "6"],
    ["weekday", "7"],
    ["part", "any"],
    ["booker_name", "Ugo Anziano"],
  ];
  return [...usual.filter(([name]) => !replaced.has(name)), ...more];
}

async function settingsForm(): Promise<[string, string][]> {
  const { text } = await get(own());
  const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? "";
  return [
    ["version", version],
    ["is_on", "yes"],
    ["people_per_place", "1"],
    ["answer_minutes", "720"],
    ["lapses_max", "2"],
  ];
}

describe("the administrators' page of the waitlist", () => {
  test("lists every service with how places are offered and how many wait", async () => {
    await world.join("Ada Rossi");
    const { status, text } = await get("/waitlist");
    expect(status).toBe(200);
    expect(text).toContain(`href="${base()}${own()}"`);
    expect(text).toContain("Un posto si propone a una persona alla volta");
    expect(text).toContain("una persona aspetta");
  });

  test("shows who waits in the order of offers, with priority first", async () => {
    await world.join("Ada Rossi");
    await world.join("Bea Verdi");
    await world.app.sql(
      "UPDATE waitlist_entries SET has_priority = id = (SELECT max(id::text)::uuid FROM waitlist_entries)",
    );
    const { text } = await get(own());
    expect(text).toMatch(/1\. Bea Verdi[\s\S]*precedenza[\s\S]*2\. Ada Rossi/);
  });

  test("shows offers that are out with their deadline, and takes a wish off the list", async () => {
    const joined = await world.join("Ada Rossi");
    await world.offer();
    const { text } = await get(own());
    expect(text).toMatch(/Ada Rossi[\s\S]*tenuto fino a/);
    const answer = await post(`${own()}/entries/${joined.entry.id}/withdraw`);
    expect(answer).toMatchObject({ status: 303, to: `${own()}?done=withdrawn` });
    expect((await world.entry(joined)).status).toBe("withdrawn");
    await world.join("Bea Verdi");
    expect(await world.offer()).toBe(1);
  });

  test("does not take off a wish that has ended", async () => {
    const joined = await world.join("Ada Rossi");
    await world.offer();
    await world.accept(joined);
    const answer = await post(`${own()}/entries/${joined.entry.id}/withdraw`);
    expect(answer).toMatchObject({ status: 303, to: `${own()}?done=over` });
  });

  test("goes through the list page by page without leaving anybody out", async () => {
    await world.app.sql(
      `INSERT INTO waitlist_entries (tenant_id, id, service_ids, site_ids, from_on, to_on, weekdays, from_time, to_time,
                                     party_size, channel, language, has_email, has_phone, token_kid, waiting_since)
       SELECT $1, gen_random_uuid(), ARRAY[$2::uuid], ARRAY[$3::uuid], $4, $4, '{1}', '00:00', '24:00', 1, 'web', 'it',
              false, false, 'k', clock_now() + n * interval '1 second'
       FROM generate_series(1, 60) n`,
      [world.app.tenant.id, serviceId(), world.town.siteId, day],
    );
    const first = await get(own());
    expect(first.text).toContain("<h3>50. ");
    expect(first.text).not.toContain("<h3>51. ");
    expect(first.text).toContain(`${own()}?after=50`);
    const second = await get(`${own()}?after=50`);
    expect(second.text).toContain("<h3>51. ");
    expect(second.text).toContain("<h3>60. ");
    expect(second.text).not.toContain("?after=60");
  });

  test("saves how a service's waitlist works, and says so when somebody else was faster", async () => {
    const form = await settingsForm();
    const shared = form.map(([name, value]): [string, string] => [
      name,
      name === "people_per_place" ? "3" : value,
    ]);
    expect(await post(`${own()}/settings`, shared)).toMatchObject({ to: `${own()}?done=saved` });
    expect((await get(own())).text).toContain("3 persone insieme");
    expect(await post(`${own()}/settings`, form)).toMatchObject({ to: `${own()}?done=changed` });
    expect((await get(`${own()}?done=changed`)).text).toContain("qualcuno ha cambiato le regole");
    await world.put({});
  });

  test.each([
    ["people_per_place", "21"],
    ["people_per_place", ""],
    ["answer_minutes", "14"],
    ["lapses_max", "zwei"],
  ])("refuses %s of %j and names the field", async (field, wrong) => {
    const form = (await settingsForm()).map(([name, value]): [string, string] => [
      name,
      name === field ? wrong : value,
    ]);
    const answer = await post(`${own()}/settings`, form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${field}"`);
  });

  test("notes somebody who telephones without any contact; the offer is a call", async () => {
    const form = await get(`${own()}/new`);
    expect(form.text).toContain('name="booker_name"');
    expect(await post(`${own()}/new`, wish([["priority", "yes"]]))).toMatchObject({
      status: 303,
      to: `${own()}?done=added`,
    });
    await world.offer();
    const { rows } = await world.app.sql(
      "SELECT e.channel, e.language, e.has_priority, o.way FROM waitlist_entries e JOIN waitlist_offers o ON o.entry_id = e.id",
    );
    expect(rows).toEqual([{ channel: "phone", language: "de", has_priority: true, way: "phone" }]);
  });

  test("a form sent twice notes the person once", async () => {
    await post(`${own()}/new`, wish());
    await post(`${own()}/new`, wish());
    const { rows } = await world.app.sql("SELECT count(*)::int AS n FROM waitlist_entries");
    expect(rows).toEqual([{ n: 1 }]);
  });

  test.each<[string, [string, string][], string]>([
    ["without a name", [["booker_name", ""]], "booker_name"],
    ["with days that go backwards", [["to", "2020-01-01"]], "from"],
    ["without a weekday", [["weekday", ""]], "weekday"],
  ])("a wish %s comes back with what was typed and is not noted", async (_why, wrong, field) => {
    const answer = await post(`${own()}/new`, wish([["phone", "0471 000000"], ...wrong]));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${field}"`);
    expect(answer.text).toContain("0471 000000");
    const { rows } = await world.app.sql("SELECT count(*)::int AS n FROM waitlist_entries");
    expect(rows).toEqual([{ n: 0 }]);
  });

  test("a person who waits already is told apart from a wrong form", async () => {
    const email: [string, string] = ["email", "ugo@example.org"];
    await post(`${own()}/new`, wish([email]));
    const again = await post(`${own()}/new`, wish([email, ["key", "another-key-1"]]));
    expect(again.status).toBe(409);
    expect(again.text).toContain("è già in lista d’attesa");
  });

  test("a clerk sees who waits and cannot change the rules; others see nothing", async () => {
    const clerk = await keyWith("appointments");
    const { status, text } = await get(own(), clerk);
    expect(status).toBe(200);
    expect(text).not.toContain('name="people_per_place"');
    expect((await post(`${own()}/settings`, [], clerk)).status).toBe(403);
    const planner = await keyWith("schedule");
    for (const path of ["/waitlist", own(), `${own()}/new`])
      expect((await get(path, planner)).status).toBe(403);
    expect((await post(`${own()}/new`, wish(), planner)).status).toBe(403);
  });

  test.each(["/waitlist/nonsense", "/waitlist/01900000-0000-7000-8000-000000000000"])(
    "%s is no waitlist",
    async (path) => {
      expect((await get(path)).status).toBe(404);
      expect((await get(`${path}/new`)).status).toBe(404);
    },
  );
});

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createWaitlistWorld, firstSlot, type WaitlistWorld } from "../waitlist/waitlist-world.ts";

let world: WaitlistWorld;
let origin: string;
beforeAll(async () => {
  world = await createWaitlistWorld();
  origin = (await world.app.serve()).url;
});
afterAll(() => world.close());
beforeEach(() => world.reset());

/** A browser of which only the cookies are left. */
function createVisitor() {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...Object.fromEntries(new Headers(init.headers)), cookie };
    const response = await fetch(origin + path, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";")[0]?.split("=") ?? [];
      cookies.set(name, value);
    }
    const { status } = response;
    return { status, to: response.headers.get("location"), text: await response.text() };
  };
  return {
    get: (path: string) => send(path),
    post: (path: string, fields: [string, string][]) =>
      send(path, { method: "POST", body: new URLSearchParams(fields), headers: { origin } }),
  };
}

type Visitor = ReturnType<typeof createVisitor>;

const day = firstSlot.toISOString().slice(0, 10);
const base = (): string => `/it/${world.app.tenant.slug}`;

async function serviceCode(): Promise<string> {
  const { rows } = await world.app.sql("SELECT code FROM services");
  return String(rows[0]?.["code"]);
}

function formOf(more: [string, string][] = []): [string, string][] {
  return [
    ["key", "12345678-form"],
    ["from", day],
    ["to", day],
    ...["1", "2", "3", "4", "5", "6", "7"].map((one): [string, string] => ["weekday", one]),
    ["part", "any"],
    ["booker_name", "Ada Paziente"],
    ["email", "ada@example.org"],
    ...more,
  ];
}

const joinPath = async () => `${base()}/waitlist/join?service=${await serviceCode()}`;

async function join(visitor: Visitor): Promise<void> {
  const answer = await visitor.post(await joinPath(), formOf());
  expect(answer).toMatchObject({ status: 303, to: `${base()}/waitlist?done=joined` });
}

/** The link that the page shows, as a message has it. */
async function linkOf(visitor: Visitor): Promise<string> {
  const { text } = await visitor.get(`${base()}/waitlist`);
  return /\/w\/spo_wt_[\w-]{54}/.exec(text)?.[0] ?? "";
}

/** How the only wish stands, and its latest offer. */
async function standing(): Promise<string> {
  const { rows } = await world.app.sql(`
    SELECT concat_ws(' ', e.status, (SELECT o.status FROM waitlist_offers o WHERE o.entry_id = e.id
                                     ORDER BY o.created_at DESC LIMIT 1)) AS standing
    FROM waitlist_entries e`);
  return String(rows[0]?.["standing"]);
}

test("from a service without a suiting time one joins the waitlist, with days, hours and the booking's data", async () => {
  const visitor = createVisitor();
  const times = await visitor.get(`${base()}/times?service=${await serviceCode()}`);
  const href = new RegExp(`href="(${base()}/waitlist/join[^"]*)"`).exec(times.text)?.[1] ?? "";
  const form = await visitor.get(href.replaceAll("&amp;", "&"));
  expect(form.status).toBe(200);
  expect(form.text).toContain('name="booker_name"');
  await join(visitor);
  expect(await standing()).toBe("waiting");
  const own = await visitor.get(`${base()}/waitlist?done=joined`);
  expect(own.text).toContain("Ada Paziente");
});

test("a form sent twice waits once", async () => {
  const visitor = createVisitor();
  await join(visitor);
  await join(visitor);
  const { rows } = await world.app.sql("SELECT count(*)::int AS n FROM waitlist_entries");
  expect(rows).toEqual([{ n: 1 }]);
});

test.each<[string, [string, string][], string]>([
  ["without a name", [["booker_name", ""]], "booker_name"],
  ["with days that go backwards", [["to", "2020-01-01"]], "from"],
  ["without a weekday", [["weekday", ""]], "weekday"],
  ["with a strange date", [["from", "9999-99-99"]], "from"],
])("a form %s comes back with what was typed", async (_why, wrong, field) => {
  const names = new Set(wrong.map(([name]) => name));
  const kept = formOf().filter(([name]) => !names.has(name));
  const answer = await createVisitor().post(await joinPath(), [...kept, ...wrong]);
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(`href="#${field}"`);
  expect(await standing()).toBe("undefined");
});

test("the link of an offer leads to it, changes nothing, and the button takes the place", async () => {
  const visitor = createVisitor();
  await join(visitor);
  await world.offer();
  const scanner = createVisitor();
  const link = await linkOf(visitor);
  expect(await scanner.get(link)).toMatchObject({ status: 303, to: `${base()}/waitlist` });
  const page = await scanner.get(`${base()}/waitlist`);
  expect(await standing()).toBe("offered offered");
  const offer = /name="offer" value="([\w-]{36})"/.exec(page.text)?.[1] ?? "";
  const answer = await scanner.post(`${base()}/waitlist/accept`, [["offer", offer]]);
  expect(answer).toMatchObject({ status: 303, to: `${base()}/manage?done=accepted` });
  expect(await standing()).toBe("fulfilled accepted");
  expect((await scanner.get(`${base()}/manage?done=accepted`)).text).toContain("Ada Paziente");
});

test("leaving a place keeps the wish, and waiting no longer ends it", async () => {
  const visitor = createVisitor();
  await join(visitor);
  await world.offer();
  const { text } = await visitor.get(`${base()}/waitlist`);
  const offer = /name="offer" value="([\w-]{36})"/.exec(text)?.[1] ?? "";
  const declined = await visitor.post(`${base()}/waitlist/decline`, [["offer", offer]]);
  expect(declined.to).toBe(`${base()}/waitlist?done=declined`);
  expect(await standing()).toBe("waiting declined");
  const late = await visitor.post(`${base()}/waitlist/accept`, [["offer", offer]]);
  expect(late.to).toBe(`${base()}/waitlist?done=gone`);
  await visitor.post(`${base()}/waitlist/withdraw`, []);
  expect(await standing()).toBe("withdrawn declined");
});

test("an appointment is exchanged for an earlier place by its own link", async () => {
  const { manage_token: token } = await world.book("Ada Tardi", 45);
  const visitor = createVisitor();
  await visitor.get(`/m/${token}`);
  expect((await visitor.get(`${base()}/manage`)).text).toContain(`${base()}/waitlist/exchange`);
  expect((await visitor.get(`${base()}/waitlist/exchange`)).status).toBe(200);
  const fields = formOf().filter(([name]) => name !== "booker_name");
  const joined = await visitor.post(`${base()}/waitlist/exchange`, fields);
  expect(joined.to).toBe(`${base()}/waitlist?done=joined`);
  await world.offer();
  const { text } = await visitor.get(`${base()}/waitlist`);
  const offer = /name="offer" value="([\w-]{36})"/.exec(text)?.[1] ?? "";
  await visitor.post(`${base()}/waitlist/accept`, [["offer", offer]]);
  const { rows } = await world.app.sql(
    "SELECT starts_at FROM appointments WHERE status = 'booked'",
  );
  expect(rows).toEqual([{ starts_at: firstSlot }]);
});

test("a form of another site is refused, and a strange link leads to the start", async () => {
  const visitor = createVisitor();
  await join(visitor);
  const foreign = await fetch(`${origin}${base()}/waitlist/withdraw`, {
    method: "POST",
    headers: {
      origin: "https://evil.example",
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  expect(foreign.status).toBe(403);
  const link = await linkOf(visitor);
  const changed = `${link.slice(0, -2)}${link.endsWith("AA") ? "BB" : "AA"}`;
  expect(await createVisitor().get(changed)).toMatchObject({ status: 303, to: "/" });
  expect((await createVisitor().get(`${base()}/waitlist`)).status).toBe(404);
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createMessageWorld, type MessageWorld } from "../messages/message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
let world: MessageWorld;
let origin: string;

beforeAll(async () => {
  world = await createMessageWorld({ firstSlot });
  origin = (await world.app.serve()).url;
});
afterAll(() => world.close());
beforeEach(() => world.goTo("2027-05-20T08:00:00Z"));

/** A browser of which only the cookies are left, at an address with its links. */
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
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    get: (path: string) => send(path),
    post: (path: string, fields: Record<string, string>, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { origin, ...headers },
      }),
  };
}

let minutes = 0;
async function bookOne(email = "ada@example.org") {
  minutes += 15;
  return world.book({ email }, minutes, { language: "de" });
}

const slug = (): string => world.app.tenant.slug;

async function presenceOf(id: string) {
  const path = `/appointments/${id}/presence`;
  const answer = await world.app.api("GET", path, { key: world.app.adminKey });
  return answer.as(z.object({ confirmed_at: z.string().nullable() }));
}

describe("links of messages", () => {
  test.each(["confirm", "cancel", "move", "reminders", "feedback"])(
    "to %s lead there, in the language of the booking, and leave the address",
    async (page) => {
      const { manage_token: token } = await bookOne();
      const answer = await createVisitor().get(`/m/${token}/${page}`);
      expect(answer.status).toBe(303);
      expect(answer.headers.get("location")).toBe(`/de/${slug()}/manage/${page}`);
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    },
  );

  test("that a mail scanner follows, with all that they lead to, change nothing", async () => {
    const { appointment, manage_token: token } = await bookOne();
    const scanner = createVisitor();
    for (const page of ["confirm", "cancel", "move", "reminders", "feedback"]) {
      const answer = await scanner.get(`/m/${token}/${page}`);
      await scanner.get(answer.headers.get("location") ?? "");
    }
    expect(await presenceOf(appointment.id)).toMatchObject({ confirmed_at: null });
    const { rows } = await world.app.sql(
      "SELECT (SELECT status FROM appointments WHERE id = $1) AS status, (SELECT count(*)::int FROM reminder_opt_outs) AS out",
      [appointment.id],
    );
    expect(rows).toEqual([{ status: "booked", out: 0 }]);
  });

  test("to elsewhere are none", async () => {
    const { manage_token: token } = await bookOne();
    expect((await createVisitor().get(`/m/${token}/leave`)).status).toBe(404);
  });
});

describe("who follows a link", () => {
  test("says with one press that he comes", async () => {
    const { appointment, manage_token: token } = await bookOne();
    const visitor = createVisitor();
    await visitor.get(`/m/${token}/confirm`);
    const page = await visitor.get(`/de/${slug()}/manage/confirm`);
    expect(page.text).toContain("Kommen Sie?");
    const answer = await visitor.post(`/de/${slug()}/manage/confirm`, {});
    expect(answer.headers.get("location")).toBe(`/de/${slug()}/manage?done=confirmed`);
    expect((await presenceOf(appointment.id)).confirmed_at).not.toBeNull();
  });

  test("switches reminders off and on again", async () => {
    const { appointment, manage_token: token } = await bookOne("berta@example.org");
    const visitor = createVisitor();
    await visitor.get(`/m/${token}/reminders`);
    const path = `/appointments/${appointment.id}/reminders`;
    const isWanted = async () =>
      (await world.app.api("GET", path, { key: world.app.adminKey })).body;
    await visitor.post(`/de/${slug()}/manage/reminders`, { wanted: "no" });
    expect(await isWanted()).toEqual({ is_wanted: false });
    await visitor.post(`/de/${slug()}/manage/reminders`, { wanted: "yes" });
    expect(await isWanted()).toEqual({ is_wanted: true });
  });

  test("from a form of another site does nothing", async () => {
    const { appointment, manage_token: token } = await bookOne();
    const visitor = createVisitor();
    await visitor.get(`/m/${token}/confirm`);
    const headers = { "sec-fetch-site": "cross-site" };
    const answer = await visitor.post(`/de/${slug()}/manage/confirm`, {}, headers);
    expect(answer.status).toBe(403);
    expect(await presenceOf(appointment.id)).toMatchObject({ confirmed_at: null });
  });
});

describe("the one click of a mail program", () => {
  const oneClick = { "List-Unsubscribe": "One-Click" };

  test("switches reminders off, without cookies and from anywhere", async () => {
    const { appointment, manage_token: token } = await bookOne("carla@example.org");
    const headers = { origin: "https://mail.example", "sec-fetch-site": "cross-site" };
    const answer = await createVisitor().post(`/m/${token}/reminders`, oneClick, headers);
    expect(answer.status).toBe(200);
    const path = `/appointments/${appointment.id}/reminders`;
    const state = await world.app.api("GET", path, { key: world.app.adminKey });
    expect(state.body).toEqual({ is_wanted: false });
  });

  test("of another form, or with a link that is none, does nothing", async () => {
    const { appointment, manage_token: token } = await bookOne("dora@example.org");
    const visitor = createVisitor();
    expect((await visitor.post(`/m/${token}/reminders`, {})).status).toBe(404);
    expect((await visitor.post("/m/spo_mt_x/reminders", oneClick)).status).toBe(404);
    const path = `/appointments/${appointment.id}/reminders`;
    const state = await world.app.api("GET", path, { key: world.app.adminKey });
    expect(state.body).toEqual({ is_wanted: true });
  });

  test("is offered with reminders, and not with what must be told", async () => {
    await bookOne("elsa@example.org");
    await world.plan();
    await world.goTo("2027-06-07T12:00:00Z");
    await world.send();
    await world.goTo("2027-06-07T12:05:00Z");
    const own = world.recording.email.taken.filter(({ to }) => to.address === "elsa@example.org");
    const reminder = own.find(({ listUnsubscribe }) => listUnsubscribe !== undefined);
    expect(reminder?.listUnsubscribe?.url).toMatch(/\/m\/spo_mt_[\w-]+\/reminders$/);
  });
});

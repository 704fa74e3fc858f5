import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import ICAL from "ical.js";
import { createMessageWorld, type MessageWorld } from "../messages/message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
let world: MessageWorld;
beforeAll(async () => {
  world = await createMessageWorld({ firstSlot, hasMailbox: true, isKept: true });
});
afterAll(() => world.close());
beforeEach(() => world.goTo("2027-05-20T08:00:00Z"));

const mailbox = (): string => `/dev/mailbox/${world.app.tenant.slug}`;

/** The newest message of the mailbox: its page, and where the links in it lead. */
async function newest() {
  const list = await world.app.request(mailbox());
  const path = /href="(\/dev\/mailbox\/[^"/]+\/[0-9a-f-]{36})"/.exec(list.text)?.[1] ?? "";
  const page = await world.app.request(path);
  const links = [...page.text.matchAll(/href="(https:[^"]+)"/g)].map(([, href = ""]) => href);
  return { path, text: page.text, links };
}

async function work(): Promise<void> {
  await world.plan();
  await world.send();
}

async function statesOf(id: string): Promise<string[]> {
  return (await world.messagesOf(id)).map(({ kind, status }) => `${kind} ${status}`);
}

test("a citizen books, is reminded, cancels by the reminder's link, is told, and is reminded no more", async () => {
  const { appointment } = await world.book({ email: "ada@example.org" }, 0);
  await work();
  const confirmation = await newest();
  expect(confirmation.text).toContain(appointment.reference);
  const ics = await world.app.request(`${confirmation.path}/calendar.ics`);
  const event = ICAL.Component.fromString(ics.text).getFirstSubcomponent("vevent");
  expect(event?.getFirstPropertyValue("uid")).toContain(appointment.id);
  expect(event?.getFirstPropertyValue("sequence")).toBe(0);

  await world.goTo("2027-06-07T07:01:00Z");
  await work();
  const reminder = await newest();
  const cancelLink = reminder.links.find((link) => link.endsWith("/cancel")) ?? "";
  const opened = await world.app.request(new URL(cancelLink).pathname);
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = opened.headers.get("location") ?? "";
  const form = await world.app.request(page, { headers: { cookie } });
  const key = /name="key" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
  const sent = await world.app.request(page, {
    method: "POST",
    body: new URLSearchParams({ reason: "cannot_come", key }),
    headers: { cookie },
  });
  expect(sent.headers.get("location")).toContain("done=cancelled");

  await work();
  const notice = await newest();
  const cancelled = await world.app.request(`${notice.path}/calendar.ics`);
  expect(cancelled.text).toContain("METHOD:CANCEL");
  expect(cancelled.text).toContain("SEQUENCE:1");
  expect(await statesOf(appointment.id)).toEqual([
    "confirmation sent",
    "reminder sent",
    "cancellation sent",
  ]);
});

test("who moves is told, and reminded of the new time", async () => {
  const { appointment, manage_token: key } = await world.book({ email: "berta@example.org" }, 15);
  await work();
  const body = { starts_at: "2027-06-09T12:00:00Z" };
  await world.app.api("POST", `/appointments/${appointment.id}/reschedule`, { key, body });
  await work();
  expect((await newest()).text).toContain("14:00");
  await world.goTo("2027-06-07T12:01:00Z");
  await work();
  expect((await newest()).text).toContain("14:00");
  expect(await statesOf(appointment.id)).toEqual([
    "confirmation sent",
    "change sent",
    "reminder discarded",
    "reminder sent",
  ]);
});

test("an SMS shows its parts, and an e-mail its HTML without anything that runs", async () => {
  await world.book({ phone: "347 123 4567" }, 30);
  await work();
  expect((await newest()).text).toMatch(/\d \((?:gsm7|ucs2)\)/);
  await world.book({ email: "carla@example.org" }, 45);
  await work();
  const answer = await world.app.request(`${(await newest()).path}/html`);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.text).toMatch(/<html[^>]* lang="it"/);
});

test("there is no mailbox where messages are sent, nor for whom it is not", async () => {
  const other = await createMessageWorld({ firstSlot });
  try {
    expect((await other.app.request("/dev/mailbox")).status).toBe(404);
  } finally {
    await other.close();
  }
  expect((await world.app.request("/dev/mailbox/no-such-town")).status).toBe(404);
  expect((await world.app.request(`${mailbox()}/x`)).status).toBe(404);
});

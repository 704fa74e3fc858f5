import ICAL from "ical.js";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { localizedText } from "../../src/http/text-schema.ts";
import { composeMail } from "../../src/messages/transports/email/compose-mail.ts";
import type { OutgoingEmail } from "../../src/messages/transports/transport.ts";
import { defaultPolicy } from "../../src/reminders/policy/message-policy.ts";
import { createMessageWorld, type MessageWorld } from "./message-world.ts";

/** What people and administrators might write to have more said, to more people, than was meant. */
const payloads = [
  "x\r\nBcc: victim@evil.example",
  "x\r\n\r\n<script>alert(1)</script>",
  "x\r\n.\r\nRCPT TO:<victim@evil.example>",
  "x\u2028Bcc: victim@evil.example\u2029END:VEVENT",
  "x, victim@evil.example; y <victim@evil.example>",
  "=?utf-8?Q?x=0D=0ABcc:_victim@evil.example?=",
  "<img src=x onerror=alert(1)><a href='https://evil.example'>x</a>",
  '"><style>*{display:none}</style><h1>Forged</h1>',
  "x\nEND:VEVENT\nBEGIN:VEVENT\nUID:forged\nSUMMARY:Forged",
  "x\\nATTENDEE:mailto:victim@evil.example;x,y\\",
  "{{ manage_url }}{% include 'x' %}{{ 7 | times: 6 }}",
  "[Forged](https://evil.example)\n# Forged\n- forged",
  "\u202egnp.exe\u0085x",
  "--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
];

const firstSlot = new Date("2027-06-09T07:00:00Z");
const recipient = "ada@citizen.example";

/** Everything that went out to one citizen and an endpoint-free world, with the payload in every field. */
async function sendWith(payload: string): Promise<{
  readonly emails: readonly OutgoingEmail[];
  readonly texts: readonly string[];
}> {
  const world = await createMessageWorld({ firstSlot });
  try {
    await world.goTo("2027-06-01T08:00:00Z");
    await poison(world, payload);
    await sayEverythingTwice(world);
    const { appointment } = await bookAs(world, payload);
    await world.plan();
    await world.send();
    await world.goTo("2027-06-07T08:00:00Z");
    await world.send();
    const key = world.app.adminKey;
    await world.app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    await world.plan();
    await world.send();
    expect(world.faults).toEqual([]);
    const { email, sms } = world.recording;
    return { emails: email.taken, texts: sms.taken.map(({ text }) => text) };
  } finally {
    await world.close();
  }
}

/** As an administrator could; names that the product's own schemas refuse stay as they are. */
async function poison({ app }: MessageWorld, payload: string): Promise<void> {
  const name = nameSchema.safeParse({ it: payload });
  const localized = JSON.stringify(name.success ? name.data : { it: "Municipio" });
  const values = [app.tenant.id, localized];
  await app.sql("UPDATE tenants SET name = $2 WHERE id = $1", values);
  await app.sql("UPDATE services SET name = $2 WHERE tenant_id = $1", values);
  await app.sql(
    "UPDATE sites SET name = $2, directions = $2, address = $3, phone = $3 WHERE tenant_id = $1",
    [...values, payload],
  );
}

/** By e-mail and by SMS. */
async function sayEverythingTwice({ app }: MessageWorld): Promise<void> {
  const both = { channels: "both" };
  const rules = {
    ...defaultPolicy,
    confirmation: both,
    notices: both,
    reminders: [{ offset_minutes: 2_880, ...both }],
  };
  await app.sql(
    "INSERT INTO message_policies (tenant_id, id, rules) VALUES ($1, gen_random_uuid(), $2)",
    [app.tenant.id, JSON.stringify(rules)],
  );
}

const nameSchema = localizedText({ max: 500 });

async function bookAs(world: MessageWorld, payload: string) {
  const contact = { email: recipient, phone: "+393331234567" };
  try {
    return await world.book(contact, 0, { booker: { name: `${payload} Bianchi`, ...contact } });
  } catch {
    return world.book(contact);
  }
}

type Node = DefaultTreeAdapterTypes.Node;

function elementsOf(node: Node): DefaultTreeAdapterTypes.Element[] {
  const children = "childNodes" in node ? node.childNodes.flatMap(elementsOf) : [];
  return "tagName" in node ? [node, ...children] : children;
}

/** What of an e-mail must be the same whatever people are called. */
async function shapeOf(email: OutgoingEmail) {
  const mail = await composeMail(email, { returnPath: undefined, dkim: undefined });
  if (typeof mail === "string") throw new Error(mail);
  const parsed = await PostalMime.parse(mail.bytes);
  const elements = elementsOf(parse(parsed.html ?? ""));
  const attributes = elements.flatMap(({ attrs }) => attrs);
  const links = attributes.filter(({ name }) => name === "href").map(({ value }) => value);
  return {
    envelope: mail.envelope.to,
    headers: parsed.headers.map(({ key }) => key).toSorted(),
    to: parsed.to?.map(({ address }) => address),
    from: parsed.from?.address,
    others: [parsed.cc, parsed.bcc, parsed.replyTo],
    parts: parsed.attachments.map(({ mimeType }) => mimeType),
    elements: new Set(elements.map(({ tagName }) => tagName).filter((name) => name !== "br")),
    handlers: attributes.filter(({ name }) => name.startsWith("on")).length,
    hosts: new Set(links.map((link) => URL.parse(link)?.host ?? link)),
    calendar: shapeOfCalendar(email.calendar?.ics),
  };
}

function shapeOfCalendar(ics: string | undefined) {
  if (ics === undefined) return undefined;
  const calendar = ICAL.Component.fromString(ics);
  return {
    name: calendar.name,
    components: calendar.getAllSubcomponents().map((component) => ({
      name: component.name,
      properties: new Set(component.getAllProperties().map(({ name }) => name)),
    })),
    properties: calendar.getAllProperties().map(({ name }) => name),
  };
}

const harmless = await sendWith("Municipio");
const harmlessShapes = await Promise.all(harmless.emails.map(shapeOf));

test("without a payload a confirmation, a reminder and a cancellation go out by e-mail and SMS, with calendars and links", () => {
  expect([harmless.emails.length, harmless.texts.length]).toEqual([3, 3]);
  expect(harmlessShapes.filter(({ calendar }) => calendar).length).toBeGreaterThanOrEqual(2);
  for (const shape of harmlessShapes)
    expect(shape).toMatchObject({
      envelope: recipient,
      to: [recipient],
      others: [undefined, undefined, undefined],
      handlers: 0,
      hosts: new Set(["termine.example.org"]),
    });
});

describe.each(payloads)("%j in the names of the citizen, office, site and service", (payload) => {
  test("is text in every e-mail, calendar and SMS, and nobody else gets anything", async () => {
    const { emails, texts } = await sendWith(payload);
    expect(await Promise.all(emails.map(shapeOf))).toEqual(harmlessShapes);
    const [word = "?"] = /[a-z]{3,}/i.exec(payload) ?? [];
    for (const { subject, from, text } of emails) {
      expect(`${subject}${from.address}`).not.toMatch(/[\r\n]/);
      // It did arrive, as text.
      expect(text).toContain(word);
    }
    expect(texts).toHaveLength(harmless.texts.length);
    for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
  });
});

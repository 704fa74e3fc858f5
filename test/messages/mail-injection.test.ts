import { spawnSync } from "node:child_process";
import PostalMime from "postal-mime";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { findOnPath } from "../../scripts/find-on-path.ts";
import { createSmtpTransport } from "../../src/messages/transports/email/smtp-transport.ts";
import type { OutgoingEmail } from "../../src/messages/transports/transport.ts";
import { type SmtpReceipt, startSmtpSink } from "../support/sinks/smtp-sink.ts";
import { sampleMail, tenantId } from "./sample-mail.ts";

const payloads = [
  "x\r\nBcc: victim@evil.example",
  "x\nBcc: victim@evil.example",
  "x\rBcc: victim@evil.example",
  "x\r\n\r\n<script>alert(1)</script>",
  "x\r\n.\r\nMAIL FROM:<a@evil.example>\r\nRCPT TO:<victim@evil.example>\r\nDATA\r\n",
  "x\n.\nRCPT TO:<victim@evil.example>",
  "x\u2028Bcc: victim@evil.example",
  "x\u0085Bcc: victim@evil.example",
  "x\u0000Bcc: victim@evil.example",
  "x, victim@evil.example",
  "x; victim@evil.example",
  "x <victim@evil.example>",
  '"x" <victim@evil.example>, y',
  "undisclosed-recipients: victim@evil.example;",
  "=?utf-8?Q?x=0D=0ABcc:_victim@evil.example?=",
  "=?utf-8?B?eA0KQmNjOiB2aWN0aW1AZXZpbC5leGFtcGxl?=",
  "\u202Eelpmaxe.live@mitciv",
  "--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
  `${"x".repeat(2_000)}\r\nBcc: victim@evil.example`,
  "{{ to }} ${to} %0d%0aBcc:victim@evil.example",
];

/** Every field that may hold what people wrote. */
const fields: Readonly<Record<string, (payload: string) => Partial<OutgoingEmail>>> = {
  subject: (subject) => ({ subject }),
  "recipient's name": (name) => ({ to: { address: "anna@citizen.example", name } }),
  "sender's name": (name) => ({ from: { address: "noreply@mail.example.org", name } }),
  "name to answer to": (name) => ({ replyTo: { address: "desk@mail.example.org", name } }),
  text: (text) => ({ text }),
  html: (html) => ({ html }),
  calendar: (ics) => ({ calendar: { method: "REQUEST", ics } }),
  "unsubscribe address": (tail) => ({ listUnsubscribe: { url: `https://x.example/?${tail}` } }),
  "recipient's address": (tail) => ({ to: { address: `anna@citizen.example${tail}` } }),
  "sender's address": (tail) => ({
    from: { address: `noreply@mail.example.org${tail}`, name: "" },
  }),
  "address to answer to": (tail) => ({ replyTo: { address: `d@mail.example.org${tail}` } }),
  "Message-ID": (tail) => ({ messageId: `m@mail.example.org${tail}` }),
};

const cases = Object.entries(fields).flatMap(([field, change]) =>
  payloads.map((payload, i) => ({ field, i, mail: sampleMail(`${i}`, change(payload)) })),
);

const receipts: SmtpReceipt[] = [];
/** Which cases were handed over, in the order of the receipts. */
const sent: (typeof cases)[number][] = [];

beforeAll(async () => {
  const sink = await startSmtpSink({ keepsContent: true });
  const transport = createSmtpTransport({
    host: "127.0.0.1",
    port: sink.port,
    tls: "none",
    auth: undefined,
    connections: 1,
    returnPath: "bounces+{id}@mail.example.org",
    dkim: undefined,
  });
  for (const one of cases) {
    const signal = AbortSignal.timeout(5_000);
    const { kind } = await transport.send(one.mail, { signal, tenantId });
    if (kind === "accepted") sent.push(one);
  }
  receipts.push(...sink.receipts);
  await transport.close();
  await sink.close();
}, 60_000);

const expectedHeaders = [
  "auto-submitted",
  "content-language",
  "content-type",
  "date",
  "from",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "message-id",
  "mime-version",
  "subject",
  "to",
  "x-auto-response-suppress",
];
const expectedTypes = [
  "multipart/mixed",
  "multipart/alternative",
  "text/plain",
  "text/html",
  "text/calendar",
  "application/ics",
];

test("what is no address is not sent, and everything else is sent once", () => {
  const addressFields = [
    "recipient's address",
    "sender's address",
    "address to answer to",
    "Message-ID",
  ];
  const refused = cases.filter((one) => !sent.includes(one));
  expect(refused.every(({ field }) => addressFields.includes(field))).toBe(true);
  expect(refused).toHaveLength(addressFields.length * payloads.length);
  expect(receipts).toHaveLength(sent.length);
});

test("nobody but the recipient is in any envelope", () => {
  for (const { mail, rcpt } of receipts) {
    expect(rcpt.map((one) => /^<([^>]*)>/.exec(one)?.[1])).toEqual(["anna@citizen.example"]);
    expect(mail).toMatch(/^<bounces\+\d+@mail\.example\.org>(?: [A-Z]+=[\w.+=-]+)*$/);
  }
});

describe("the parser of postal-mime", () => {
  test("finds no header, recipient or part that was not meant", async () => {
    for (const [i, receipt] of receipts.entries()) {
      const parsed = await PostalMime.parse(Buffer.from(receipt.content ?? "", "latin1"));
      const names = parsed.headers.map(({ key }) => key).filter((key) => key !== "reply-to");
      expect(names.toSorted()).toEqual(expectedHeaders);
      expect(parsed.to?.map(({ address }) => address)).toEqual(["anna@citizen.example"]);
      expect(parsed.from?.address).toBe("noreply@mail.example.org");
      expect(parsed.bcc ?? parsed.cc).toBeUndefined();
      expect(parsed.subject).not.toMatch(/[\r\n\u2028]/);
      expect(parsed.attachments.map(({ mimeType }) => mimeType)).toEqual([
        "text/calendar",
        "application/ics",
      ]);
      expect(parsed.text?.trimEnd().replaceAll(/\r\n?/g, "\n")).toBe(
        sent[i]?.mail.text.trimEnd().replaceAll(/\r\n?/g, "\n"),
      );
    }
  });
});

/** Reads messages with the parser of Python's standard library, which shares nothing with ours. */
const pythonProgram = `
import email, email.policy, json, sys, base64
out = []
for raw in json.load(sys.stdin):
    m = email.message_from_bytes(base64.b64decode(raw), policy=email.policy.default)
    h = lambda n: [[a.addr_spec for a in v.addresses] for v in m.get_all(n, [])]
    out.append({"names": sorted(n.lower() for n in m.keys()), "to": h("to"), "from": h("from"), "reply": h("reply-to"),
        "subject": m["subject"], "id": m["message-id"], "types": [p.get_content_type() for p in m.walk()],
        "defects": [type(d).__name__ for p in m.walk() for d in p.defects]})
json.dump(out, sys.stdout)
`;

const pythonViews = z.array(
  z.object({
    names: z.array(z.string()),
    to: z.array(z.array(z.string())),
    from: z.array(z.array(z.string())),
    reply: z.array(z.array(z.string())),
    subject: z.string(),
    id: z.string(),
    types: z.array(z.string()),
    defects: z.array(z.string()),
  }),
);
type PythonView = z.infer<typeof pythonViews>[number];

function readWithPython(python: string, raws: readonly string[]): PythonView[] {
  const input = JSON.stringify(raws.map((raw) => Buffer.from(raw, "latin1").toString("base64")));
  const { stdout, status, stderr } = spawnSync(python, ["-c", pythonProgram], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return pythonViews.parse(JSON.parse(stdout));
}

const python = findOnPath("python3");

describe.runIf(python !== undefined)("the parser of Python's standard library", () => {
  test("finds no header, recipient or part that was not meant", () => {
    const views = readWithPython(
      python ?? "",
      receipts.map(({ content }) => content ?? ""),
    );
    for (const [i, view] of views.entries()) {
      const hasReplyTo = sent[i]?.mail.replyTo !== undefined;
      expect(view.names.filter((name) => name !== "reply-to")).toEqual(expectedHeaders);
      expect(view.to).toEqual([["anna@citizen.example"]]);
      expect(view.from).toEqual([["noreply@mail.example.org"]]);
      expect(view.reply).toEqual(hasReplyTo ? [["desk@mail.example.org"]] : []);
      expect(view.subject).not.toMatch(/[\r\n]/);
      expect(view.id).toBe(`<${sent[i]?.mail.messageId}>`);
      expect(view.types).toEqual(expectedTypes);
      expect(view.defects).toEqual([]);
    }
  });
});

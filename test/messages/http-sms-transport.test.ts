import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpSmsTransport } from "../../src/messages/transports/sms/http-sms-transport.ts";
import type { SmsProvider } from "../../src/messages/transports/sms/sms-provider.ts";
import type { OutgoingSms, Transport } from "../../src/messages/transports/transport.ts";
import { type SmsBehaviour, type SmsSink, startSmsSink } from "../support/sinks/sms-sink.ts";
import { tenantId } from "./sample-mail.ts";
import { exampleProvider, plainProvider, sampleSms } from "./sample-sms.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function openBoth(
  behaviour: SmsBehaviour = {},
  describeProvider: (url: string) => SmsProvider = plainProvider,
): Promise<{ sink: SmsSink; transport: Transport<OutgoingSms> }> {
  const sink = await startSmsSink(behaviour);
  const transport = createHttpSmsTransport({
    provider: describeProvider(sink.url),
    receiptUrl: "https://appointments.example.org/provider-callbacks/sms/x",
  });
  closing.push(transport.close, sink.close);
  return { sink, transport };
}

function within(ms: number) {
  return { signal: AbortSignal.timeout(ms), tenantId };
}

describe("the shapes of providers", () => {
  test("a form with user and password, answered with words", async () => {
    const { sink, transport } = await openBoth({}, (url) =>
      exampleProvider("form-with-password", url),
    );
    const outcome = await transport.send(sampleSms("r1"), within(5_000));
    expect(outcome).toEqual({
      kind: "accepted",
      providerReference: sink.receipts[0]?.providerReference,
    });
    const [receipt] = sink.receipts;
    expect(Object.fromEntries(new URLSearchParams(receipt?.body))).toEqual({
      user: "comune",
      pass: "REPLACE",
      rcpt: "+393331234567",
      data: sampleSms("r1").text,
      sender: "Comune",
      coding: "7",
      order_id: "r1",
      return_id: "1",
    });
  });

  test("JSON with a bearer token, where kinds of values are kept", async () => {
    const { sink, transport } = await openBoth({}, (url) =>
      exampleProvider("json-with-bearer", url),
    );
    const sms = sampleSms("r1", { text: 'L’attendiamo "alle 9"\n\\', encoding: "ucs2" });
    expect(await transport.send(sms, within(5_000))).toMatchObject({ kind: "accepted" });
    const [receipt] = sink.receipts;
    expect(receipt?.headers["authorization"]).toBe("Bearer REPLACE");
    expect(JSON.parse(receipt?.body ?? "")).toEqual({
      messages: [
        {
          from: "Comune",
          to: ["393331234567"],
          text: sms.text,
          unicode: true,
          client_reference: "r1",
          callback_url: "https://appointments.example.org/provider-callbacks/sms/x",
        },
      ],
    });
  });

  test("JSON signed by a digest over secrets, method, address, body and time", async () => {
    const { sink, transport } = await openBoth({}, (url) =>
      exampleProvider("json-with-signed-digest", url),
    );
    expect(await transport.send(sampleSms("r1"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    const [receipt] = sink.receipts;
    const time = receipt?.headers["x-timestamp"] ?? "";
    expect(Math.abs(Number(time) - Date.now() / 1_000)).toBeLessThan(5);
    const text = `REPLACE+REPLACE+POST+${sink.url}+${receipt?.body}+${time}`;
    const digest = createHash("sha1").update(text).digest("hex");
    expect(receipt?.headers["x-signature"]).toBe(`$1$${digest}`);
  });
});

describe("what a provider answers", () => {
  const rules = [
    { code: ["0"], means: "accepted" },
    { code: ["4"], means: "refused", reason: "bad_address" },
    { code: ["5"], means: "later", is_provider_wide: false, after_seconds: 60 },
  ];
  const withRules = (url: string): SmsProvider =>
    plainProvider(url, { answer: { format: "json", reference: "/id", code: "/code", rules } });

  test.each<[string, { status: number; headers?: Record<string, string>; body: string }, object]>([
    [
      "taken",
      { status: 200, body: '{"id":7,"code":0}' },
      { kind: "accepted", providerReference: "7" },
    ],
    [
      "taken, with a name that is a long number",
      { status: 200, body: '{"id":900719925474099312345,"code":"0"}' },
      { kind: "accepted", providerReference: "900719925474099312345" },
    ],
    [
      "refused in a successful answer",
      { status: 200, body: '{"code":4}' },
      { kind: "refused", reason: "bad_address", code: "4" },
    ],
    [
      "later for this message",
      { status: 200, body: '{"code":"5"}' },
      { kind: "later", afterSeconds: 60, isProviderWide: false, code: "5" },
    ],
    [
      "a code nobody knows",
      { status: 200, body: '{"code":"99"}' },
      { kind: "unknown", reason: "answer_not_understood" },
    ],
    ["no JSON", { status: 200, body: "<html>" }, { kind: "unknown" }],
    [
      "too many requests",
      { status: 429, headers: { "retry-after": "17" }, body: "" },
      { kind: "later", reason: "rate_limited", afterSeconds: 17, isProviderWide: true },
    ],
    [
      "unavailable",
      { status: 503, headers: { "retry-after": "3" }, body: "" },
      { kind: "later", reason: "unavailable", afterSeconds: 3, isProviderWide: true },
    ],
    [
      "not let in",
      { status: 401, body: "" },
      { kind: "later", code: "http_401", isProviderWide: true },
    ],
    [
      "a fault of its own",
      { status: 500, body: "" },
      { kind: "unknown", reason: "provider_fault" },
    ],
    ["a gateway's fault", { status: 504, body: "" }, { kind: "unknown", reason: "provider_fault" }],
    [
      "a bad request",
      { status: 422, body: "" },
      { kind: "refused", reason: "other", code: "http_422" },
    ],
    [
      "a redirect",
      { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: "" },
      { kind: "later", reason: "redirected" },
    ],
    [
      "an endless answer",
      { status: 200, body: `{"code":0,"x":"${"x".repeat(70_000)}"}` },
      { kind: "unknown" },
    ],
  ])("%s", async (_, answer, outcome) => {
    const { sink, transport } = await openBoth({ scripted: [answer] }, withRules);
    expect(await transport.send(sampleSms("r1"), within(5_000))).toMatchObject(outcome);
    expect(sink.receipts).toHaveLength(1);
  });
});

describe("a provider that breaks off", () => {
  test.each([{ silentShare: 1 }, { cutShare: 1 }])(
    "after the request (%j) leaves the outcome unknown, and nothing is sent again by itself",
    async (behaviour) => {
      const { sink, transport } = await openBoth(behaviour);
      expect(await transport.send(sampleSms("r1"), within(300))).toMatchObject({ kind: "unknown" });
      expect(sink.receipts).toHaveLength(1);
    },
  );

  test("a message that had to wait for a free connection leaves its outcome unknown too", async () => {
    const { sink, transport } = await openBoth(
      { latencyMs: 50, cutShare: 1, scripted: [{ status: 503, body: "" }] },
      (url) => plainProvider(url, { connections: 1 }),
    );
    const sends = ["r1", "r2"].map((name) => transport.send(sampleSms(name), within(5_000)));
    const outcomes = (await Promise.all(sends)).map(({ kind }) => kind);
    expect(sink.receipts.map(({ answer }) => answer)).toEqual(["scripted", "cut"]);
    expect(outcomes).toEqual(["later", "unknown"]);
  });

  test("and gets the same reference again takes the message once", async () => {
    const { sink, transport } = await openBoth({ silentShare: 1 });
    await transport.send(sampleSms("r1"), within(200));
    sink.behave({});
    const outcome = await transport.send(sampleSms("r1"), within(5_000));
    expect(outcome).toEqual({
      kind: "accepted",
      providerReference: sink.receipts[0]?.providerReference,
    });
    expect(sink.receipts.map(({ reference, answer }) => [reference, answer])).toEqual([
      ["r1", "silent"],
      ["r1", "repeated"],
    ]);
    expect(sink.receipts[0]?.body).toBe(sink.receipts[1]?.body);
  });

  test("before anything was said is for later", async () => {
    const { sink, transport } = await openBoth();
    await sink.close();
    expect(await transport.send(sampleSms("r1"), within(5_000))).toEqual({
      kind: "later",
      reason: "refused_connection",
      code: null,
      afterSeconds: null,
      isProviderWide: true,
    });
  });
});

test("closing waits for what is under way", async () => {
  const { sink, transport } = await openBoth({ latencyMs: 100 });
  const sending = transport.send(sampleSms("r1"), within(5_000));
  await transport.close();
  expect(await sending).toMatchObject({ kind: "accepted" });
  expect(sink.receipts).toHaveLength(1);
});

describe("what is wrong with an SMS itself is refused without a request", () => {
  const badNumber = { reason: "bad_address", code: null };
  const badSender = { reason: "other", code: "bad_sender" };
  test.each<[string, Partial<OutgoingSms>, object]>([
    ["no number", { to: "333 1234567" }, badNumber],
    ["two numbers", { to: "+393331234567,+393331234568" }, badNumber],
    ["a number nobody has", { to: "+3912" }, badNumber],
    ["a number with a line break", { to: "+393331234567\r\nX: y" }, badNumber],
    ["a sender that is too long", { sender: "Comune di Esempio" }, badSender],
    ["a sender with a line break", { sender: "Comune\r\n" }, badSender],
    ["no text", { text: "" }, { reason: "content", code: "empty" }],
  ])("%s", async (_, changes, refusal) => {
    const { sink, transport } = await openBoth();
    const outcome = await transport.send(sampleSms("r1", changes), within(5_000));
    expect(outcome).toEqual({ kind: "refused", ...refusal });
    expect(sink.receipts).toEqual([]);
  });
});

describe("what people wrote stays text", () => {
  const payloads = [
    "x&to=%2B39000&sender=evil",
    'x","to":"+39000","y":"',
    "x\r\nX-Evil: 1\r\n\r\nPOST / HTTP/1.1",
    "{secret.password} {to} {{reference}} ${x}",
    "x\u0000y\uD800z",
    "__proto__ constructor",
    "€ ’ 😀 \u2028",
  ];

  test.each(["form-with-password", "json-with-bearer", "json-with-signed-digest"])(
    "in %s",
    async (example) => {
      const { sink, transport } = await openBoth({}, (url) => exampleProvider(example, url));
      for (const text of payloads) await transport.send(sampleSms("r1", { text }), within(5_000));
      expect(sink.receipts.map(({ text }) => text)).toEqual(
        payloads.map((text) => text.toWellFormed()),
      );
      expect(new Set(sink.receipts.map(({ to }) => to.replace("+", "")))).toEqual(
        new Set(["393331234567"]),
      );
      expect(sink.receipts.every(({ headers }) => headers["x-evil"] === undefined)).toBe(true);
    },
  );

  test("in an address and a header", async () => {
    const { sink, transport } = await openBoth({}, (url) =>
      plainProvider(url, {
        request: {
          method: "GET",
          url,
          query: { to: "{to}", text: "{text}", reference: "{reference}" },
          headers: { "X-Text": "{text}" },
        },
      }),
    );
    for (const text of payloads) await transport.send(sampleSms("r1", { text }), within(5_000));
    expect(sink.receipts.map(({ text }) => text)).toEqual(
      payloads.map((text) => text.toWellFormed()),
    );
    expect(sink.receipts.every(({ headers }) => headers["x-evil"] === undefined)).toBe(true);
  });

  test("in a header beyond ASCII beside a body, each in its own encoding", async () => {
    const { sink, transport } = await openBoth({}, (url) => {
      const provider = plainProvider(url);
      const headers = { ...provider.request.headers, "X-Text": "{text}" };
      return plainProvider(url, { request: { ...provider.request, headers } });
    });
    await transport.send(sampleSms("r1", { text: "perché €" }), within(5_000));
    expect(sink.receipts[0]).toMatchObject({ text: "perché €", headers: { "x-text": "perché ?" } });
  });
});

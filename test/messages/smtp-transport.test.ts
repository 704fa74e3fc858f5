import { afterEach, describe, expect, test } from "vitest";
import { createSmtpTransport } from "../../src/messages/transports/email/smtp-transport.ts";
import type { SmtpSettings } from "../../src/messages/transports/email/smtp-settings.ts";
import type { OutgoingEmail, Transport } from "../../src/messages/transports/transport.ts";
import { type SmtpBehaviour, type SmtpSink, startSmtpSink } from "../support/sinks/smtp-sink.ts";
import { sampleMail, tenantId } from "./sample-mail.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function openBoth(
  behaviour: SmtpBehaviour = {},
  settings: Partial<SmtpSettings> = {},
): Promise<{ sink: SmtpSink; transport: Transport<OutgoingEmail> }> {
  const sink = await startSmtpSink({ keepsContent: true, ...behaviour });
  const transport = createSmtpTransport({
    host: "127.0.0.1",
    port: sink.port,
    tls: "none",
    auth: undefined,
    connections: 2,
    returnPath: "bounces+{id}@mail.example.org",
    dkim: undefined,
    ...settings,
  });
  closing.push(transport.close, sink.close);
  return { sink, transport };
}

function within(ms: number) {
  return { signal: AbortSignal.timeout(ms), tenantId };
}

describe("what a server takes", () => {
  test("is accepted under the Message-ID given, with the envelope for bounces and a request for them", async () => {
    const { sink, transport } = await openBoth();
    const outcome = await transport.send(sampleMail("m1"), within(5_000));
    expect(outcome.kind === "accepted" && outcome.providerReference).toMatch(/^[0-9A-F]{10}$/);
    expect(sink.receipts).toMatchObject([{ messageId: "m1@mail.example.org", answer: "taken" }]);
    expect(sink.receipts[0]?.mail).toMatch(/^<bounces\+m1@mail\.example\.org> .*RET=HDRS ENVID=m1/);
    expect(sink.receipts[0]?.rcpt).toEqual([
      "<anna@citizen.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;anna@citizen.example",
    ]);
  });

  test("goes without a request for bounces where the server does not know how", async () => {
    const { sink, transport } = await openBoth({ extensions: ["PIPELINING"] });
    await transport.send(sampleMail("m1"), within(5_000));
    expect(sink.receipts[0]?.rcpt).toEqual(["<anna@citizen.example>"]);
  });

  test("goes over as few connections as are needed, and never over more than allowed", async () => {
    const { sink, transport } = await openBoth();
    await transport.send(sampleMail("m0"), within(5_000));
    await transport.send(sampleMail("m1"), within(5_000));
    expect(sink.connections.opened).toBe(1);
    const ids = Array.from({ length: 40 }, (_, i) => `n${i}`);
    const outcomes = await Promise.all(
      ids.map((id) => transport.send(sampleMail(id), within(10_000))),
    );
    expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(new Set(sink.receipts.map(({ messageId }) => messageId)).size).toBe(42);
    expect(sink.connections.opened).toBe(2);
  });
});

describe("what a server refuses", () => {
  test("for good is refused at once, and the connection serves the next message", async () => {
    const { sink, transport } = await openBoth({
      scripted: [{ moment: "rcpt", reply: "550 5.1.1 No such user", to: "gone@" }],
    });
    const gone = sampleMail("m1", { to: { address: "gone@citizen.example" } });
    expect(await transport.send(gone, within(5_000))).toEqual({
      kind: "refused",
      reason: "bad_address",
      code: "5.1.1",
    });
    expect(await transport.send(sampleMail("m2"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    expect(sink.connections.opened).toBe(1);
    expect(sink.receipts.map(({ messageId }) => messageId)).toEqual(["m2@mail.example.org"]);
  });

  test("at first and takes later is for later, then accepted with the same Message-ID", async () => {
    const { sink, transport } = await openBoth({ greylistMs: 0 });
    const first = await transport.send(sampleMail("m1"), within(5_000));
    expect(first).toMatchObject({ kind: "later", reason: "greylisted", isProviderWide: false });
    expect(sink.receipts).toEqual([]);
    const second = await transport.send(sampleMail("m1"), within(5_000));
    expect(second.kind).toBe("accepted");
    expect(sink.receipts.map(({ messageId }) => messageId)).toEqual(["m1@mail.example.org"]);
  });

  test("after it had the message is told apart: for later when it says so, content when for good", async () => {
    const { transport } = await openBoth({
      scripted: [
        { moment: "content", reply: "451 4.3.0 Try again", times: 1 },
        { moment: "content", reply: "554 5.6.0 Bad message", times: 1 },
      ],
    });
    expect(await transport.send(sampleMail("m1"), within(5_000))).toMatchObject({ kind: "later" });
    expect(await transport.send(sampleMail("m1"), within(5_000))).toEqual({
      kind: "refused",
      reason: "content",
      code: "5.6.0",
    });
  });
});

describe("a connection that breaks", () => {
  test.each(["greeting", "ehlo", "mail", "rcpt", "data"] as const)(
    "at %s is for later, because the server cannot hold the message",
    async (moment) => {
      const { sink, transport } = await openBoth({ scripted: [{ moment, reply: "CUT" }] });
      const outcome = await transport.send(sampleMail("m1"), within(5_000));
      expect(outcome).toMatchObject({ kind: "later", isProviderWide: true });
      expect(sink.receipts).toEqual([]);
    },
  );

  test.each(["CUT", "421 4.3.2 Going away"])(
    "after the message (%s) is unknown, and nothing is sent again by itself",
    async (reply) => {
      const { sink, transport } = await openBoth({ scripted: [{ moment: "content", reply }] });
      expect(await transport.send(sampleMail("m1"), within(5_000))).toMatchObject({
        kind: "unknown",
      });
      expect(sink.receipts).toHaveLength(1);
      expect(sink.connections.opened).toBe(1);
    },
  );

  test("while it lay idle costs the next message nothing", async () => {
    const { sink, transport } = await openBoth();
    await transport.send(sampleMail("m1"), within(5_000));
    sink.behave({ scripted: [{ moment: "mail", reply: "421 4.4.2 Idle for too long", times: 1 }] });
    expect(await transport.send(sampleMail("m2"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    expect(sink.receipts.map(({ messageId }) => messageId)).toEqual([
      "m1@mail.example.org",
      "m2@mail.example.org",
    ]);
  });

  test("because nobody listens is for later", async () => {
    const { sink, transport } = await openBoth();
    await sink.close();
    const outcome = await transport.send(sampleMail("m1"), within(5_000));
    expect(outcome).toMatchObject({ kind: "later", reason: "cut", isProviderWide: true });
  });
});

describe("the deadline ends a send whatever the server does", () => {
  const deadlineMs = 200;

  test.each(["greeting", "ehlo", "mail", "rcpt", "data"] as const)(
    "silent at %s: for later",
    async (moment) => {
      const { transport } = await openBoth({ scripted: [{ moment, reply: "SILENT" }] });
      const outcome = await transport.send(sampleMail("m1"), within(deadlineMs));
      expect(outcome).toMatchObject({ kind: "later", reason: "timeout", isProviderWide: true });
    },
  );

  test.each(["mail", "rcpt", "data"] as const)("trickling at %s: for later", async (moment) => {
    const { transport } = await openBoth({
      scripted: [{ moment, reply: "TRICKLE" }],
      trickleMs: 5,
    });
    const outcome = await transport.send(sampleMail("m1"), within(deadlineMs));
    expect(outcome).toMatchObject({ kind: "later", reason: "timeout" });
  });

  test.each(["SILENT", "TRICKLE"])("%s after the message: unknown", async (reply) => {
    const { sink, transport } = await openBoth({ scripted: [{ moment: "content", reply }] });
    const outcome = await transport.send(sampleMail("m1"), within(deadlineMs));
    expect(outcome).toEqual({ kind: "unknown", reason: "timeout_after_data" });
    expect(sink.receipts).toHaveLength(1);
  });

  test("no free connection: for later, and the next one that is free serves the next message", async () => {
    const { transport } = await openBoth(
      { scripted: [{ moment: "content", reply: "SILENT", times: 1 }] },
      { connections: 1 },
    );
    const held = transport.send(sampleMail("m1"), within(2 * deadlineMs));
    const waiting = await transport.send(sampleMail("m2"), within(deadlineMs));
    expect(waiting).toMatchObject({ kind: "later", reason: "no_free_connection" });
    expect(await held).toMatchObject({ kind: "unknown" });
    expect(await transport.send(sampleMail("m3"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
  });

  test("a deadline that has passed already sends nothing", async () => {
    const { sink, transport } = await openBoth();
    const outcome = await transport.send(sampleMail("m1"), {
      signal: AbortSignal.abort(),
      tenantId,
    });
    expect(outcome).toMatchObject({ kind: "later" });
    expect(sink.receipts).toEqual([]);
  });
});

test("with a server that greylists all, cuts, keeps silent and trickles, every message arrives and none under another id", async () => {
  const { sink, transport } = await openBoth(
    {
      greylistMs: 0,
      cutShare: 0.2,
      silentShare: 0.1,
      trickleShare: 0.05,
      trickleMs: 5,
      latencyMs: 2,
    },
    { connections: 20 },
  );
  const ids = Array.from({ length: 100 }, (_, i) => `m${i}`);
  const left = [...ids];
  let unknowns = 0;
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const mail = sampleMail(id, { to: { address: `${id}@citizen.example` } });
      let kind = "";
      while (kind !== "accepted") {
        ({ kind } = await transport.send(mail, within(300)));
        expect(kind).not.toBe("refused");
        if (kind === "unknown") unknowns += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  const taken = sink.receipts.filter(({ answer }) => answer === "taken");
  expect(new Set(taken.map(({ messageId }) => messageId)).size).toBe(ids.length);
  // Whatever came more than once did so because nobody could know that it had come.
  const extras = sink.receipts.length - ids.length;
  expect(extras).toBeGreaterThan(10);
  expect(extras).toBeLessThanOrEqual(unknowns);
  expect(sink.refusals.length).toBeGreaterThanOrEqual(ids.length);
  expect(sink.receipts.every(({ messageId }) => /^m\d+@mail\.example\.org$/.test(messageId))).toBe(
    true,
  );
});

test("closing waits for what is under way", async () => {
  const { sink, transport } = await openBoth({ latencyMs: 50 });
  const sending = transport.send(sampleMail("m1"), within(5_000));
  await transport.close();
  expect(await sending).toMatchObject({ kind: "accepted" });
  expect(sink.receipts).toHaveLength(1);
});

describe("what is wrong with an e-mail itself is refused without a word to the server", () => {
  test.each<[string, Partial<OutgoingEmail>, object]>([
    [
      "a list of recipients",
      { to: { address: "a@x.example, b@y.example" } },
      { reason: "bad_address", code: null },
    ],
    [
      "a header in the address",
      { to: { address: "a@x.example\r\nBcc: b@y.example" } },
      { reason: "bad_address", code: null },
    ],
    ["no sender", { from: { address: "", name: "" } }, { reason: "other", code: "bad_sender" }],
    [
      "a bad Message-ID",
      { messageId: "a b@x.example>\r\nX: y" },
      { reason: "other", code: "bad_message_id" },
    ],
  ])("%s", async (_, changes, refusal) => {
    const { sink, transport } = await openBoth();
    const outcome = await transport.send(sampleMail("m1", changes), within(5_000));
    expect(outcome).toEqual({ kind: "refused", ...refusal });
    expect(sink.connections.opened).toBe(0);
  });
});

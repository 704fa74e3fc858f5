import { afterEach, describe, expect, test, vi } from "vitest";
import type { SmppSettings } from "../../src/messages/transports/smpp/smpp-settings.ts";
import { createSmppTransport } from "../../src/messages/transports/smpp/smpp-transport.ts";
import type { OutgoingSms, Receipt, Transport } from "../../src/messages/transports/transport.ts";
import { loopbackCertificate } from "../support/certificates/loopback.ts";
import { type Smsc, type SmscBehaviour, startSmsc } from "../support/sinks/smsc.ts";
import { tenantId } from "./sample-mail.ts";
import { sampleSms } from "./sample-sms.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Both {
  readonly smsc: Smsc;
  readonly transport: Transport<OutgoingSms>;
  readonly receipts: Receipt[];
}

async function openBoth(
  behaviour: SmscBehaviour = {},
  settings: Partial<SmppSettings> = {},
  sink?: (receipts: readonly Receipt[]) => Promise<void>,
): Promise<Both> {
  const smsc = await startSmsc(behaviour, settings.isTls ? loopbackCertificate : undefined);
  const receipts: Receipt[] = [];
  const transport = createSmppTransport({
    settings: {
      host: "localhost",
      port: smsc.port,
      isTls: false,
      systemId: "comune",
      password: "s3cret",
      systemType: "",
      window: 10,
      enquireLinkMs: 60_000,
      partsBy: "udh",
      receiptIds: "same",
      isReferenceSent: true,
      ...settings,
    },
    onReceipts: sink ?? (async (some) => void receipts.push(...some)),
  });
  closing.push(transport.close, smsc.close);
  return { smsc, transport, receipts };
}

function within(ms: number) {
  return { signal: AbortSignal.timeout(ms), tenantId };
}

const longText = `${"Gentile cittadina, ".repeat(12)}fine [€]`;
const longUnicode = `${"Sehr geehrte Frau Müller – ".repeat(6)}😀`;

describe("an SMS that the SMSC takes", () => {
  test("is accepted under the name it got, from whom and to whom it should", async () => {
    const { smsc, transport } = await openBoth();
    const outcome = await transport.send(sampleSms("r1", { text: "È alle 9 [€]" }), within(5_000));
    expect(outcome).toEqual({ kind: "accepted", providerReference: smsc.receipts[0]?.messageId });
    expect(smsc.binds).toEqual([{ systemId: "comune", password: "s3cret", systemType: "" }]);
    expect(smsc.receipts).toMatchObject([
      {
        to: "393331234567",
        toTon: 1,
        sender: "Comune",
        senderTon: 5,
        text: "È alle 9 [€]",
        dataCoding: 8,
        registeredDelivery: 1,
        part: undefined,
      },
    ]);
  });

  test("and fits the default alphabet goes in it, each character as itself", async () => {
    const { smsc, transport } = await openBoth();
    const alphabet =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
      "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€";
    await transport.send(sampleSms("r1", { text: alphabet }), within(5_000));
    expect(smsc.receipts.map(({ text }) => text).join("")).toBe(alphabet);
    expect(smsc.receipts.every(({ dataCoding }) => dataCoding === 0)).toBe(true);
  });

  test.each(["udh", "sar"] as const)(
    "in parts joined by %s goes in order, and asks for a receipt of the last",
    async (partsBy) => {
      const { smsc, transport } = await openBoth({}, { partsBy });
      for (const text of [longText, longUnicode]) {
        smsc.receipts.length = 0;
        const outcome = await transport.send(sampleSms("r1", { text }), within(5_000));
        const parts = smsc.receipts;
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.map((one) => one.text).join("")).toBe(text);
        expect(parts.map((one) => one.part?.index)).toEqual(parts.map((_, i) => i + 1));
        expect(parts.every((one) => one.part?.count === parts.length)).toBe(true);
        expect(parts.map((one) => one.registeredDelivery)).toEqual(
          parts.map((_, i) => (i === parts.length - 1 ? 1 : 0)),
        );
        expect(outcome).toEqual({ kind: "accepted", providerReference: parts.at(-1)?.messageId });
      }
    },
  );

  test("in one piece is cut by the SMSC where that is wanted", async () => {
    const { smsc, transport } = await openBoth({}, { partsBy: "payload" });
    await transport.send(sampleSms("r1", { text: longText }), within(5_000));
    expect(smsc.receipts).toMatchObject([{ text: longText, registeredDelivery: 1 }]);
  });

  test("has the same numbers on every try, and another message has others", async () => {
    const { smsc, transport } = await openBoth();
    for (const reference of ["r1", "r1", "r2"])
      await transport.send(sampleSms(reference, { text: longText }), within(5_000));
    const [first, again, other] = smsc.receipts.filter(({ part }) => part?.index === 1);
    expect(again?.reference).toBe(first?.reference);
    expect(again?.part).toEqual(first?.part);
    expect(other?.reference).not.toBe(first?.reference);
  });

  test("goes without a reference where the SMSC does not bear one", async () => {
    const { smsc, transport } = await openBoth({}, { isReferenceSent: false });
    await transport.send(sampleSms("r1"), within(5_000));
    expect(smsc.receipts[0]?.reference).toBeUndefined();
  });

  test("goes over TLS, and only to whom the certificate names", async () => {
    const { smsc, transport } = await openBoth(
      {},
      { isTls: true, authority: loopbackCertificate.authority },
    );
    expect(await transport.send(sampleSms("r1"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    expect(smsc.receipts).toHaveLength(1);
    const untrusted = await openBoth({}, { isTls: true });
    const outcome = await untrusted.transport.send(sampleSms("r1"), within(500));
    expect(outcome).toMatchObject({ kind: "later", isProviderWide: true });
    expect(untrusted.smsc.binds).toEqual([]);
  });
});

describe("an SMS that the SMSC refuses", () => {
  test.each<[number, object]>([
    [0x0b, { kind: "refused", reason: "bad_address", code: "smpp_0b" }],
    [0x01, { kind: "refused", reason: "content" }],
    [0x58, { kind: "later", reason: "throttled", afterSeconds: 1, isProviderWide: true }],
    [0x14, { kind: "later", reason: "throttled", isProviderWide: true }],
    [0x08, { kind: "later", reason: "system_error", isProviderWide: true }],
    [0x0a, { kind: "later", reason: "sender_refused", isProviderWide: true }],
    [0x45, { kind: "later", reason: "not_taken", isProviderWide: false }],
    [0x0400, { kind: "later", code: "smpp_400", isProviderWide: false }],
  ])("with status %i", async (status, outcome) => {
    const { transport } = await openBoth({ statuses: [status] });
    expect(await transport.send(sampleSms("r1"), within(5_000))).toMatchObject(outcome);
  });

  test("at a later part because of too many waits and goes on with that part", async () => {
    const { smsc, transport } = await openBoth({ statuses: [0, 0x58] });
    const outcome = await transport.send(sampleSms("r1", { text: longText }), within(5_000));
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(smsc.receipts.map(({ part, answer }) => [part?.index, answer])).toEqual([
      [1, "taken"],
      [2, "refused"],
      [2, "taken"],
    ]);
  });

  test("at a later part for good leaves the outcome unknown, because a part is out", async () => {
    const { transport } = await openBoth({ statuses: [0, 0x08] });
    const outcome = await transport.send(sampleSms("r1", { text: longText }), within(5_000));
    expect(outcome).toEqual({ kind: "unknown", reason: "taken_in_part" });
  });
});

describe("a connection", () => {
  test("that is cut after the message leaves the outcome unknown, and another is opened for the next", async () => {
    const { smsc, transport } = await openBoth({ cutShare: 1 });
    expect(await transport.send(sampleSms("r1"), within(5_000))).toEqual({
      kind: "unknown",
      reason: "cut",
    });
    smsc.behave({});
    expect(await transport.send(sampleSms("r2"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    expect(smsc.binds).toHaveLength(2);
  });

  test("on which a message is never answered costs it no more than its deadline, and others nothing", async () => {
    const { smsc, transport } = await openBoth({ silentShare: 1 });
    expect(await transport.send(sampleSms("r1"), within(300))).toEqual({
      kind: "unknown",
      reason: "timeout",
    });
    smsc.behave({});
    expect(await transport.send(sampleSms("r2"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
    expect(smsc.binds).toHaveLength(1);
  });

  test("that nobody lets in is for later and says why, and is tried again", async () => {
    const { smsc, transport } = await openBoth({ bindStatus: 0x0e });
    await vi.waitFor(() => expect(smsc.binds.length).toBeGreaterThan(0));
    const outcome = await transport.send(sampleSms("r1"), within(300));
    expect(outcome).toMatchObject({
      kind: "later",
      reason: "bind_refused_e",
      isProviderWide: true,
    });
    smsc.behave({});
    expect(await transport.send(sampleSms("r1"), within(5_000))).toMatchObject({
      kind: "accepted",
    });
  });

  test("that is cut again and again while messages are taken is opened anew as quickly each time", async () => {
    const { smsc, transport } = await openBoth();
    for (let cuts = 1; cuts <= 6; cuts += 1) {
      const outcome = await transport.send(sampleSms(`r${cuts}`), within(5_000));
      expect(outcome).toMatchObject({ kind: "accepted" });
      smsc.cut();
      await vi.waitFor(() => expect(smsc.binds).toHaveLength(cuts + 1), 1_500);
    }
  });

  test("is asked for signs of life, and given up without one", async () => {
    const { smsc } = await openBoth({}, { enquireLinkMs: 100 });
    await vi.waitFor(() => expect(smsc.enquiries()).toBeGreaterThan(2));
    const bindsBefore = smsc.binds.length;
    smsc.behave({ isDeaf: true });
    await vi.waitFor(() => expect(smsc.binds.length).toBeGreaterThan(bindsBefore), 5_000);
  });

  test("on which nonsense comes is given up, and the process lives on", async () => {
    const { smsc, transport } = await openBoth();
    await transport.send(sampleSms("r1"), within(5_000));
    const nonsense = [
      Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
      Buffer.from("0000000500000000000000000000", "hex"),
      Buffer.from("00000020000000050000000000000001ffffffffffffffffffffffffffffffff", "hex"),
      Buffer.alloc(64, 0xff),
    ];
    for (const bytes of nonsense) {
      smsc.sendRaw(bytes);
      const outcome = await transport.send(sampleSms("r2"), within(3_000));
      expect(["accepted", "later", "unknown"]).toContain(outcome.kind);
    }
    const last = await transport.send(sampleSms("r3"), within(10_000));
    expect(["accepted", "unknown"]).toContain(last.kind);
  });

  test("has no more messages under way than its window", async () => {
    const { smsc, transport } = await openBoth({ latencyMs: 20 }, { window: 3 });
    let underWayMax = 0;
    const answered = { count: 0 };
    const sends = Array.from({ length: 30 }, (_, i) =>
      transport.send(sampleSms(`r${i}`), within(10_000)).then((outcome) => {
        underWayMax = Math.max(underWayMax, smsc.receipts.length - answered.count);
        answered.count += 1;
        return outcome;
      }),
    );
    const outcomes = await Promise.all(sends);
    expect(outcomes.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(underWayMax).toBeLessThanOrEqual(3);
  });

  test("takes leave when it is closed", async () => {
    const { smsc, transport } = await openBoth();
    await transport.send(sampleSms("r1"), within(5_000));
    await transport.close();
    expect(await transport.send(sampleSms("r2"), within(200))).toMatchObject({ kind: "later" });
    expect(smsc.receipts).toHaveLength(1);
  });
});

describe("receipts", () => {
  test.each<[SmscBehaviour, SmppSettings["receiptIds"], string]>([
    [{ receipt: "DELIVRD", receiptBy: "parameter" }, "same", "delivered"],
    [{ receipt: "DELIVRD", receiptBy: "text" }, "same", "delivered"],
    [{ receipt: "UNDELIV", receiptBy: "decimal_text" }, "decimal", "failed"],
    [{ receipt: "EXPIRED", receiptBy: "parameter" }, "same", "expired"],
    [{ receipt: "ENROUTE", receiptBy: "text" }, "same", "delayed"],
  ])(
    "%j are passed on under the name that the answer gave (%s)",
    async (behaviour, receiptIds, state) => {
      const { smsc, transport, receipts } = await openBoth(behaviour, { receiptIds });
      const outcome = await transport.send(sampleSms("r1"), within(5_000));
      await vi.waitFor(() => expect(receipts).toHaveLength(1));
      expect(receipts[0]).toMatchObject({ channel: "sms", state });
      expect(outcome).toMatchObject({ providerReference: receipts[0]?.providerReference });
      await vi.waitFor(() => expect(smsc.receiptAnswers).toEqual([0]));
    },
  );

  test("that cannot be stored are asked for again", async () => {
    const { smsc, transport } = await openBoth({ receipt: "DELIVRD" }, {}, () =>
      Promise.reject(new Error("the database is away")),
    );
    await transport.send(sampleSms("r1"), within(5_000));
    await vi.waitFor(() => expect(smsc.receiptAnswers).toEqual([0x64]));
  });
});

test("with an SMSC that throttles, cuts and keeps silent, every message arrives and none under another number", async () => {
  const { smsc, transport } = await openBoth(
    { perSecondMax: 40, silentShare: 0.06, cutShare: 0.02 },
    { window: 10 },
  );
  const left = Array.from({ length: 50 }, (_, i) => `r${i}`);
  const all = left.length;
  const sent = new Map<string, number>();
  const work = async (): Promise<void> => {
    for (let reference = left.shift(); reference !== undefined; reference = left.shift()) {
      let kind = "";
      while (kind !== "accepted") {
        ({ kind } = await transport.send(sampleSms(reference), within(400)));
        expect(kind).not.toBe("refused");
      }
      sent.set(reference, 1);
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
  expect(sent.size).toBe(all);
  const taken = smsc.receipts.filter(({ answer }) => answer === "taken");
  expect(new Set(taken.map(({ reference }) => reference)).size).toBe(all);
});

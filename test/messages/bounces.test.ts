import { describe, expect, test } from "vitest";
import { parseDsn } from "../../src/messages/transports/bounces/parse-dsn.ts";
import { receiptOfDsn } from "../../src/messages/transports/bounces/receipt-of-dsn.ts";
import type { Receipt } from "../../src/messages/transports/transport.ts";
import {
  absenceNotice,
  exchangeBounce,
  gmailBounce,
  postfixBounce,
  type Returned,
} from "./sample-bounces.ts";

const names = {
  messageIdDomain: "mail.example.org",
  returnPath: "bounces+{id}@mail.example.org",
};
const now = 1_800_000_000_000;
const id = "01940000-0000-7000-8000-00000000000a";

async function read(raw: Buffer, how = names): Promise<Receipt | undefined> {
  const dsn = await parseDsn(raw);
  return dsn && receiptOfDsn(dsn, how, now);
}

const forms: [string, (returned: Returned) => Buffer][] = [
  ["Postfix", postfixBounce],
  ["Exchange", exchangeBounce],
  ["Gmail", gmailBounce],
];

describe.each(forms)("a bounce in the form of %s", (_, write) => {
  test.each<[Partial<Returned>, Pick<Receipt, "state" | "code">]>([
    [{ status: "5.1.1" }, { state: "failed", code: "5.1.1" }],
    [{ status: "5.7.509" }, { state: "failed", code: "5.7.509" }],
    [{ status: "5.4.7" }, { state: "expired", code: "5.4.7" }],
    [{ status: "4.4.7" }, { state: "expired", code: "4.4.7" }],
    [
      { action: "delayed", status: "4.4.1" },
      { state: "delayed", code: "4.4.1" },
    ],
    [
      { action: "delivered", status: "2.0.0" },
      { state: "delivered", code: "2.0.0" },
    ],
    [{ status: "nonsense" }, { state: "failed", code: null }],
  ])("of %j is a receipt of our message", async (how, receipt) => {
    expect(await read(write({ id, ...how }))).toEqual({
      channel: "email",
      reference: `${id}@mail.example.org`,
      at: now,
      ...receipt,
    });
  });

  test("that says that another server took over says nothing yet", async () => {
    expect(await read(write({ id, action: "relayed", status: "2.1.9" }))).toBeUndefined();
  });
});

describe("a message that came back is known", () => {
  const without = (raw: Buffer, ...patterns: RegExp[]): Buffer =>
    Buffer.from(
      patterns.reduce((text, pattern) => text.replaceAll(pattern, ""), raw.toString("latin1")),
      "latin1",
    );
  const reference = `${id}@mail.example.org`;

  test("by its own Message-ID where the envelope's id is missing", async () => {
    const raw = without(
      postfixBounce({ id }),
      /^Original-Envelope-Id:.*\r\n/gm,
      /^To: bounces.*\r\n/gm,
    );
    expect(await read(raw)).toMatchObject({ reference });
  });

  test("by what the notification answers", async () => {
    const raw = without(exchangeBounce({ id }), /^Message-ID: <0194.*\r\n/gm);
    expect(await read(raw)).toMatchObject({ reference });
  });

  test("by the address that the notification came to", async () => {
    const raw = without(
      gmailBounce({ id }),
      /^(?:References|In-Reply-To): .*\n/gm,
      /^Message-ID: <0194.*\n/gm,
    );
    expect(await read(raw)).toMatchObject({ reference });
    expect(await read(raw, { ...names, returnPath: "noreply@mail.example.org" })).toBeUndefined();
  });

  test("and one of somebody else's is not", async () => {
    const raw = Buffer.from(
      exchangeBounce({ id }).toString("latin1").replaceAll("mail.example.org", "other.example"),
    );
    expect(await read(raw)).toBeUndefined();
  });
});

describe("what is no bounce", () => {
  test.each<[string, Buffer]>([
    ["an absence notice", absenceNotice(id)],
    ["nothing", Buffer.alloc(0)],
    ["noise", Buffer.alloc(5_000, 0xff)],
    [
      "a report without fields",
      Buffer.from(
        postfixBounce({ id })
          .toString()
          .replaceAll(/^[A-Z][A-Za-z-]+: .*$/gm, ""),
      ),
    ],
    [
      "parts within parts",
      Buffer.from(
        Array.from(
          { length: 2_000 },
          (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
        ).join(""),
      ),
    ],
    ["a header without an end", Buffer.from(`Subject: ${"x".repeat(3_000_000)}`)],
  ])("is left alone: %s", async (_, raw) => {
    expect(await read(raw)).toBeUndefined();
  });

  test("a bounce of a large message is read all the same", async () => {
    const raw = Buffer.concat([gmailBounce({ id }), Buffer.alloc(5_000_000, "x")]);
    expect(await read(raw)).toMatchObject({ state: "failed" });
  });

  test("ids that are none are not taken over", async () => {
    const raw = Buffer.from(
      postfixBounce({ id }).toString("latin1").replaceAll(id, "a b\u0000<x>"),
      "latin1",
    );
    expect(await read(raw)).toBeUndefined();
  });
});

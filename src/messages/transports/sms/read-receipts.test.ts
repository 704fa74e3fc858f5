import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Callback, readReceipts } from "./read-receipts.ts";
import { type SmsProvider, smsProviderSchema } from "./sms-provider.ts";

const now = Date.parse("2027-03-03T08:00:00Z");
const secret = "x".repeat(22);

function providerWith(receipts: object): SmsProvider {
  return smsProviderSchema.parse({
    name: "p",
    request: { method: "POST", url: "https://sms.example.test/send" },
    answer: { format: "json" },
    receipts,
  });
}

function callback(
  changes: Partial<Callback> & { readonly headers?: Record<string, string> },
): Callback {
  const { headers = {}, ...rest } = changes;
  return {
    method: "POST",
    path: "/provider-callbacks/sms/x",
    query: new URLSearchParams(),
    header: (name) => headers[name.toLowerCase()],
    body: "",
    pathSecret: secret,
    ...rest,
  };
}

const byQuery = providerWith({
  path_secret: secret,
  format: "query",
  reference: "ref",
  state: "status",
  states: { DELIVERED: "delivered", LOST: "failed" },
  code: "reason",
});

describe("a receipt in a query", () => {
  test("is read for whoever knows the secret", () => {
    const query = new URLSearchParams("ref=r1&status=LOST&reason=27&ref=r2");
    expect(readReceipts(byQuery, callback({ method: "GET", query }), now)).toEqual({
      kind: "receipts",
      receipts: [{ channel: "sms", reference: "r1", state: "failed", code: "27", at: now }],
    });
  });

  test("is not read for whoever does not", () => {
    const query = new URLSearchParams("ref=r1&status=LOST");
    for (const pathSecret of ["", "y".repeat(22), `${secret}x`])
      expect(readReceipts(byQuery, callback({ query, pathSecret }), now)).toEqual({
        kind: "not_ours",
      });
  });

  test.each([
    "ref=r1&status=ACCEPTED",
    "status=LOST",
    "ref=r1",
    `ref=${"r".repeat(300)}&status=LOST`,
    "",
  ])("that says nothing to us (%s) is taken and ignored", (text) => {
    const reading = readReceipts(byQuery, callback({ query: new URLSearchParams(text) }), now);
    expect(reading).toEqual({ kind: "receipts", receipts: [] });
  });
});

const signing = {
  algorithm: "sha256",
  hmac_secret: "s3cret-of-provider",
  encoding: "hex",
  text: "{timestamp}.{body}",
  header: "X-Signature",
  prefix: "sha256=",
  timestamp_header: "X-Timestamp",
};

const bySignature = providerWith({
  signature: signing,
  format: "json",
  list: "/receipts",
  provider_reference: "/id",
  state: "/status",
  states: { delivered: "delivered", buffered: "delayed" },
  at: { place: "/done_at", unit: "iso" },
});

function signed(
  body: string,
  changes: { at?: number; secret?: string; sent?: string } = {},
): Callback {
  const timestamp = String(Math.floor((changes.at ?? now) / 1_000));
  const mac = createHmac("sha256", changes.secret ?? signing.hmac_secret).update(
    `${timestamp}.${body}`,
  );
  return callback({
    body: changes.sent ?? body,
    pathSecret: "signed",
    headers: { "x-signature": `sha256=${mac.digest("hex")}`, "x-timestamp": timestamp },
  });
}

describe("a signed list of receipts", () => {
  const body = JSON.stringify({
    receipts: [
      { id: "a", status: "delivered", done_at: "2027-03-03T08:59:00+01:00" },
      { id: 12, status: "buffered", done_at: "2031-01-01T00:00:00Z" },
      { id: "c", status: "something new" },
      "nonsense",
      null,
    ],
  });

  test("is read; a time that cannot be is not believed", () => {
    expect(readReceipts(bySignature, signed(body), now)).toEqual({
      kind: "receipts",
      receipts: [
        {
          channel: "sms",
          providerReference: "a",
          state: "delivered",
          code: "delivered",
          at: now - 60_000,
        },
        { channel: "sms", providerReference: "12", state: "delayed", code: "buffered", at: now },
      ],
    });
  });

  test.each<[string, Callback]>([
    ["with another secret", signed(body, { secret: "another" })],
    ["with another body", signed(body, { sent: body.replace('"a"', '"b"') })],
    ["from long ago", signed(body, { at: now - 3_600_000 })],
    ["without a signature", callback({ body, pathSecret: "signed" })],
  ])("%s is not ours", (_, sent) => {
    expect(readReceipts(bySignature, sent, now)).toEqual({ kind: "not_ours" });
  });

  test.each(["{", '{"receipts":{}}', '{"__proto__":{"receipts":[]}}', ""])(
    "%s cannot be read",
    (text) => {
      expect(readReceipts(bySignature, signed(text), now)).toEqual({ kind: "unreadable" });
    },
  );

  test("is read up to a thousand", () => {
    const many = Array.from({ length: 1_500 }, (_, i) => ({ id: i, status: "delivered" }));
    const reading = readReceipts(bySignature, signed(JSON.stringify({ receipts: many })), now);
    expect(reading.kind === "receipts" && reading.receipts).toHaveLength(1_000);
  });
});

test("a provider without receipts gets none read", () => {
  const provider = smsProviderSchema.parse({
    name: "p",
    request: { method: "POST", url: "https://sms.example.test/send" },
    answer: { format: "json" },
  });
  expect(readReceipts(provider, callback({}), now)).toEqual({ kind: "not_ours" });
});

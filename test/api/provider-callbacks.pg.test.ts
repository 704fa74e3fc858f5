import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/messages/transports/transport.ts";
import { exampleProvider } from "../messages/sample-sms.ts";
import { absenceNotice, exchangeBounce } from "../messages/sample-bounces.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";

const bouncesSecret = "b".repeat(32);
const received: Receipt[] = [];
let isAway = false;
let app: TestApp;
let byQuery: TestApp;

const common = {
  bouncesSecret,
  bounceNames: { messageIdDomain: "mail.example.org", returnPath: undefined },
  onReceipts: async (receipts: readonly Receipt[]) => {
    if (isAway) throw new Error("the receipts cannot be stored");
    received.push(...receipts);
  },
};
const url = "https://sms.example.test/";

beforeAll(async () => {
  app = await createTestApp({
    callbacks: { ...common, smsProvider: exampleProvider("json-with-bearer", url) },
  });
  byQuery = await createTestApp({
    callbacks: { ...common, smsProvider: exampleProvider("form-with-password", url) },
  });
});
afterAll(() => Promise.all([app.close(), byQuery.close()]));
beforeEach(() => {
  received.length = 0;
  isAway = false;
});

function signed(body: string): RequestInit {
  const time = String(Math.floor(Date.now() / 1_000));
  const mac = createHmac("sha256", "REPLACE-BY-THE-PROVIDERS").update(`${time}.${body}`);
  return {
    method: "POST",
    body,
    headers: { "X-Timestamp": time, "X-Signature": `sha256=${mac.digest("hex")}` },
  };
}

const body = JSON.stringify({
  receipts: [{ id: "p1", client_reference: "r1", status: "undeliverable", error: 27 }],
});

describe("receipts of SMS", () => {
  test("are taken from whoever signed them, and answered as the provider wants", async () => {
    const answer = await app.request("/provider-callbacks/sms/signed", signed(body));
    expect(answer.status).toBe(200);
    expect(received).toMatchObject([
      { channel: "sms", reference: "r1", providerReference: "p1", state: "failed", code: "27" },
    ]);
  });

  test("are taken from whoever knows the address", async () => {
    const path = "/provider-callbacks/sms/REPLACE-by-22-or-more-characters";
    const answer = await byQuery.request(`${path}?order_id=r2&status=DELIVERED`);
    expect(answer.status).toBe(200);
    expect(received).toMatchObject([{ reference: "r2", state: "delivered" }]);
  });

  test("of anybody else find nothing", async () => {
    const unsigned = await app.request("/provider-callbacks/sms/signed", { method: "POST", body });
    const guessed = await byQuery.request(
      `/provider-callbacks/sms/${"x".repeat(22)}?order_id=r&status=FAILED`,
    );
    expect([unsigned.status, guessed.status]).toEqual([404, 404]);
    expect(received).toEqual([]);
  });

  test("that cannot be read are refused", async () => {
    const answer = await app.request("/provider-callbacks/sms/signed", signed("{"));
    expect(answer.status).toBe(400);
  });

  test("that are too large are refused", async () => {
    const answer = await app.request("/provider-callbacks/sms/signed", signed("x".repeat(70_000)));
    expect(answer.status).toBe(413);
  });

  test("that cannot be stored are not answered as if they were", async () => {
    isAway = true;
    const sent = await app
      .request("/provider-callbacks/sms/signed", signed(body))
      .catch(() => undefined);
    expect(sent?.status ?? 500).toBe(500);
  });
});

describe("bounces", () => {
  const post = (secret: string, raw: Buffer) =>
    app.request(`/provider-callbacks/bounces/${secret}`, {
      method: "POST",
      headers: { "Content-Type": "message/rfc822" },
      body: new Uint8Array(raw),
    });

  test("are taken as raw messages, in any encoding", async () => {
    const raw = Buffer.concat([exchangeBounce({ id: "m1" }), Buffer.from([0xe8, 0xff])]);
    expect((await post(bouncesSecret, raw)).status).toBe(204);
    expect(received).toMatchObject([
      { channel: "email", reference: "m1@mail.example.org", state: "failed" },
    ]);
  });

  test("that are none are taken and forgotten", async () => {
    expect((await post(bouncesSecret, absenceNotice("m1"))).status).toBe(204);
    expect(received).toEqual([]);
  });

  test("of anybody else find nothing", async () => {
    expect((await post("x".repeat(32), exchangeBounce({ id: "m1" }))).status).toBe(404);
    expect(received).toEqual([]);
  });

  test("of a megabyte and more are refused", async () => {
    expect((await post(bouncesSecret, Buffer.alloc(1_048_577))).status).toBe(413);
  });
});

test("a service without providers has nothing at these addresses", async () => {
  const plain = await createTestApp();
  const paths = ["/provider-callbacks/sms/signed", `/provider-callbacks/bounces/${bouncesSecret}`];
  for (const path of paths)
    expect((await plain.request(path, { method: "POST", body: "" })).status).toBe(404);
  await plain.close();
});

import { createHmac } from "node:crypto";
import type { LookupAddress } from "node:dns";
import { afterEach, describe, expect, test } from "vitest";
import type { Transport } from "../../src/messages/transports/transport.ts";
import type { OutgoingWebhook } from "../../src/messages/transports/webhook.ts";
import {
  createWebhookTransport,
  type WebhookOptions,
} from "../../src/messages/transports/webhooks/webhook-transport.ts";
import {
  type EgressRules,
  findTargetFault,
} from "../../src/messages/transports/webhooks/webhook-target.ts";
import { loopbackCertificate } from "../support/certificates/loopback.ts";
import { startWebhookSink, type WebhookSink } from "../support/sinks/webhook-sink.ts";
import { tenantId } from "./sample-mail.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

async function openSink(
  certificate?: typeof loopbackCertificate,
): Promise<WebhookSink & { readonly url: string }> {
  const sink = await startWebhookSink(certificate);
  closing.push(sink.close);
  return { ...sink, url: `http://127.0.0.1:${sink.port}/hooks?a=1` };
}

function openTransport(
  egress: EgressRules,
  options: Partial<WebhookOptions> = {},
): Transport<OutgoingWebhook> {
  const transport = createWebhookTransport({ egress, connections: 4, ...options });
  closing.unshift(transport.close);
  return transport;
}

function event(url: string, changes: Partial<OutgoingWebhook> = {}): OutgoingWebhook {
  const body = '{"type":"appointment.booked","data":{"id":"è"}}';
  return { id: "01940000-0000-7000-8000-00000000000a", url, secrets: [secret], body, ...changes };
}

function within(ms: number) {
  return { signal: AbortSignal.timeout(ms), tenantId };
}

const loopback: EgressRules = { mayUseLoopback: true };

describe("an event", () => {
  test("arrives as JSON, signed for whoever knows the secret, under the same id on every try", async () => {
    const sink = await openSink();
    const transport = openTransport(loopback);
    const outcomes = [
      await transport.send(event(sink.url), within(5_000)),
      await transport.send(event(sink.url), within(5_000)),
    ];
    expect(outcomes).toEqual(Array(2).fill({ kind: "accepted", providerReference: null }));
    const [first, second] = sink.receipts;
    expect(first?.path).toBe("/hooks?a=1");
    expect(first?.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(first?.headers["webhook-id"]).toBe(event("").id);
    expect(second?.headers["webhook-id"]).toBe(event("").id);
    expect(second?.body).toBe(first?.body);
    const text = `${event("").id}.${first?.headers["webhook-timestamp"]}.${first?.body}`;
    const mac = createHmac("sha256", Buffer.alloc(32, 7)).update(text).digest("base64");
    expect(first?.headers["webhook-signature"]).toBe(`v1,${mac}`);
    expect(sink.opened()).toBe(1);
  });

  test.each<[number, object]>([
    [200, { kind: "accepted" }],
    [301, { kind: "later", reason: "redirected", code: "http_301", isProviderWide: false }],
    [307, { kind: "later", reason: "redirected", isProviderWide: false }],
    [400, { kind: "later", reason: "not_taken", code: "http_400", isProviderWide: false }],
    [410, { kind: "refused", reason: "blocked", code: "http_410" }],
    [429, { kind: "later", afterSeconds: 9, isProviderWide: false }],
    [500, { kind: "later", reason: "not_taken", isProviderWide: false }],
  ])(
    "that is answered with %i is what it says, and no redirect is followed",
    async (status, outcome) => {
      const sink = await openSink();
      const other = await openSink();
      sink.behave({ status, headers: { location: other.url, "retry-after": "9" } });
      expect(await openTransport(loopback).send(event(sink.url), within(5_000))).toMatchObject(
        outcome,
      );
      expect(other.receipts).toEqual([]);
    },
  );

  test.each(["silent", "cut"] as const)(
    "that meets a %s endpoint has an unknown outcome",
    async (fault) => {
      const sink = await openSink();
      sink.behave({ fault });
      const outcome = await openTransport(loopback).send(event(sink.url), within(200));
      expect(outcome).toMatchObject({ kind: "unknown" });
    },
  );

  test("that is answered without an end is taken by its status, and the connection is cut", async () => {
    const sink = await openSink();
    sink.behave({ fault: "endless", status: 200 });
    const outcome = await openTransport(loopback).send(event(sink.url), within(5_000));
    expect(outcome).toMatchObject({ kind: "accepted" });
  });

  test.each<[string, Partial<OutgoingWebhook>, string]>([
    ["a secret that is none", { secrets: ["hello"] }, "bad_secret"],
    ["an id with a line break", { id: "a\r\nX-Evil: 1" }, "bad_id"],
    ["a body that is too large", { body: "x".repeat(300_000) }, "too_large"],
  ])("with %s is not sent", async (_, changes, code) => {
    const sink = await openSink();
    const outcome = await openTransport(loopback).send(event(sink.url, changes), within(5_000));
    expect(outcome).toEqual({ kind: "refused", reason: "policy", code });
    expect(sink.opened()).toBe(0);
  });
});

describe("addresses that administrations choose", () => {
  test.each<[string, string | undefined]>([
    ["https://hooks.example.org/x", undefined],
    ["https://hooks.example.org:8443/x?y=z", undefined],
    ["https://1.1.1.1/", undefined],
    ["http://hooks.example.org/", "not_https"],
    ["ftp://hooks.example.org/", "not_https"],
    ["javascript:alert(1)", "not_an_address"],
    ["hooks.example.org", "not_an_address"],
    ["https://user:password@hooks.example.org/", "has_credentials"],
    ["https://127.0.0.1/", "not_public"],
    ["https://127.1/", "not_public"],
    ["https://2130706433/", "not_public"],
    ["https://0x7f.0.0.1/", "not_public"],
    ["https://0177.0.0.1/", "not_public"],
    ["https://0/", "not_public"],
    ["https://[::1]/", "not_public"],
    ["https://[::ffff:127.0.0.1]/", "not_public"],
    ["https://[64:ff9b::7f00:1]/", "not_public"],
    ["https://[fd00::1]/", "not_public"],
    ["https://169.254.169.254/latest/meta-data/", "not_public"],
    ["https://①②⑦.⓪.⓪.①/", "not_public"],
    ["https://127.0.0.1./", "not_public"],
  ])("%s: %s", (address, fault) => {
    expect(findTargetFault(address, {})).toBe(fault);
  });

  test("may be narrowed to a list of names", () => {
    const rules = { allowedHosts: ["hooks.example.org", "*.comune.example"] };
    expect(findTargetFault("https://hooks.example.org/", rules)).toBeUndefined();
    expect(findTargetFault("https://a.comune.example/", rules)).toBeUndefined();
    for (const other of [
      "https://example.org/",
      "https://evilcomune.example/",
      "https://hooks.example.org.evil.example/",
      "https://1.1.1.1/",
    ])
      expect(findTargetFault(other, rules)).toBe("not_allowed");
  });

  test("over plain http may be this machine only, and only where that is allowed", () => {
    expect(findTargetFault("http://localhost:1/", loopback)).toBeUndefined();
    expect(findTargetFault("http://127.0.0.1:1/", loopback)).toBeUndefined();
    expect(findTargetFault("http://hooks.example.org/", loopback)).toBe("not_https");
    expect(findTargetFault("http://10.0.0.1/", loopback)).toBe("not_public");
  });
});

/** A resolver that gives other addresses at every question. */
function rebinding(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  const resolve = async (): Promise<LookupAddress[]> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return { resolve, asked: () => asked };
}

describe("names that stand for addresses of our own network", () => {
  test.each([
    [["10.0.0.1"]],
    [["127.0.0.1"]],
    [["1.1.1.1", "127.0.0.1"]],
    [["::1"]],
    [["::ffff:127.0.0.1"]],
    [[]],
  ])("(%j) are refused for good, and nobody connects", async (addresses) => {
    const sink = await openSink(loopbackCertificate);
    const { resolve } = rebinding(addresses);
    const transport = openTransport({ resolve }, { authority: loopbackCertificate.authority });
    const url = `https://hooks.example.test:${sink.port}/`;
    expect(await transport.send(event(url), within(5_000))).toEqual({
      kind: "refused",
      reason: "policy",
      code: "not_public",
    });
    expect(sink.opened()).toBe(0);
  });

  test("are asked for once per connection, and the socket goes to the address that was judged", async () => {
    const sink = await openSink(loopbackCertificate);
    // Public at the first question and inside at the second: whoever asks twice is led in.
    const { resolve, asked } = rebinding(["192.0.0.8"], ["127.0.0.1"]);
    const guarded = openTransport({ resolve }, { authority: loopbackCertificate.authority });
    const url = `https://hooks.example.test:${sink.port}/`;
    expect(await guarded.send(event(url), within(2_000))).toMatchObject({ kind: "refused" });
    expect(asked()).toBe(1);
    expect(sink.opened()).toBe(0);

    const inside = rebinding(["127.0.0.1"], ["203.0.113.1"]);
    const allowed = openTransport(
      { resolve: inside.resolve, mayUseLoopback: true },
      { authority: loopbackCertificate.authority },
    );
    expect(await allowed.send(event(url), within(5_000))).toMatchObject({ kind: "accepted" });
    expect(inside.asked()).toBe(1);
    expect(sink.receipts[0]?.headers["host"]).toBe(`hooks.example.test:${sink.port}`);
  });

  test("that cannot be resolved are for later", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const outcome = await openTransport({ resolve }).send(
      event("https://hooks.example.test/"),
      within(2_000),
    );
    expect(outcome).toMatchObject({ kind: "later", reason: "dns", isProviderWide: false });
  });

  test("that never resolve cost no more than the deadline", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const outcome = await openTransport({ resolve }).send(
      event("https://hooks.example.test/"),
      within(200),
    );
    expect(outcome).toMatchObject({ kind: "later", reason: "timeout" });
  });
});

describe("certificates", () => {
  const resolve = rebinding(["127.0.0.1"]).resolve;
  const egress: EgressRules = { resolve, mayUseLoopback: true };

  test("that nobody vouches for end the conversation before it begins", async () => {
    const sink = await openSink(loopbackCertificate);
    const url = `https://hooks.example.test:${sink.port}/`;
    const outcome = await openTransport(egress).send(event(url), within(5_000));
    expect(outcome).toMatchObject({ kind: "later", reason: "tls" });
    expect(sink.receipts).toEqual([]);
  });

  test("of another name as well", async () => {
    const sink = await openSink(loopbackCertificate);
    const transport = openTransport(egress, { authority: loopbackCertificate.authority });
    const url = `https://other.example.test:${sink.port}/`;
    expect(await transport.send(event(url), within(5_000))).toMatchObject({
      kind: "later",
      reason: "tls",
    });
    expect(sink.receipts).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { newWebhookSecret } from "../../webhooks/webhook-secret.ts";
import { signWebhook } from "./sign-webhook.ts";

// The example that libraries of Standard Webhooks are tried with.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const webhook = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  body: '{"test": 2432232314}',
  secrets: [secret],
};
const now = 1_614_265_330_000;
const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

test("a webhook is signed as Standard Webhooks says", () => {
  expect(signWebhook(webhook, now)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": signature,
  });
});

test("while a secret is exchanged both sign, the current one first", () => {
  const headers = signWebhook({ ...webhook, secrets: [newWebhookSecret(), secret] }, now);
  const signatures = headers?.["webhook-signature"]?.split(" ") ?? [];
  expect(signatures).toHaveLength(2);
  expect(signatures[1]).toBe(signature);
  expect(signatures[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
});

test("every new secret is another, and long enough to sign", () => {
  const secrets = Array.from({ length: 20 }, newWebhookSecret);
  expect(new Set(secrets).size).toBe(20);
  expect(secrets.every((one) => signWebhook({ ...webhook, secrets: [one] }, now))).toBe(true);
});

test.each([[[]], [["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]], [["whsec_c2hvcnQ="]], [[secret, ""]]])(
  "secrets %j sign nothing",
  (secrets) => {
    expect(signWebhook({ ...webhook, secrets }, now)).toBeUndefined();
  },
);

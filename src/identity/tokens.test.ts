import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { createVault } from "../db/vault.ts";
import { formatApiKey, hashSecret, isSecret, newSecret, parseApiKey } from "./api-key-token.ts";
import { isManageToken, manageToken, parseManageToken } from "./manage-token.ts";
import { isWaitlistToken, parseWaitlistToken, waitlistToken } from "./waitlist-token.ts";

const vault = createVault([
  { kid: "k2", key: randomBytes(32) },
  { kid: "k1", key: randomBytes(32) },
]);
const source = { tenantId: uuidv7(), appointmentId: uuidv7(), kid: "k2", version: 1 };

test("a key is read back as it was written, of both kinds", () => {
  for (const kind of ["secret", "publishable"] as const) {
    const token = { kind, id: uuidv7(), secret: newSecret() };
    expect(parseApiKey(formatApiKey(token))).toEqual(token);
  }
});

test("a secret fits its own hash only, and nothing fits a key that is not there", () => {
  const secret = newSecret();
  expect(isSecret(secret, hashSecret(secret))).toBe(true);
  expect(isSecret(newSecret(), hashSecret(secret))).toBe(false);
  expect(isSecret(secret, undefined)).toBe(false);
});

test("a manage token is derived again the same and is good for its appointment", () => {
  const token = manageToken(vault, source);
  expect(manageToken(vault, source)).toBe(token);
  expect(token).toMatch(/^spo_mt_[\w-]{54}$/);
  const parts = parseManageToken(token);
  expect(parts?.appointmentId).toBe(source.appointmentId);
  expect(parts && isManageToken(vault, source, parts.mac)).toBe(true);
});

test.each([
  ["another tenant", { tenantId: uuidv7() }],
  ["another appointment", { appointmentId: uuidv7() }],
  ["a raised version", { version: 2 }],
  ["another key", { kid: "k1" }],
  ["an unknown key", { kid: "k9" }],
])("a manage token is not good for %s", (_name, change) => {
  const parts = parseManageToken(manageToken(vault, source));
  expect(parts && isManageToken(vault, { ...source, ...change }, parts.mac)).toBe(false);
});

test("a manage token has one spelling", () => {
  const token = manageToken(vault, source);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const spellings = Array.from(alphabet, (last) => token.slice(0, -1) + last);
  expect(spellings.filter((text) => parseManageToken(text) !== undefined).length).toBe(4);
});

test.each(["", "spo_mt_", `spo_mt_${"A".repeat(53)}`, `spo_sk_${"A".repeat(54)}`, "spo_mt_ü"])(
  "%j is no token of either kind",
  (text) => {
    expect(parseManageToken(text)).toBeUndefined();
    expect(parseApiKey(text)).toBeUndefined();
  },
);

test("a wish's token is good for its wish, and neither it nor a manage token for the other's purpose", () => {
  const wish = { tenantId: source.tenantId, id: source.appointmentId, kid: "k2", version: 1 };
  const token = waitlistToken(vault, wish);
  expect(token).toMatch(/^spo_wt_[\w-]{54}$/);
  const parts = parseWaitlistToken(token);
  expect(parts && isWaitlistToken(vault, wish, parts.mac)).toBe(true);
  expect(parts && isManageToken(vault, source, parts.mac)).toBe(false);
  expect(parts && isWaitlistToken(vault, { ...wish, version: 2 }, parts.mac)).toBe(false);
  expect(parseManageToken(token)).toBeUndefined();
  expect(parseWaitlistToken(manageToken(vault, source))).toBeUndefined();
});

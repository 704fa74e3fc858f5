import { expect, test } from "vitest";
import { parseEmailAddress } from "./email-address.ts";

test.each([
  ["anna@example.org", "anna@example.org"],
  ["Anna.Rossi+sportello@Example.ORG", "Anna.Rossi+sportello@example.org"],
  ["o'neill@example.org", "o'neill@example.org"],
  ["anna@büro.example", "anna@xn--bro-hoa.example"],
  [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
])("%s is one address", (text, address) => {
  expect(parseEmailAddress(text)).toBe(address);
});

test.each([
  "",
  "anna",
  "@example.org",
  "anna@",
  "anna@localhost",
  "anna@[127.0.0.1]",
  "anna@127.0.0.1",
  "anna@@example.org",
  "anna.@example.org",
  ".anna@example.org",
  "an..na@example.org",
  "anna rossi@example.org",
  '"anna rossi"@example.org',
  "anna@example.org, b@example.org",
  "a@example.org,b@example.org",
  "a@example.org;b@example.org",
  "undisclosed:a@example.org;",
  "Anna <anna@example.org>",
  "<anna@example.org>",
  "anna@example.org (office)",
  "anna@example.org\r\nBcc: b@example.org",
  "anna@example.org\n",
  "anna\u0000@example.org",
  "änna@example.org",
  "anna@example.org\u2028",
  "anna@exa mple.org",
  "anna@-example.org",
  "anna@example-.org",
  "anna@example..org",
  "anna@example%2eorg",
  `${"a".repeat(65)}@example.org`,
  `a@${"b".repeat(64)}.org`,
  `a@${"b.".repeat(130)}org`,
  "a".repeat(10_000),
])("%j is no address", (text) => {
  expect(parseEmailAddress(text)).toBeUndefined();
});

import { describe, expect, test } from "vitest";
import { outcomeOfFault, type SmtpFault, type SmtpStage } from "./smtp-outcome.ts";

function replied(stage: SmtpStage, reply: string): SmtpFault {
  return { stage, reply, cause: "fault", mayHaveTaken: stage === "content" };
}

describe("a reply that refuses for good is one of the message only where it speaks of it", () => {
  test.each<[SmtpStage, string, string]>([
    ["recipient", "550 5.1.1 No such user", "bad_address 5.1.1"],
    ["recipient", "550 No such user here", "bad_address 550"],
    ["recipient", "553 5.1.3 Bad recipient address syntax", "bad_address 5.1.3"],
    ["recipient", "556 5.1.10 Domain does not accept mail", "bad_address 5.1.10"],
    ["recipient", "550 5.2.1 Mailbox disabled", "bad_address 5.2.1"],
    ["recipient", "550 5.4.4 Host not found", "bad_address 5.4.4"],
    ["recipient", "552 5.2.2 Mailbox full", "other 5.2.2"],
    ["recipient", "550 5.7.1 You are on our blocklist", "blocked 5.7.1"],
    ["recipient", "550 5.7.1 Not for you", "policy 5.7.1"],
    ["recipient", "554 Rejected", "policy 554"],
    ["content", "554 5.6.0 Malformed", "content 5.6.0"],
    ["content", "554 5.7.1 Spam message rejected", "content 5.7.1"],
    ["content", "552 Too much", "content 552"],
    ["sender", "552 5.3.4 Message too big", "content 5.3.4"],
    ["content", "550 5.1.1 No such user after all", "bad_address 5.1.1"],
    ["content", "550 nobody likes this", "content 550"],
  ])("%s: %s is refused as %s", (stage, reply, refusal) => {
    const [reason, code] = refusal.split(" ");
    expect(outcomeOfFault(replied(stage, reply))).toEqual({ kind: "refused", reason, code });
  });
});

describe("what every message would meet is trouble of the provider, for later", () => {
  test.each<[SmtpStage, string, string]>([
    ["connection", "554 5.7.1 No connections from you", "connection_refused"],
    ["connection", "421 4.7.0 Too many connections", "server_busy"],
    ["connection", "535 5.7.8 Bad password", "connection_refused"],
    ["sender", "550 5.7.1 Sender not allowed", "sender_refused"],
    ["sender", "451 4.3.0 Try again later", "server_busy"],
    ["sender", "530 5.7.0 Sign in first", "sender_refused"],
    ["recipient", "554 5.7.1 Relay access denied", "relaying_denied"],
    ["recipient", "452 4.3.1 Insufficient storage", "server_busy"],
    ["recipient", "421 4.3.2 Going away", "server_busy"],
    ["data", "503 5.5.1 Bad sequence", "bad_sequence"],
    ["content", "550 5.4.5 Daily sending quota exceeded", "over_quota"],
  ])("%s: %s is %s", (stage, reply, reason) => {
    const fault = { ...replied(stage, reply), mayHaveTaken: false };
    expect(outcomeOfFault(fault)).toMatchObject({ kind: "later", reason, isProviderWide: true });
  });
});

describe("what passes for one message is for later, and nobody else waits", () => {
  test.each<[string, string, number | null]>([
    ["450 4.2.0 Greylisted, see the manual", "greylisted", null],
    ["451 4.7.1 Greylisting in action, please come back in 300 seconds", "greylisted", 300],
    ["450 4.7.1 Graylisted, retry after 5 minutes", "greylisted", 300],
    ["452 4.2.2 Mailbox full", "deferred", null],
    ["450 Mailbox busy", "deferred", null],
    ["451 4.7.1 Please try again in 9999 minutes", "deferred", 3_600],
  ])("%s", (reply, reason, afterSeconds) => {
    const outcome = outcomeOfFault(replied("recipient", reply));
    expect(outcome).toMatchObject({ kind: "later", reason, afterSeconds, isProviderWide: false });
  });
});

test("a cut is for later before the message, and unknown once the server may hold it", () => {
  const fault = { stage: "data", reply: null, cause: "cut" } as const;
  expect(outcomeOfFault({ ...fault, mayHaveTaken: false })).toMatchObject({
    kind: "later",
    reason: "cut",
    isProviderWide: true,
  });
  expect(outcomeOfFault({ ...fault, mayHaveTaken: true })).toEqual({
    kind: "unknown",
    reason: "cut_after_data",
  });
  expect(outcomeOfFault(replied("content", "421 4.3.2 Going away"))).toEqual({
    kind: "unknown",
    reason: "closed_after_data",
  });
});

test("a temporary refusal of the message itself is for later", () => {
  expect(outcomeOfFault(replied("content", "451 4.7.1 Greylisted"))).toMatchObject({
    kind: "later",
    reason: "greylisted",
    isProviderWide: false,
  });
});

test("a reply that is none counts as a cut", () => {
  expect(outcomeOfFault(replied("recipient", "hello"))).toMatchObject({ kind: "later" });
});
